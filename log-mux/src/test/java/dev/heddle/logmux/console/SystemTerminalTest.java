package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.OutputMultiplexer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
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
            try (OutputMultiplexer mux = OutputMultiplexer.builder()
                    .to(ConsoleDisplay.system())
                    .build()) {
                mux.open("task", null).finish(0);
            }
        }
    }

    @Test
    void theLibraryForTerminalsIsNotLoadedForPlainText() throws Exception {
        String path = String.join(
                java.io.File.pathSeparator, place(PlainProgram.class), place(ConsoleDisplay.class), place(
                        dev.heddle.core.Channel.class), place(com.google.common.collect.ImmutableList.class));
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-verbose:class",
                        "-cp",
                        path,
                        PlainProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        program.getInputStream().transferTo(out);
        assertThat(program.waitFor()).isZero();
        String loaded = out.toString(StandardCharsets.UTF_8);
        assertThat(loaded).contains("dev.heddle.logmux.console.SystemTerminal").doesNotContain("org.jline");
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }
}
