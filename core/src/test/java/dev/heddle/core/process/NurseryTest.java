package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who starts the jobs, and what becomes of them when a nursery cannot, dies, or is alone left over. */
@Timeout(120)
class NurseryTest {

    private static final Path PERL = Path.of("/usr/bin/perl");

    @TempDir
    Path directory;

    @BeforeEach
    void needsPerl() {
        Assumptions.assumeTrue(Files.isExecutable(PERL), "perl is not installed");
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "there is no /proc");
    }

    private AgentRunner runner(int mostDirect, Path perl) throws IOException {
        return new AgentRunner(new RunnerSettings(
                Duration.ofMillis(300),
                4,
                Files.createDirectories(directory.resolve("runner")),
                Path.of("/bin/sh"),
                true,
                List.of("/usr/bin/setsid"),
                Path.of("/usr/bin/mkfifo"),
                Path.of("/usr/bin/env"),
                Map.of("HEDDLE_NURSERY_TEST", "set"),
                perl,
                mostDirect));
    }

    private static ProcessEnd end(RunningProcess process) throws Exception {
        return process.ended().get(60, TimeUnit.SECONDS);
    }

    /** A job that runs, with its process and what leads its session. */
    private record Held(RunningProcess process, long pid, long leader) {}

    /** A job that runs until it is ended. */
    private static Held hold(ProcessRunner runner) throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("echo $$; exec sleep 1000"), output);
        output.await("\n");
        long leader = process.began().get(60, TimeUnit.SECONDS);
        assertThat(process.pid()).isEqualTo(leader);
        return new Held(process, Long.parseLong(output.out().strip()), leader);
    }

    private static String program(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    }

    private static long parent(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return Long.parseLong(stat.substring(stat.lastIndexOf(") ") + 2).split(" ")[1]);
    }

    private static long nursery(Held job) throws IOException {
        return parent(job.leader());
    }

    private Path script(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("perl"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aFewJobsRunInShellsAndTheOthersAreChildrenOfTheNursery() throws Exception {
        try (ProcessRunner runner = runner(2, PERL)) {
            List<String> starters = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                starters.add(program(nursery(hold(runner))));
            }
            assertThat(starters.subList(0, 2)).containsOnly("java");
            assertThat(starters.subList(2, 5)).containsOnly("perl");
        }
    }

    @Test
    void eachJobLeadsASessionOfItsOwn() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int i = 0; i < 3; i++) {
                Held job = hold(runner);
                assertThat(job.pid()).isEqualTo(job.leader());
                assertThat(ProcessTree.groups(job.leader())).containsExactly(job.leader());
            }
        }
    }

    @Test
    void aMissingOrBrokenPerlMeansDirectStarts() throws Exception {
        for (Path perl : List.of(directory.resolve("none"), Path.of("/bin/false"))) {
            try (ProcessRunner runner = runner(0, perl)) {
                Held job = hold(runner);
                assertThat(nursery(job)).isEqualTo(ProcessHandle.current().pid());
                assertThat(nursery(hold(runner)))
                        .isEqualTo(ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void aNurseryThatCannotForkIsToldInItsWords() throws Exception {
        Path perl = script("""
                #!/usr/bin/perl
                $/ = "\\0";
                $| = 1;
                chomp(my $nonce = <STDIN>);
                <STDIN>;
                print "$nonce r 0 0\\n";
                chomp(my $berth = <STDIN>);
                print "$nonce u $berth 11\\n";
                <STDIN> while !eof STDIN;
                """);
        try (ProcessRunner runner = runner(0, perl)) {
            RunningProcess process = runner.start(Command.of("true"), new Collected());
            assertThat(end(process).problem()).contains("cannot fork").contains("Resource temporarily unavailable");
            assertThat(process.began()).isNotDone();
        }
    }

    @Test
    void whenTheNurseryIsKilledItsJobsAreKilledAndToldAndOthersRunInShells() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Held before = hold(runner);
            long nursery = nursery(before);
            ProcessHandle.of(nursery).orElseThrow().destroyForcibly();
            ProcessRunnerContract.awaitDeath(nursery);

            assertThat(nursery(hold(runner))).isEqualTo(ProcessHandle.current().pid());
            assertThat(end(before.process()).problem()).contains("the process that started it ended");
            ProcessRunnerContract.awaitDeath(before.pid());
        }
    }

    @Test
    void aJobThatIsKilledFromOutsideTellsItsSignal() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Held job = hold(runner);
            ProcessHandle.of(job.pid()).orElseThrow().destroyForcibly();
            assertThat(end(job.process())).isEqualTo(new ProcessEnd(137, 9, false, null));
        }
    }

    @Test
    void everySignalIsTold() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int signal : new int[] {1, 2, 9, 13, 15}) {
                RunningProcess process = runner.start(Command.shell("kill -" + signal + " $$"), new Collected());
                assertThat(end(process)).isEqualTo(new ProcessEnd(128 + signal, signal, false, null));
            }
        }
    }

    @Test
    void whatCannotBecomeItsProgramRanNothing() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Path bad = script("#!/no/such/interpreter\n");
            ProcessEnd end = end(runner.start(Command.of(bad.toString()), new Collected()));
            assertThat(end.refused()).isTrue();
            assertThat(end.problem()).contains("/no/such/interpreter");
        }
    }

    @Test
    void aJobWhoseFifoIsGoneSaysSo() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Collected output = new Collected();
            end(runner.start(Command.of("readlink", "/proc/self/fd/1"), output));
            Path fifo = Path.of(output.out().strip());
            Files.delete(fifo);
            assertThat(end(runner.start(Command.of("true"), new Collected())).problem())
                    .contains(fifo + " is gone");
        }
    }

    @Test
    void aJobThatIsTerminatedAtOnceEndsWhetherItIsBornOrNot() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int i = 0; i < 50; i++) {
                RunningProcess process = runner.start(Command.of("sleep", "1000"), new Collected());
                process.terminate(i % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(30));
                assertThat(end(process).signal()).isIn(9, 15);
            }
        }
    }

    @Test
    void jobsThatAreBornWhileTheRunnerClosesAreKilled() throws Exception {
        for (int i = 0; i < 5; i++) {
            List<RunningProcess> processes = new ArrayList<>();
            try (ProcessRunner runner = runner(0, PERL)) {
                for (int j = 0; j < 10; j++) {
                    processes.add(runner.start(Command.of("sleep", "1000"), new Collected()));
                }
            }
            assertThat(processes).allMatch(process -> process.ended().isDone());
        }
    }

    @Test
    void noSignalIsBlockedInAJobOfTheNurseryOrOfAShell() throws Exception {
        List<String> told = new ArrayList<>();
        for (int direct : new int[] {0, 1}) {
            try (ProcessRunner runner = runner(direct, PERL)) {
                Collected output = new Collected();
                end(runner.start(Command.of("grep", "^Sig[BI]", "/proc/self/status"), output));
                told.add(output.out());
            }
        }
        assertThat(told.get(0)).startsWith("SigBlk:\t0000000000000000\n").isEqualTo(told.get(1));
    }

    @Test
    void whatAJobLeavesBehindLivesUntilTheRunnerCloses() throws Exception {
        long left;
        try (ProcessRunner runner = runner(0, PERL)) {
            Collected output = new Collected();
            end(runner.start(Command.shell("sleep 1000 >/dev/null 2>&1 & echo $!"), output));
            left = Long.parseLong(output.out().strip());
            end(runner.start(Command.of("true"), new Collected()));
            assertThat(ProcessRunnerContract.isRunning(left)).isTrue();
        }
        ProcessRunnerContract.awaitDeath(left);
    }

    @Test
    void variablesThatPerlHeedsAreTheJobsAlone() throws Exception {
        ProcessRunnerBuilder builder = ProcessRunner.builder()
                .mostDirect(0)
                .environment("PERL5OPT", "-Mno::such::module")
                .environment("PERL_UNICODE", "SDA");
        try (ProcessRunner runner = builder.buildAgents()) {
            Collected output = new Collected();
            String line = "echo $PERL5OPT $PERL_UNICODE ü; cat /proc/$PPID/comm";
            end(runner.start(Command.shell(line), output));
            assertThat(output.out()).isEqualTo("-Mno::such::module SDA ü\nperl\n");
        }
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        List<Long> processes = new ArrayList<>();
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int i = 0; i < 20; i++) {
                Held job = hold(runner);
                processes.add(job.pid());
                processes.add(job.leader());
                processes.add(nursery(job));
            }
        }
        processes.forEach(ProcessRunnerContract::awaitDeath);
        try (Stream<Path> left = Files.list(directory.resolve("runner"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatCommandsInheritIsChangedForAgentsOfTheNurseryToo() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Collected output = new Collected();
            end(runner.start(Command.shell("echo $HEDDLE_NURSERY_TEST"), output));
            assertThat(output.out()).isEqualTo("set\n");
        }
    }

    @Test
    void theNonceIsInNoListOfProcesses() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            byte[] line = Files.readAllBytes(Path.of("/proc/" + nursery(hold(runner)) + "/cmdline"));
            assertThat(new String(line, StandardCharsets.ISO_8859_1)).doesNotContainPattern("[0-9a-f]{32}");
        }
    }
}
