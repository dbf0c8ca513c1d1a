package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ProcessRunner} does. */
@Timeout(120)
abstract class ProcessRunnerContract {

    static final Duration GRACE = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private ProcessRunner runner;

    /** A fresh runner with a drain grace of {@link #GRACE}. */
    abstract ProcessRunner open(ProcessRunnerBuilder builder);

    /** Whether a signal is told apart from an exit code above 128. */
    boolean knowsSignals() {
        return true;
    }

    /** Whether a process is killed that belongs to the job but has lost its parent. */
    boolean killsOrphans() {
        return true;
    }

    /** Whether a job's output goes through FIFOs, which the JDK does not close when the direct child has ended. */
    boolean ownsPipes() {
        return true;
    }

    @BeforeEach
    void openRunner() {
        runner = open(ProcessRunner.builder().drainGrace(GRACE));
    }

    @AfterEach
    void closeRunner() {
        if (runner != null) { // null where the test was skipped because the shell is missing
            runner.close();
        }
    }

    ProcessRunner runner() {
        return runner;
    }

    record Ran(ProcessEnd end, Collected output) {
        String out() {
            return output.out();
        }
    }

    Ran run(Command command) {
        try {
            Collected output = new Collected();
            RunningProcess process = runner.start(command, output);
            return new Ran(end(process), output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static ProcessEnd end(RunningProcess process) {
        try {
            return process.ended().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    Path script(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    // --- arguments and output

    @Test
    void argumentsReachTheProgramAsTheyAre() {
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
    void randomArgumentsReachTheProgramAsTheyAre() {
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
    void longArgumentsReachTheProgram() {
        String kibibytes64 = "0123456789abcde'".repeat(4096);

        assertThat(run(Command.of("/usr/bin/printf", "%s%s", kibibytes64, kibibytes64))
                        .out())
                .isEqualTo(kibibytes64 + kibibytes64);
    }

    @Test
    void anArgumentLongerThanTheSystemTakesIsRefusedWithAdvice() {
        assertThatIOException()
                .isThrownBy(() -> runner.start(Command.of("echo", "x".repeat(200_000)), new Collected()))
                .withMessageContaining("response file");
    }

    @Test
    void argumentsLongerThanTheSystemTakesTogetherAreRefusedWithAdvice() {
        List<String> argv = new ArrayList<>(List.of("/bin/true"));
        for (int i = 0; i < 40; i++) {
            argv.add("x".repeat(100_000));
        }
        assertThat(refusal(Command.of(argv))).contains("response file");
    }

    @Test
    void outputIsKeptByteForByte() throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(directory.resolve("random"), bytes);

        assertThat(run(Command.of("cat", file.toString())).output().bytes()).isEqualTo(bytes);
    }

    @Test
    void outputWithoutALastNewlineIsKept() {
        assertThat(run(Command.of("printf", "no newline")).out()).isEqualTo("no newline");
    }

    @Test
    void singleBytesAreKeptInOrder() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            expected.append(i % 10);
        }
        String loop = "i=0; while [ $i -lt 500 ]; do printf $((i % 10)); i=$((i + 1)); done";

        assertThat(run(Command.shell(loop)).out()).isEqualTo(expected.toString());
    }

    @Test
    void mergedStreamsKeepTheirOrder() {
        Ran ran = run(Command.shell("for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done"));

        assertThat(ran.out()).isEqualTo("o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\no6\ne6\no7\ne7\no8\ne8\no9\ne9\n");
        assertThat(ran.output().err()).isEmpty();
    }

    @Test
    void labelledStreamsAreToldApart() {
        for (int i = 0; i < 3; i++) {
            Ran ran = run(Command.shell("echo out; echo err >&2").capture(Command.Capture.LABELLED));
            assertThat(ran.out()).isEqualTo("out\n");
            assertThat(ran.output().err()).isEqualTo("err\n");
            assertThat(run(Command.shell("echo a; echo b >&2")).out()).isEqualTo("a\nb\n");
        }
    }

    @Test
    void twoHundredJobsAtOnceKeepTheirOutputApart() throws IOException {
        List<RunningProcess> running = new ArrayList<>();
        List<Collected> outputs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Collected output = new Collected();
            outputs.add(output);
            running.add(runner.start(Command.shell("for i in 1 2 3 4 5; do echo job " + i + "; done"), output));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(end(running.get(i)).exitedWith(0)).isTrue();
            assertThat(outputs.get(i).out()).isEqualTo(("job " + i + "\n").repeat(5));
        }
    }

    // --- how it ended

    @Test
    void everyExitCodeIsTold() {
        for (int code : new int[] {0, 1, 2, 3, 42, 126, 127, 128, 129, 130, 131, 137, 139, 141, 143, 192, 254, 255}) {
            ProcessEnd end = run(Command.shell("exit " + code)).end();
            assertThat(end.exitedWith(code)).as("%d: %s", code, end).isTrue();
        }
    }

    @Test
    void aSignalIsToldFromAnExitCode() {
        for (int signal : new int[] {1, 6, 9, 10, 11, 14}) {
            ProcessEnd end = run(Command.shell("kill -" + signal + " $$")).end();
            assertThat(end.exitCode()).isEqualTo(128 + signal);
            assertThat(end.signal()).isEqualTo(knowsSignals() ? signal : 0);
            assertThat(end.problem()).isNull();
        }
    }

    @Test
    void interruptsAreNotIgnoredInAJob() throws IOException {
        // A shell cannot undo what it was started with, so neither can a job of a build in the background of a script.
        Assumptions.assumeFalse(ignoresInterrupts(), "SIGINT is ignored by the process that runs the tests");
        assertThat(run(Command.shell("kill -INT $$; echo survived")).out()).isEmpty();
    }

    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return false;
        }
        String ignored = new String(Files.readAllBytes(status), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 2) != 0;
    }

    // --- what cannot start

    /** The message about a command that cannot start, whether it comes at once or at the end. */
    private String refusal(Command command) {
        Collected output = new Collected();
        ProcessEnd end;
        try {
            end = end(runner.start(command, output));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        assertThat(output.out()).isEmpty();
        assertThat(end.problem()).as("%s", end).isNotNull();
        return String.valueOf(end.problem());
    }

    @Test
    void whatCannotStartIsToldInDifferentWords() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "text");
        Path bad = script("bad", "#!/no/such/interpreter -x\n");

        assertThat(refusal(Command.of("no-such-program-anywhere"))).contains("no-such-program-anywhere", "PATH");
        assertThat(refusal(Command.of("/no/such/program"))).contains("/no/such/program does not exist");
        assertThat(refusal(Command.of(plain.toString()))).contains("is not executable");
        assertThat(refusal(Command.of(directory.toString()))).contains("is a directory");
        assertThat(refusal(Command.of("true").in(directory.resolve("missing")))).contains("missing does not exist");
        assertThat(refusal(Command.of("true").in(plain))).contains("is not a directory");
        assertThat(refusal(Command.of(bad.toString()))).contains("/no/such/interpreter");
        assertThat(refusal(Command.of("cat").stdinFrom(directory.resolve("none"))))
                .contains("none does not exist");
        assertThat(run(Command.of("echo", "still alive")).out()).isEqualTo("still alive\n");
    }

    @Test
    void aScriptWithoutAFirstLineRunsInTheShell() throws IOException {
        Path script = script("plain.sh", "echo from $0; exit 5\n");

        Ran ran = run(Command.of(script.toString()));
        assertThat(ran.out()).isEqualTo("from " + script + "\n");
        assertThat(ran.end().exitedWith(5)).isTrue();
    }

    @Test
    void aJustWrittenProgramRuns() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 6; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 25; i++) {
                    try {
                        Path program = script("p" + number + "-" + i, "#!/bin/sh\necho ran\n");
                        Ran ran = run(Command.of(program.toString()));
                        if (!ran.end().exitedWith(0) || !ran.out().equals("ran\n")) {
                            failures.add(ran.end() + " " + ran.out());
                        }
                    } catch (IOException | AssertionError e) {
                        failures.add(e.toString());
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aProgramThatStaysOpenForWritingIsTriedAgain() throws Exception {
        Path program = Files.copy(Path.of("/bin/true"), directory.resolve("busy"));
        Collected output = new Collected();
        CompletableFuture<RunningProcess> started;
        try (var writer = Files.newOutputStream(program, java.nio.file.StandardOpenOption.APPEND)) {
            started = CompletableFuture.supplyAsync(() -> {
                try {
                    return runner.start(Command.of(program.toString()), output);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(run(Command.shell("sleep 0.05")).end().exitedWith(0)).isTrue();
            writer.flush();
        }
        assertThat(end(started.get()).exitedWith(0)).isTrue();
        assertThat(output.out()).isEmpty();
    }

    // --- environment, directory, input

    @Test
    void aCleanEnvironmentHoldsWhatWasSetAndNothingElse() {
        Ran ran = run(Command.of("/usr/bin/env")
                .cleanEnv()
                .env("A", "b c")
                .env("odd.name", "x")
                .env("Q", "'\n\""));

        assertThat(ran.out().split("\n")).containsExactlyInAnyOrder("A=b c", "odd.name=x", "Q='", "\"");
    }

    @Test
    void environmentOfTheRunnerIsWhatCommandsInherit() throws Exception {
        String gone = System.getenv().containsKey("HOME") ? "HOME" : "PWD";
        ProcessRunnerBuilder builder =
                ProcessRunner.builder().environment("HEDDLE_NEW", "é ü").environment(gone, null);
        builder.environment("PATH", directory + ":/usr/bin:/bin");
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

    private static String ran(ProcessRunner runner, Command command) throws IOException {
        Collected output = new Collected();
        end(runner.start(command, output));
        return output.out();
    }

    @Test
    void theEnvironmentIsInheritedChangedAndUnset() {
        String name = System.getenv().containsKey("HOME") ? "HOME" : "PATH";
        assertThat(run(Command.of("/usr/bin/env")).out()).contains(name + "=" + System.getenv(name) + "\n");
        assertThat(run(Command.of("/usr/bin/env").unset(name)).out()).doesNotContain("\n" + name + "=");
        assertThat(run(Command.of("/usr/bin/env").env(name, "else where")).out())
                .contains(name + "=else where\n");
        assertThat(run(Command.of("/usr/bin/env")).out()).contains(name + "=" + System.getenv(name) + "\n");
    }

    @Test
    void noVariableOfTheRunnerReachesTheJob() {
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
    void aCommandRunsInItsDirectory() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("it's a\nplace"));

        assertThat(run(Command.of("/bin/pwd").in(odd)).out()).isEqualTo(odd.toRealPath() + "\n");
        String old = System.getenv("OLDPWD");
        assertThat(run(Command.shell("echo ${OLDPWD-unset}").in(odd)).out())
                .isEqualTo((old == null ? "unset" : old) + "\n");
        script("here", "#!/bin/sh\necho found\n");
        assertThat(run(Command.of("./here").in(directory)).out()).isEqualTo("found\n");
    }

    @Test
    void aProgramIsLookedForInThePathOfTheCommand() throws IOException {
        script("only-here", "#!/bin/sh\necho found\n");

        assertThat(run(Command.of("only-here").env("PATH", directory + ":/usr/bin:/bin"))
                        .out())
                .isEqualTo("found\n");
        assertThat(run(Command.of("cat").cleanEnv().stdin("clean")).out()).isEqualTo("clean");
    }

    @Test
    void inputIsNothingUnlessAskedFor() throws IOException {
        Path file = Files.writeString(directory.resolve("in"), "from a file");

        assertThat(run(Command.of("cat")).out()).isEmpty();
        assertThat(run(Command.of("cat").stdin("text\näöü")).out()).isEqualTo("text\näöü");
        assertThat(run(Command.of("cat").stdin("")).out()).isEmpty();
        assertThat(run(Command.of("cat").stdinFrom(file)).out()).isEqualTo("from a file");
        assertThat(run(Command.of("cat").stdinFrom(Path.of("in")).in(directory)).out())
                .isEqualTo("from a file");
        assertThat(run(Command.of("cat")).out()).isEmpty();
    }

    @Test
    void aJobHasNoOtherDescriptors() {
        assertThat(run(Command.of("ls", "/proc/self/fd")).out()).isEqualTo("0\n1\n2\n3\n");
    }

    // --- shell lines

    @Test
    void aShellLineIsReadByTheShell() {
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
    void aMissingProgramInAShellLineIsTheShellsToReport() {
        Ran ran = run(Command.shell("no-such-program-anywhere 1"));
        assertThat(ran.end().exitedWith(127)).isTrue();
        assertThat(ran.out()).contains("no-such-program-anywhere").contains("not found");
    }

    // --- traps

    @Test
    void aGrandchildsOutputWithinTheGraceIsKept() {
        if (!ownsPipes()) {
            return;
        }
        Ran ran = run(Command.shell("(sleep 0.1; echo late) & echo early"));

        assertThat(ran.out()).isEqualTo("early\nlate\n");
        assertThat(ran.end()).isEqualTo(new ProcessEnd(0, 0, false, null));
    }

    @Test
    void aGrandchildThatHoldsThePipeDoesNotHangTheJob() {
        if (!ownsPipes()) {
            return;
        }
        Ran ran = run(Command.shell("sleep 100 & echo $!"));

        assertThat(ran.end()).isEqualTo(new ProcessEnd(0, 0, true, null));
        if (killsOrphans()) {
            awaitDeath(Long.parseLong(ran.out().strip()));
        }
    }

    @Test
    void aDaemonThatHoldsThePipeIsLetGoAndNeverHeardAgain() throws Exception {
        if (!ownsPipes()) {
            return;
        }
        Ran first =
                run(Command.shell("setsid sh -c 'echo $$; trap \"\" PIPE; while :; do sleep 0.01; echo late; done' &"));
        assertThat(first.end().leftovers()).isTrue();
        long daemon = Long.parseLong(first.out().lines().findFirst().orElseThrow());
        try {
            for (int i = 0; i < 10; i++) {
                assertThat(run(Command.shell("sleep 0.02; echo mine")).out()).isEqualTo("mine\n");
            }
        } finally {
            ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void lastWordsOfATerminatedJobAreKept() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(
                Command.shell("trap 'echo last words; exit 7' TERM; echo ready; while :; do sleep 0.01; done"), output);
        output.await("ready");
        process.terminate(Duration.ofSeconds(30));

        assertThat(end(process).exitedWith(7)).isTrue();
        assertThat(output.out()).startsWith("ready\n").endsWith("last words\n");
    }

    @Test
    void aJobThatIgnoresTermIsKilledAfterTheGraceAndItsOutputKept() throws Exception {
        Collected output = new Collected();
        RunningProcess process =
                runner.start(Command.shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"), output);
        output.await("ready");
        process.terminate(Duration.ofMillis(100));

        ProcessEnd end = end(process);
        assertThat(end.signal()).isEqualTo(9);
        assertThat(end.exitCode()).isEqualTo(137);
        assertThat(output.out()).isEqualTo("ready\n");
    }

    @Test
    void theWholeTreeIsKilled() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(
                Command.shell(
                        "trap '' TERM; sleep 100 & echo $!; sh -c \"trap '' TERM; sleep 100 & echo \\$!; timeout 99 sleep 98 & echo \\$!; wait\" & echo $!; wait; wait"),
                output);
        while (output.out().lines().count() < 4) {
            output.await("\n");
            Thread.onSpinWait();
        }
        process.terminate(Duration.ofMillis(100));
        end(process);

        output.out().lines().forEach(pid -> awaitDeath(Long.parseLong(pid)));
    }

    @Test
    void aTerminatedJobTellsItsSignal() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("echo ready; exec sleep 100"), output);
        output.await("ready");
        process.terminate(Duration.ofSeconds(30));

        assertThat(end(process)).isEqualTo(new ProcessEnd(143, 15, false, null));
        process.terminate(Duration.ZERO);
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    @Test
    void aStoppedJobHasNotEndedAndCanBeKilled() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("echo ready; kill -STOP $$; echo on"), output);
        output.await("ready");
        assertThat(run(Command.of("sleep", "0.2")).end().exitedWith(0)).isTrue();
        assertThat(process.ended()).isNotDone();
        process.terminate(Duration.ofMillis(200));

        assertThat(end(process).exitCode()).isIn(137, 143);
    }

    @Test
    void aJobMaySignalItsOwnGroup() {
        if (!killsOrphans()) {
            return;
        }
        assertThat(run(Command.shell("trap 'echo caught' TERM; kill 0; echo on"))
                        .out())
                .isEqualTo("caught\non\n");
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    // --- the end of the runner

    @Test
    void aClosedRunnerHasKilledItsJobsAndStartsNoMore() throws Exception {
        Collected output = new Collected();
        RunningProcess process =
                runner.start(Command.shell("trap '' TERM; echo $$; while :; do sleep 0.01; done"), output);
        output.await("\n");
        runner.close();
        runner.close();

        assertThat(process.ended()).isDone();
        assertThat(end(process).signal()).isEqualTo(9);
        awaitDeath(Long.parseLong(output.out().strip()));
        assertThatIllegalStateException().isThrownBy(() -> runner.start(Command.of("true"), output));
    }

    @Test
    void aRunnerThatNeverRanAnythingCloses() {
        runner.close();
    }

    @Test
    void anOutputThatThrowsDoesNotHangTheJob() {
        Collected refusing = new Collected() {
            @Override
            public synchronized void write(dev.heddle.core.Channel channel, byte[] bytes, int offset, int length) {
                throw new IllegalStateException("closed");
            }
        };
        try {
            ProcessEnd end = end(runner.start(Command.of("head", "-c", "1000000", "/dev/zero"), refusing));
            assertThat(end.exitCode()).isZero();
            assertThat(end.problem()).contains("closed");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    @Test
    void anOutputThatIsSlowLosesNothingAndIsNoLeftover() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        Collected slow = new Collected() {
            @Override
            public void write(dev.heddle.core.Channel channel, byte[] bytes, int offset, int length) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.write(channel, bytes, offset, length);
            }
        };
        RunningProcess process = runner.start(Command.shell("echo first; seq 10000"), slow);
        // Much longer than the drain grace, which must not count while the reader is held up.
        run(Command.of("sleep", "1"));
        gate.countDown();

        assertThat(end(process)).isEqualTo(new ProcessEnd(0, 0, false, null));
        assertThat(slow.out()).startsWith("first\n1\n").endsWith("\n10000\n");
    }

    static void awaitDeath(long pid) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (isRunning(pid)) {
            assertThat(System.nanoTime()).as("process %d lives on", pid).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** A zombie whose parent takes its time counts as dead. */
    static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
