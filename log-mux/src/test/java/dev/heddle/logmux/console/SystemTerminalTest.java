package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.re2j.Pattern;
import dev.heddle.core.Channel;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemTerminalTest {

    @ParameterizedTest
    @CsvSource({
        "true, xterm-256color, '', '', true",
        "true, dumb, '', '', false",
        "true, '', '', '', false",
        "true, xterm, 1, '', false",
        "true, xterm, 1, 1, false",
        "false, xterm, '', '', false",
        "false, xterm, '', 1, true",
        "false, dumb, '', 1, true",
        "true, xterm, '', 0, true"
    })
    void colorsAreWrittenWhereTheyAreWanted(
            boolean interactive, String term, String noColor, String force, boolean wanted) {
        Map<String, String> environment = Map.of("TERM", term, "NO_COLOR", noColor, "CLICOLOR_FORCE", force);
        assertThat(SystemTerminal.wantsColors(interactive, environment)).isEqualTo(wanted);
    }

    /** Shows a line by a display that is not live; run in a JVM of its own, which tells what it loads. */
    static final class PlainProgram {
        public static void main(String[] args) throws Exception {
            try (OutputMultiplexer mux =
                    OutputMultiplexer.builder().to(ConsoleDisplay.system()).build()) {
                mux.open("task", null).finish(0);
            }
        }
    }

    @Test
    void theLibraryForTerminalsIsNotLoadedForPlainText() throws Exception {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (Class<?> each :
                List.of(PlainProgram.class, ConsoleDisplay.class, Channel.class, ImmutableList.class, Pattern.class)) {
            path.add(place(each));
        }
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-verbose:class",
                        "-cp",
                        path.toString(),
                        PlainProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        program.getInputStream().transferTo(out);
        String loaded = out.toString(StandardCharsets.UTF_8);
        assertThat(program.waitFor())
                .as(loaded.substring(Math.max(0, loaded.length() - 2000)))
                .isZero();
        // Newer JDKs have a copy of it inside, under another name.
        assertThat(loaded).contains("dev.heddle.logmux.console.SystemTerminal").doesNotContain("] org.jline.");
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
