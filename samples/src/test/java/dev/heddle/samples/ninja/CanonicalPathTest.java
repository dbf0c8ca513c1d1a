package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalPathTest {

    @ParameterizedTest
    @CsvSource({
        "foo.h, foo.h",
        "./foo.h, foo.h",
        "./foo/./bar.h, foo/bar.h",
        "./x/foo/../bar.h, x/bar.h",
        "./x/foo/../../bar.h, bar.h",
        "foo//bar, foo/bar",
        "foo//.//..///bar, bar",
        "./x/../foo/../../bar.h, ../bar.h",
        "foo/./., foo",
        "foo/bar/.., foo",
        "foo/.hidden_bar, foo/.hidden_bar",
        "/foo, /foo",
        "//foo, /foo",
        "/, /",
        "., .",
        "./., .",
        "foo/.., .",
        "../../foo/bar.h, ../../foo/bar.h",
        "test/../../foo/bar.h, ../foo/bar.h",
        "a/../.., ..",
        "foo/, foo",
        "a/b/../../.., ..",
        "/a/.., /",
        "...a/..b/..., ...a/..b/..."
    })
    void spellingsOfOnePathBecomeOne(String path, String canonical) {
        assertThat(CanonicalPath.rewrite(path)).isEqualTo(canonical);
        assertThat(CanonicalPath.rewrite(canonical)).isEqualTo(canonical);
    }
}
