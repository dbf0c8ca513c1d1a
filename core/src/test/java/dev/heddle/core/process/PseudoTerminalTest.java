package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Command;
import dev.heddle.core.Command.Capture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the output of a command is captured, with real programs that look what they write to. */
@Timeout(60)
class PseudoTerminalTest {

    /** Prints which of its descriptors are terminals. */
    private static final String LOOK =
            "for i in 0 1 2; do if test -t $i; then echo $i terminal; else echo $i other; fi; done";

    @Tag("peer")
    abstract static class Contract {

        @TempDir
        Path directory;

        private final ProcessRunner runner = open(ProcessRunner.builder().drainGrace(Duration.ofMillis(300)));
        private final Collected output = new Collected();

        abstract ProcessRunner open(ProcessRunnerBuilder builder);

        @AfterEach
        void closeRunner() {
            runner.close();
        }

        private ProcessEnd run(Command command) throws Exception {
            assumeTrue(PseudoTerminal.find(System.getenv("PATH")).isPresent(), "there is no Perl, or no /dev/ptmx");
            return runner.start(command.capture(Capture.PTY), output).ended().get();
        }

        @Test
        void aProgramFindsATerminalForItsOutputAndNoneForItsInput() throws Exception {
            assertThat(run(Command.shell(LOOK)).exitedWith(0)).isTrue();
            assertThat(output.out()).isEqualTo("0 other\n1 terminal\n2 terminal\n");
            assertThat(output.warnings()).isEmpty();
            assertThat(output.isOrderGuessed()).isFalse();
        }

        @Test
        void withoutATerminalItFindsNone() throws Exception {
            runner.start(Command.shell(LOOK), output).ended().get();
            assertThat(output.out()).isEqualTo("0 other\n1 other\n2 other\n");
        }

        @Test
        void programsThatColourForATerminalDo() throws Exception {
            Files.writeString(directory.resolve("text"), "one needle two\n");
            run(Command.of("grep", "--color=auto", "needle", "text")
                    .in(directory)
                    .env("TERM", "xterm")
                    .unset("GREP_COLORS"));
            assertThat(output.out()).contains("\u001b[").contains("needle").endsWith("two\n");
        }

        @Test
        void bytesAndTheOrderOfBothStreamsAreExact() throws Exception {
            run(Command.shell("i=0; while [ $i -lt 500 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done"));
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                expected.append("out ").append(i).append("\nerr ").append(i).append('\n');
            }
            assertThat(output.out()).isEqualTo(expected.toString());
            assertThat(output.err()).isEmpty();
        }

        @Test
        void muchOutputIsWhole() throws Exception {
            run(Command.shell("seq 1 200000"));
            assertThat(output.out()).hasSize(1288895).startsWith("1\n2\n").endsWith("\n200000\n");
        }

        @Test
        void inputIsReadPastTheTerminalAndNotEchoed() throws Exception {
            String text = "a line\n\u0003\u0004 keys\n" + "x".repeat(10_000) + "\nno end";
            run(Command.of("cat").stdin(text));
            assertThat(output.out()).isEqualTo(text);
            Path file = Files.writeString(directory.resolve("file"), "from a file");
            Collected other = new Collected();
            runner.start(Command.of("cat").stdinFrom(file).capture(Capture.PTY), other)
                    .ended()
                    .get();
            assertThat(other.out()).isEqualTo("from a file");
        }

        @Test
        void theSizeOfTheTerminalIsWhatTheCommandsVariablesSay() throws Exception {
            run(Command.shell("stty size <&1").env("COLUMNS", "133").env("LINES", "51"));
            assertThat(output.out()).isEqualTo("51 133\n");
            Collected other = new Collected();
            Command unknown = Command.shell("stty size <&1").unset("COLUMNS").env("LINES", "many");
            runner.start(unknown.capture(Capture.PTY), other).ended().get();
            assertThat(other.out()).isEqualTo("24 80\n");
        }

        @Test
        void exitCodesAndSignalsAreTheProgramsOwn() throws Exception {
            for (int code : new int[] {0, 1, 42, 127, 255}) {
                assertThat(run(Command.shell("exit " + code)).exitCode()).isEqualTo(code);
            }
            assertThat(run(Command.shell("kill -9 $$")).exitCode()).isEqualTo(137);
        }

        @Test
        void argumentsAndEnvironmentReachTheProgramAsTheyAre() throws Exception {
            run(Command.of("printf", "%s|", "", "a b", "it's", "$HOME `x`", "new\nline", "-e", "\u00e9")
                    .env("SHELL", "/no/such/shell"));
            assertThat(output.out()).isEqualTo("|a b|it's|$HOME `x`|new\nline|-e|\u00e9|");
            Collected other = new Collected();
            Command shells = Command.shell("echo $SHELL; echo ${OTHER-none}").env("SHELL", "/it's/mine");
            runner.start(shells.capture(Capture.PTY), other).ended().get();
            assertThat(other.out()).isEqualTo("/it's/mine\nnone\n");
        }

        @Test
        void aCleanEnvironmentStaysClean() throws Exception {
            run(Command.of("/usr/bin/env").cleanEnv().env("ONLY", "this"));
            assertThat(output.out().lines().filter(line -> !line.matches("(PWD|OLDPWD|SHLVL|_)=.*")))
                    .containsExactly("ONLY=this");
        }

        @Test
        void aJobFindsThreeDescriptors() throws Exception {
            assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
            run(Command.of("ls", "/proc/self/fd"));
            // The fourth is the directory that ls reads.
            assertThat(output.out().split("\\s+")).containsExactly("0", "1", "2", "3");
        }

        @Test
        void aJobThatIsAskedToEndEnds() throws Exception {
            assumeTrue(PseudoTerminal.find(System.getenv("PATH")).isPresent());
            RunningProcess process = runner.start(
                    Command.shell("echo ready; sleep 1000; echo late").capture(Capture.PTY), output);
            output.await("ready");
            process.terminate(Duration.ofSeconds(5));
            ProcessEnd end = process.ended().get();
            assertThat(end.exitCode()).isIn(143, 137);
            assertThat(output.out()).startsWith("ready\n").doesNotContain("late");
        }

        @Test
        void aProgramThatIsAskedToEndHasTheLastWord() throws Exception {
            assumeTrue(PseudoTerminal.find(System.getenv("PATH")).isPresent());
            RunningProcess process = runner.start(
                    Command.shell("trap 'seq 1 5000; exit 9' TERM; echo ready; while :; do sleep 0.01; done")
                            .capture(Capture.PTY),
                    output);
            output.await("ready");
            process.terminate(Duration.ofSeconds(20));
            assertThat(process.ended().get().exitCode()).isEqualTo(9);
            assertThat(output.out()).startsWith("ready\n").endsWith("\n4999\n5000\n");
        }

        @Test
        void whatIsLeftBehindIsTakenNoteOfWithAndWithoutATerminal() throws Exception {
            Command command = Command.shell("(trap '' HUP TERM; sleep 1000) & echo done");
            for (Capture capture : Capture.values()) {
                Collected said = new Collected();
                ProcessEnd end =
                        runner.start(command.capture(capture), said).ended().get();
                assertThat(end.exitedWith(0)).as("%s", capture).isTrue();
                assertThat(end.leftovers()).as("%s", capture).isTrue();
                assertThat(said.out()).as("%s", capture).isEqualTo("done\n");
            }
        }

        @Test
        void whatIsLeftBehindMaySpeakDuringTheGrace() throws Exception {
            try (ProcessRunner patient = open(ProcessRunner.builder().drainGrace(Duration.ofSeconds(20)))) {
                Command command = Command.shell("(sleep 0.2; test -t 1 && echo late) & echo done");
                ProcessEnd end = patient.start(command.capture(Capture.PTY), output)
                        .ended()
                        .get();
                assertThat(end.leftovers()).isFalse();
                assertThat(output.out()).isEqualTo("done\nlate\n");
            }
        }

        @Test
        void whatPerlWouldObeyIsForTheProgramAlone() throws Exception {
            Command command = Command.of("/usr/bin/env")
                    .env("PERL5OPT", "-MNoSuchModule")
                    .env("PERL_BADLANG", "1")
                    .env("LC_ALL", "xx_YY.UTF-8")
                    .env("PERL5LIB", "/it's=mine");
            run(command);
            assertThat(output.out().lines())
                    .contains("PERL5OPT=-MNoSuchModule", "PERL_BADLANG=1", "PERL5LIB=/it's=mine");
            assertThat(output.out()).doesNotContain("perl: ", "Can't locate");
        }

        @Test
        void labelledOutputIsMarkedAsGuessed() throws Exception {
            runner.start(Command.shell("echo out; echo err >&2").capture(Capture.LABELLED), output)
                    .ended()
                    .get();
            assertThat(output.isOrderGuessed()).isTrue();
            assertThat(output.err()).isEqualTo("err\n");
        }
    }

    @Nested
    class WithAgents extends Contract {
        @Override
        ProcessRunner open(ProcessRunnerBuilder builder) {
            return builder.buildAgents();
        }
    }

    @Nested
    class WithPlainProcesses extends Contract {
        @Override
        ProcessRunner open(ProcessRunnerBuilder builder) {
            return builder.buildPlain();
        }
    }

    @TempDir
    Path directory;

    private void assertNoTerminal(String path) throws IOException {
        Preparation preparation = new Preparation(Map.of("PATH", path), false);
        Command command = Command.of("/bin/echo", "hello").capture(Capture.PTY);
        assertThat(preparation.prepare(command).argv()).containsExactly("/bin/echo", "hello");
        Collected output = new Collected();
        preparation.introduce(command, output);
        assertThat(output.warnings())
                .startsWith("no terminal for this command: ")
                .contains("Perl")
                .endsWith("\n");
        assertThat(output.out()).isEmpty();
    }

    @Test
    void withoutPerlTheOutputGoesThroughAPipeAndSaysSo() throws IOException {
        assertNoTerminal("/no/such/directory");
    }

    @Test
    void aPerlThatCannotMakeATerminalIsNotUsed() throws IOException {
        Path fake = Files.writeString(directory.resolve("perl"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertNoTerminal(directory.toString());
    }
}
