package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellLineTest {

    @Test
    void plainWordsAreSplit() {
        assertThat(ShellLine.words("gcc -c  a.c\t-o a.o ")).contains(List.of("gcc", "-c", "a.c", "-o", "a.o"));
        assertThat(ShellLine.words("cc -DV=\\\"1.0\\\" '-DN=\"a b\"' \"x y\"z ''"))
                .contains(List.of("cc", "-DV=\"1.0\"", "-DN=\"a b\"", "x yz", ""));
        assertThat(ShellLine.words("/bin/a \"b\\\\c\\d\"")).contains(List.of("/bin/a", "b\\c\\d"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "a && b",
                "a; b",
                "a > b",
                "a < b",
                "a &",
                "echo $HOME",
                "a `b`",
                "a \"$b\"",
                "a \"`b`\"",
                "ls *",
                "ls ?",
                "ls [a]",
                "ls {a,b}",
                "ls ~",
                "a # b",
                "! a",
                "V=1 a",
                "cd x",
                "exit 3",
                ". x",
                "if a",
                "a\nb",
                "a 'b",
                "a \"b",
                "a \\",
                "a \\\nb",
                "",
                "  ",
                "''",
                "[ -f x ]",
                "export A=b",
                "(a)",
                "test a = b",
                "printf %d x"
            })
    void whatAShellActsOnIsLeftToIt(String line) {
        assertThat(ShellLine.words(line)).isEmpty();
    }

    @Test
    void whatTheShellDoesItselfIsTold() {
        assertThat(ShellLine.isBuiltIn("true")).isTrue();
        assertThat(ShellLine.isBuiltIn("echo")).isTrue();
        assertThat(ShellLine.isBuiltIn("gcc")).isFalse();
    }

    @Test
    void splitsLikeTheShellWhateverIsQuotedHow() throws Exception {
        Random random = new Random(5);
        String alphabet = "ab'\"\\ \t=-/.:,+@%_\u00e9";
        List<String> lines = new ArrayList<>();
        StringBuilder expected = new StringBuilder();
        while (lines.size() < 400) {
            StringBuilder line = new StringBuilder("p ");
            for (int i = random.nextInt(14); i >= 0; i--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<List<String>> words = ShellLine.words(line.toString());
            if (words.isPresent()) {
                lines.add(line.toString());
                words.get()
                        .subList(1, words.get().size())
                        .forEach(word -> expected.append('<').append(word).append('>'));
                expected.append('\n');
            }
        }
        String script = "p() { for w in \"$@\"; do printf '<%s>' \"$w\"; done; echo; }\n" + String.join("\n", lines);
        Collected output = new Collected();
        try (ProcessRunner runner = ProcessRunner.builder().buildPlain()) {
            runner.start(Command.shell(script), output).ended().get(60, TimeUnit.SECONDS);
        }
        assertThat(output.out()).isEqualTo(expected.toString());
    }
}
