package dev.heddle.core.process;

import static dev.heddle.core.process.ProcessRunnerContract.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a command finds: its arguments, environment, directory, input and shell. */
interface CommandContract extends RunnerFixture {

    @Test
    default void argumentsReachTheProgramAsTheyAre() {
        List<String> odd = List.of(
                "",
                " ",
                "'",
                "''",
                "\"",
                "\\",
                "\\n",
                "a\nb\n",
                "\n",
                "-n",
                "--",
                "-rf",
                "*",
                "$HOME",
                "`id`",
                "$(id)",
                "~",
                "a=b",
                "#",
                "!",
                "\t",
                "\r",
                "\u0001\u0081\u0088\u007f",
                "äöü€",
                "\uD83D\uDE00",
                "{a,b}",
                "a'b'c'");
        List<String> argv = new ArrayList<>(List.of("/usr/bin/printf", "<%s>"));
        argv.addAll(odd);
        StringBuilder expected = new StringBuilder();
        odd.forEach(word -> expected.append('<').append(word).append('>'));

        assertThat(run(Command.of(argv)).out()).isEqualTo(expected.toString());
    }

    @Test
    default void randomArgumentsReachTheProgramAsTheyAre() {
        Random random = new Random(42);
        for (int round = 0; round < 20; round++) {
            List<String> argv = new ArrayList<>(List.of("/usr/bin/printf", "%s|"));
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                StringBuilder word = new StringBuilder();
                int length = random.nextInt(60);
                while (word.length() < length) {
                    int c = random.nextInt(4) == 0 ? 1 + random.nextInt(0xFFFF) : 1 + random.nextInt(0x100);
                    if (Character.isDefined(c) && !Character.isSurrogate((char) c)) {
                        word.appendCodePoint(c);
                    }
                }
                argv.add(word.toString());
                expected.append(word).append('|');
            }
            assertThat(run(Command.of(argv)).out()).isEqualTo(expected.toString());
        }
    }

    @Test
    default void longArgumentsReachTheProgram() {
        String kibibytes64 = "0123456789abcde'".repeat(4096);

        assertThat(run(Command.of("/usr/bin/printf", "%s%s", kibibytes64, kibibytes64))
                        .out())
                .isEqualTo(kibibytes64 + kibibytes64);
    }

    @Test
    default void anArgumentLongerThanTheSystemTakesIsRefusedWithAdvice() {
        assertThatIOException()
                .isThrownBy(() -> runner().start(Command.of("echo", "x".repeat(200_000)), new Collected()))
                .withMessageContaining("response file");
    }

    @Test
    default void argumentsLongerThanTheSystemTakesTogetherAreRefusedWithAdvice() {
        List<String> argv = new ArrayList<>(List.of("/bin/true"));
        for (int i = 0; i < 40; i++) {
            argv.add("x".repeat(100_000));
        }
        assertThat(refusal(Command.of(argv))).contains("response file");
    }

    @Test
    default void aCleanEnvironmentHoldsWhatWasSetAndNothingElse() {
        Ran ran = run(Command.of("/usr/bin/env")
                .cleanEnv()
                .env("A", "b c")
                .env("odd.name", "x")
                .env("Q", "'\n\""));

        assertThat(ran.out().split("\n")).containsExactlyInAnyOrder("A=b c", "odd.name=x", "Q='", "\"");
    }

    @Test
    default void environmentOfTheRunnerIsWhatCommandsInherit() throws Exception {
        String gone = System.getenv().containsKey("HOME") ? "HOME" : "PWD";
        ProcessRunnerBuilder builder =
                ProcessRunner.builder().environment("HEDDLE_NEW", "é ü").environment(gone, null);
        builder.environment("PATH", directory() + ":/usr/bin:/bin");
        script("only-here", "#!/bin/sh\necho found\n");
        try (ProcessRunner own = open(builder)) {
            List<String> expected = new ArrayList<>(System.getenv().keySet());
            expected.remove(gone);
            expected.remove("_"); // the name of the last program that a shell started: each shell sets its own or none
            expected.add("HEDDLE_NEW");
            assertThat(ran(own, Command.of("env", "-0")).split("\0"))
                    .contains("HEDDLE_NEW=é ü")
                    .extracting(line -> line.substring(0, line.indexOf('=')))
                    .containsAll(expected)
                    .doesNotContain(gone);
            assertThat(ran(own, Command.of("env").cleanEnv().env("A", "1"))).isEqualTo("A=1\n");
            assertThat(ran(own, Command.of("only-here"))).isEqualTo("found\n");
            assertThat(ran(own, Command.shell("echo $HEDDLE_NEW").env("HEDDLE_NEW", "own")))
                    .isEqualTo("own\n");
        }
    }

    private String ran(ProcessRunner own, Command command) throws IOException {
        Collected output = new Collected();
        end(own.start(command, output));
        return output.out();
    }

    @Test
    default void theEnvironmentIsInheritedChangedAndUnset() {
        String name = System.getenv().containsKey("HOME") ? "HOME" : "PATH";
        assertThat(run(Command.of("/usr/bin/env")).out()).contains(name + "=" + System.getenv(name) + "\n");
        assertThat(run(Command.of("/usr/bin/env").unset(name)).out()).doesNotContain("\n" + name + "=");
        assertThat(run(Command.of("/usr/bin/env").env(name, "else where")).out())
                .contains(name + "=else where\n");
        assertThat(run(Command.of("/usr/bin/env")).out()).contains(name + "=" + System.getenv(name) + "\n");
    }

    @Test
    default void noVariableOfTheRunnerReachesTheJob() {
        List<String> names = new ArrayList<>();
        for (String line : run(Command.of("/usr/bin/env", "-0")).out().split("\0", -1)) {
            names.add(line.replaceFirst("(?s)=.*", ""));
        }
        names.removeAll(System.getenv().keySet());
        // bash sets these for whatever it runs.
        names.removeAll(List.of("", "_", "PWD", "OLDPWD", "SHLVL"));
        assertThat(names).isEmpty();
    }

    @Test
    default void aCommandRunsInItsDirectory() throws IOException {
        Path odd = Files.createDirectories(directory().resolve("it's a\nplace"));

        assertThat(run(Command.of("/bin/pwd").in(odd)).out()).isEqualTo(odd.toRealPath() + "\n");
        String old = System.getenv("OLDPWD");
        assertThat(run(Command.shell("echo ${OLDPWD-unset}").in(odd)).out())
                .isEqualTo((old == null ? "unset" : old) + "\n");
        script("here", "#!/bin/sh\necho found\n");
        assertThat(run(Command.of("./here").in(directory())).out()).isEqualTo("found\n");
    }

    @Test
    default void aProgramIsLookedForInThePathOfTheCommand() throws IOException {
        script("only-here", "#!/bin/sh\necho found\n");

        assertThat(run(Command.of("only-here").env("PATH", directory() + ":/usr/bin:/bin"))
                        .out())
                .isEqualTo("found\n");
        assertThat(run(Command.of("cat").cleanEnv().stdin("clean")).out()).isEqualTo("clean");
    }

    @Test
    default void inputIsNothingUnlessAskedFor() throws IOException {
        Path file = Files.writeString(directory().resolve("in"), "from a file");

        assertThat(run(Command.of("cat")).out()).isEmpty();
        assertThat(run(Command.of("cat").stdin("text\näöü")).out()).isEqualTo("text\näöü");
        assertThat(run(Command.of("cat").stdin("")).out()).isEmpty();
        assertThat(run(Command.of("cat").stdinFrom(file)).out()).isEqualTo("from a file");
        assertThat(run(Command.of("cat").stdinFrom(Path.of("in")).in(directory()))
                        .out())
                .isEqualTo("from a file");
        assertThat(run(Command.of("cat")).out()).isEmpty();
    }

    @Test
    default void aJobHasNoOtherDescriptors() {
        assertThat(run(Command.of("ls", "/proc/self/fd")).out()).isEqualTo("0\n1\n2\n3\n");
    }

    @Test
    default void aShellLineIsReadByTheShell() {
        assertThat(run(Command.shell("echo a b | tr ab xy; echo $((1 + 2))")).out())
                .isEqualTo("x y\n3\n");
        assertThat(run(Command.shell("printf '%s-' 'a b' \"c\\\"d\" e\\ f")).out())
                .isEqualTo("a b-c\"d-e f-");
        assertThat(run(Command.shell("/usr/bin/printf '%s-' 'a b' \"c\\\"d\" e\\ f"))
                        .out())
                .isEqualTo("a b-c\"d-e f-");
        assertThat(run(Command.shell("V=1 env | grep -c ^V=1")).out()).isEqualTo("1\n");
    }

    @Test
    default void aMissingProgramInAShellLineIsTheShellsToReport() {
        Ran ran = run(Command.shell("no-such-program-anywhere 1"));
        assertThat(ran.end().exitedWith(127)).isTrue();
        assertThat(ran.out()).contains("no-such-program-anywhere").contains("not found");
    }
}
