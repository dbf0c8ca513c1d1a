package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.samples.ninja.LockFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code heddle demo} builds, and what keeps two of them apart. */
class DemoCommandTest {

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();

    private int demo(Path work) {
        String[] arguments = {"demo", "--dir", work.toString()};
        return Main.run(arguments, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
    }

    @Test
    void itBuildsBelowTheCacheThenTheHomeThenAmongTemporaryFiles() {
        assertThat(DemoCommand.cache(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h"), "/t"))
                .isEqualTo(Path.of("/c/heddle"));
        assertThat(DemoCommand.cache(Map.of("XDG_CACHE_HOME", "c", "HOME", "/h"), "/t"))
                .isEqualTo(Path.of("/h/.cache/heddle"));
        assertThat(DemoCommand.cache(Map.of("HOME", "/h"), "/t")).isEqualTo(Path.of("/h/.cache/heddle"));
        assertThat(DemoCommand.cache(Map.of("HOME", "?"), "/t")).isEqualTo(Path.of("/t/heddle"));
        assertThat(DemoCommand.cache(Map.of(), "/t")).isEqualTo(Path.of("/t/heddle"));
    }

    @Test
    void aSecondDemoInOneDirectoryIsRefusedBeforeAnythingIsRemoved() throws Exception {
        Path work = earlierDemo();
        try (LockFile held = LockFile.take(directory.resolve(".work.lock"))) {
            assertRefused(work, held);
        }
    }

    @Test
    void aDemoIsRefusedWhereABuildRuns() throws Exception {
        Path work = earlierDemo();
        try (LockFile held = LockFile.take(work.resolve(".ninja_lock"))) {
            assertRefused(work, held);
        }
        assertThat(directory.resolve(".work.lock")).doesNotExist();
    }

    private Path earlierDemo() throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        Files.createFile(work.resolve(".heddle-demo"));
        Files.writeString(work.resolve("kept"), "made by the first");
        return work;
    }

    private void assertRefused(Path work, LockFile held) {
        assertThat(held).isNotNull();
        assertThat(demo(work)).isEqualTo(2);
        long self = ProcessHandle.current().pid();
        assertThat(err.toString()).contains("process " + self + " is building here", "'kill " + self + "'", "--dir");
        assertThat(work.resolve("kept")).hasContent("made by the first");
    }
}
