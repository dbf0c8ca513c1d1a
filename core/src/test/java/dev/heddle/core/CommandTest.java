package dev.heddle.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandTest {

    record Line(String line, List<String> argv) {}

    static List<Line> lines() {
        return List.of(
                new Line("make", List.of("make")),
                new Line("  make   -j2\t all  ", List.of("make", "-j2", "all")),
                new Line("cc -o 'my prog' \"a file.c\"", List.of("cc", "-o", "my prog", "a file.c")),
                new Line("echo \"it's\" 'say \"hi\"'", List.of("echo", "it's", "say \"hi\"")),
                new Line("'my tool' x", List.of("my tool", "x")),
                new Line("echo $HOME *.c; rm a", List.of("echo", "$HOME", "*.c;", "rm", "a")),
                new Line("echo ''", List.of("echo", "")),
                new Line("echo \"\" x", List.of("echo", "", "x")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void lineIsCutAtBlanksOutsideOfQuotes(Line line) {
        assertThat(Command.parse(line.line()).argv()).isEqualTo(line.argv());
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(strings = {"", "   ", "echo 'open", "echo \"open"})
    void lineThatIsNoCommandIsRefusedWithTheLine(String line) {
        assertThatThrownBy(() -> Command.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + line + "'");
    }

    @Test
    void shellReadsBackWhatIsDisplayed() throws IOException, InterruptedException {
        Assumptions.assumeTrue(new File("/bin/sh").canExecute(), "no /bin/sh");
        Random random = new Random(1);
        String alphabet = "ab '\"\\$`*?[]{}()<>|&;!#~=%-\n\t\u00e4\ud83e\uddf5";
        List<String> argv = new ArrayList<>(List.of("printf", "%s\\0", "", "'", "''", "a'b", "\\", "-n", "\n", "~"));
        for (int i = 0; i < 300; i++) {
            StringBuilder word = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--) {
                int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
                word.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
            }
            argv.add(word.toString());
        }
        Command command = Command.of(argv);
        Path script = Files.createTempFile("heddle", ".sh");
        try {
            Files.writeString(script, command.display() + "\n");
            Process process = new ProcessBuilder("/bin/sh", script.toString())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).isZero();
            assertThat(printed).isEqualTo(String.join("\0", argv.subList(2, argv.size())) + "\0");
        } finally {
            Files.delete(script);
        }
    }

    @Test
    void eachChangeGivesAnotherCommandAndLeavesTheFirstAsItWas() {
        Command first = Command.of("make");
        Command second = first.in(Path.of("x"))
                .env("A", "b")
                .unset("C")
                .cleanEnv()
                .stdin("text")
                .expectExit(0, 2)
                .capture(Command.Capture.LABELLED);
        assertThat(first).isEqualTo(Command.of("make")).isNotEqualTo(second);
        assertThat(second)
                .isEqualTo(Command.of(List.of("make"))
                        .capture(Command.Capture.LABELLED)
                        .expectExit(2, 0)
                        .stdin("text")
                        .cleanEnv()
                        .env("A", "b")
                        .unset("C")
                        .in(Path.of("x")))
                .hasSameHashCodeAs(second);
        assertThat(second.environment()).containsEntry("A", "b").containsEntry("C", null);
        assertThat(second.environment().keySet()).containsExactly("A", "C");
        assertThat(Command.shell("a | b").display()).isEqualTo("a | b");
        assertThat(Command.shell("make")).isNotEqualTo(first);
    }

    @Test
    void variablesThatACommandSetsOrUnsetsItselfGoBeforeThoseGivenToIt() {
        Command command =
                Command.of("make").env("A", "own").unset("B").envDefaults(Map.of("A", "x", "B", "x", "C", "x"));
        assertThat(command)
                .isEqualTo(Command.of("make").env("A", "own").unset("B").env("C", "x"));
    }

    @Test
    void whatTheSystemCannotTakeIsRefused() {
        assertThatThrownBy(() -> Command.of()).hasMessageContaining("needs a program");
        assertThatThrownBy(() -> Command.of("")).hasMessageContaining("needs a program");
        assertThatThrownBy(() -> Command.of("a", "b\0c")).hasMessageContaining("NUL character at 1");
        assertThatThrownBy(() -> Command.of("a", "b\ud800")).hasMessageContaining("half of a surrogate pair at 1");
        assertThatThrownBy(() -> Command.shell(" ")).hasMessageContaining("blank");
        Command command = Command.of("a");
        assertThatThrownBy(() -> command.env("", "x")).hasMessageContaining("not a name");
        assertThatThrownBy(() -> command.env("A=B", "x")).hasMessageContaining("not a name");
        assertThatThrownBy(() -> command.env("A", "\0")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> command.expectExit(256)).hasMessageContaining("0 to 255");
        assertThatThrownBy(command::expectExit).hasMessageContaining("at least one");
    }
}
