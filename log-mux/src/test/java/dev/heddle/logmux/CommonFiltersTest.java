package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On which channel the common filters put lines of common tools. */
class CommonFiltersTest {

    private final LineClassifier classifier = new LineClassifier(LineRules.common(), (filter, failure) -> {
        throw new AssertionError(filter + " failed", failure);
    });

    private @Nullable Channel channel(String text) {
        LineText line = new LineText();
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        line.add(bytes, 0, bytes.length);
        line.finish();
        LineFilter.Verdict verdict = classifier.verdict(null, Channel.STDOUT, line);
        return verdict == null ? null : verdict.channel();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.c:3:5: error: expected ';'",
                "src/dir with blank/a.c:3: error: old compilers know no column",
                "\u001b[01m\u001b[Ka.c:3:5:\u001b[m\u001b[K \u001b[01;31m\u001b[Kfatal error: \u001b[m\u001b[Kno.h",
                "C:\\work\\main.cpp(12,5): error C2065: 'x': undeclared identifier",
                "src/app.ts(7,3): error TS2304: Cannot find name 'foo'.",
                "A.java:1: error: cannot find symbol",
                "error[E0308]: mismatched types",
                "error: could not compile `app`",
                "\u001b[1m\u001b[38;5;9merror\u001b[0m\u001b[1m[E0425]: cannot find value\u001b[0m",
                "configure: error: no acceptable C compiler",
                "ninja: error: loading 'build.ninja'",
                "ld.lld: error: undefined symbol: x",
                "/usr/bin/ld: cannot find -lz: No such file or directory",
                "m.c:(.text+0x5): undefined reference to `foo'",
                "collect2: error: ld returned 1 exit status",
                "make: *** [Makefile:3: all] Error 1",
                "gmake[2]: *** No rule to make target 'x'.  Stop.",
                "Makefile:4: *** missing separator.  Stop.",
                "[ERROR] COMPILATION ERROR :",
                "Traceback (most recent call last):",
                "Exception in thread \"main\" java.lang.Error",
                "    --- FAIL: TestAdd (0.00s)",
                "panic: runtime error",
                "CMake Error at CMakeLists.txt:3 (project):",
                "npm ERR! code 1",
                "npm error code 1",
                "FAILED: a.o ",
                "FAILURE: Build failed with an exception.",
                "fatal: not a git repository",
                "E: Unable to locate package x",
                "LINK : fatal error LNK1120: 1 unresolved externals",
            })
    void whatIsWrongIsAnError(String line) {
        assertThat(channel(line)).isEqualTo(Channel.ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.c:3:5: warning: unused variable 'x' [-Wunused-variable]",
                "A.java:4: warning: [rawtypes] found raw type: List",
                "main.cpp(14): warning C4996: 'strcpy'",
                "warning: unused import",
                "warning[W01]: something",
                "configure: WARNING: unrecognized options",
                "ld: warning: cannot find entry symbol _start",
                "Makefile:4: warning: overriding recipe for target 'x'",
                "[WARNING] deprecated",
                "CMake Warning (dev) at CMakeLists.txt:3:",
                "CMake Deprecation Warning at x:",
                "npm WARN deprecated x",
                "npm warn deprecated x",
                "W: Failed to fetch",
            })
    void whatMayBeWrongIsAWarning(String line) {
        assertThat(channel(line)).isEqualTo(Channel.WARNING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 errors found, 0 warnings",
                "all good, errors: none",
                "gcc -Wall -Werror -Wno-error=unused -c error.c -o error.o",
                "  CC       src/warning.o",
                "[12/340] Building C object error.c.o",
                "checking for error_at_line... yes",
                "checking whether the compiler supports -Werror: yes",
                "PASS: error_test",
                "ok: no error: at all",
                "note: see error: above",
                "a.c:3:5: note: declared here",
                "make: Entering directory '/src'",
                "make: Nothing to be done for 'all'.",
                "  error: indented text belongs to something else",
                "https://example.org/error: page",
                "error:",
                "",
            })
    void whatOnlyLooksLikeItIsLeftAlone(String line) {
        assertThat(channel(line)).isNull();
    }

    @Test
    void whatABuildToolSaysOfItselfIsAMessage() {
        assertThat(channel("scons: Reading SConscript files ...")).isEqualTo(Channel.MESSAGE);
        assertThat(channel("parts: loading")).isEqualTo(Channel.MESSAGE);
        assertThat(channel("about scons: it reads")).isNull();
    }

    @Test
    void everyPatternIsOneAndWithinTheLimits() {
        for (LineFilter filter : LineFilter.common()) {
            String pattern = filter.toString().replaceAll("^the filter (.*) to [A-Z]+$", "$1");
            assertThat(LinePattern.checked(pattern)).hasToString(pattern);
            assertThat(filter.needs()).as("%s is asked about few lines", filter).isNotEmpty();
        }
        for (DiagnosticMatcher matcher : DiagnosticMatcher.common()) {
            for (var patterns : List.of(matcher.heads, matcher.before, matcher.except, matcher.goesOn, matcher.joins)) {
                patterns.forEach(pattern -> LinePattern.checked(pattern.toString()));
            }
            if (matcher.end != null) {
                LinePattern.checked(matcher.end.toString());
            }
            assertThat(matcher.needs).as("%s is asked about few lines", matcher).isNotEmpty();
        }
    }
}
