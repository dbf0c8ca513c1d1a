package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What shell agents leave behind, and what becomes of them when something kills them. */
@Timeout(120)
class AgentLifeTest {

    @TempDir
    Path directory;

    private ProcessRunnerBuilder builder() {
        return ProcessRunner.builder().drainGrace(Duration.ofMillis(300)).temporaryDirectory(directory);
    }

    private static ProcessEnd end(RunningProcess process) throws Exception {
        return process.ended().get(60, TimeUnit.SECONDS);
    }

    private static String out(ProcessRunner runner, Command command) throws Exception {
        Collected output = new Collected();
        end(runner.start(command, output));
        return output.out();
    }

    /** The directory that a runner made, learned from the FIFO that a job writes to. */
    private static Path home(ProcessRunner runner) throws Exception {
        return Path.of(out(runner, Command.of("readlink", "/proc/self/fd/1")).strip())
                .getParent();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("heddle-process"))
                .toList();
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void twoThousandJobsLeaveNothingBehind() throws Exception {
        for (boolean agents : new boolean[] {true, false}) {
            long descriptors = descriptors();
            int jobs = agents ? 2_000 : 200;
            try (ProcessRunner runner =
                    agents ? builder().buildAgents() : builder().buildPlain()) {
                Semaphore slots = new Semaphore(4);
                for (int i = 0; i < jobs; i++) {
                    slots.acquire();
                    Command command = i % 10 == 0 ? Command.of("cat").stdin("x") : Command.shell("echo " + i);
                    runner.start(command, new Collected()).ended().thenRun(slots::release);
                }
                slots.acquire(4);
                assertThat(threads().size()).isLessThan(20);
            }
            assertThat(threads()).isEmpty();
            assertThat(left()).isEmpty();
            assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 2);
        }
    }

    @Test
    void aThousandJobsRunAtOnce() throws Exception {
        int jobs = Integer.getInteger("heddle.process.atOnce", 300);
        try (ProcessRunner runner = builder().mostIdle(10).buildAgents()) {
            Path gate = directory.resolve("gate");
            out(runner, Command.of("mkfifo", gate.toString()));
            List<RunningProcess> running = new ArrayList<>();
            List<Collected> outputs = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                Collected output = new Collected();
                outputs.add(output);
                running.add(runner.start(Command.shell("echo " + i + "; read x <'" + gate + "'; echo " + i), output));
            }
            for (int i = 0; i < jobs; i++) {
                outputs.get(i).await(i + "\n");
            }
            assertThat(running).noneMatch(process -> process.ended().isDone());
            // Every job opens the gate when it gets there; the last may come late, so it stays open until all have
            // ended.
            try (var open = Files.newOutputStream(gate)) {
                open.write("\n".repeat(jobs).getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < jobs; i++) {
                    assertThat(end(running.get(i)).exitedWith(0)).isTrue();
                    assertThat(outputs.get(i).out()).isEqualTo(i + "\n" + i + "\n");
                }
            }
            Files.delete(gate);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void anAgentKilledByItsJobIsReplacedAndTold() throws Exception {
        try (ProcessRunner runner = builder().buildAgents()) {
            Collected output = new Collected();
            ProcessEnd end = end(runner.start(Command.shell("echo before; kill -9 $PPID; sleep 100"), output));

            assertThat(end.problem()).contains("shell agent");
            assertThat(output.out()).isEqualTo("before\n");
            assertThat(out(runner, Command.of("echo", "next"))).isEqualTo("next\n");
        }
    }

    @Test
    void shellsKilledFromOutsideAreReplaced() throws Exception {
        try (ProcessRunner runner = builder().buildAgents()) {
            Path home = home(runner);
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains(home.toString()))
                    .forEach(ProcessHandle::destroyForcibly);

            Collected output = new Collected();
            RunningProcess process = runner.start(Command.shell("echo ready; exec sleep 100"), output);
            // Either a new shell runs it, or the dying one took it along and says so. The copy is given a limit, not
            // the end
            // itself, which would then be the limit's.
            process.ended()
                    .copy()
                    .orTimeout(1, TimeUnit.SECONDS)
                    .exceptionally(e -> null)
                    .join();
            process.terminate(Duration.ofSeconds(5));
            ProcessEnd end = end(process);
            assertThat(end.signal() != 0 || end.problem() != null).as("%s", end).isTrue();
            assertThat(out(runner, Command.of("echo", "next"))).isEqualTo("next\n");
        }
    }

    @Test
    void aRunnerWhoseDirectoryVanishedSaysSo() throws Exception {
        try (ProcessRunner runner = builder().buildAgents()) {
            Path home = home(runner);
            try (Stream<Path> files = Files.list(home)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(home);
            String problem;
            try {
                problem = end(runner.start(Command.of("echo", "x"), new Collected()))
                        .problem();
            } catch (IOException e) {
                problem = e.getMessage();
            }
            assertThat(problem).contains(home.toString());
        }
    }

    @Test
    void aJobCannotForgeAnEnd() throws Exception {
        try (ProcessRunner runner = builder().buildAgents()) {
            Path home = home(runner);
            Ended ended = new Ended(runner.start(
                    Command.shell("for f in " + home
                            + "/f*; do echo '0123456789abcdef e 1 0' 1<>$f; done; sleep 0.3; exit 9"),
                    new Collected()));
            assertThat(ended.end().exitedWith(9)).isTrue();
        }
    }

    private record Ended(RunningProcess process) {
        ProcessEnd end() throws Exception {
            return AgentLifeTest.end(process);
        }
    }

    @Test
    void wordsLikeThoseOfTheAgentAreDeliveredWhenTheJobSucceeds() throws Exception {
        try (ProcessRunner runner = builder().buildAgents()) {
            String words = home(runner) + "/sh: 1: exec: x: not found";
            assertThat(out(runner, Command.of("echo", words))).isEqualTo(words + "\n");
            assertThat(out(runner, Command.shell("echo '" + words + "'; seq 10000; exit 1")))
                    .startsWith(words + "\n1\n")
                    .endsWith("10000\n");
        }
    }

    @Test
    void nothingSurvivesAJvmThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Survivor.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Long> pids = new ArrayList<>();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < 4; i++) {
                pids.add(Long.parseLong(said.readLine()));
            }
            assertThat(pids).allMatch(ProcessRunnerContract::isRunning);
            assertThat(left()).hasSize(1);
            jvm.toHandle().destroyForcibly();
            jvm.waitFor();
        }
        pids.forEach(ProcessRunnerContract::awaitDeath);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!left().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Runs in a JVM of its own, which is then killed. */
    static final class Survivor {

        private Survivor() {}

        public static void main(String[] args) throws Exception {
            ProcessRunner runner =
                    ProcessRunner.builder().temporaryDirectory(Path.of(args[0])).buildAgents();
            Collected output = new Collected();
            String job =
                    "trap '' TERM HUP INT; echo $$ $PPID; sleep 1000 & echo $!; timeout 999 sleep 998 & echo $!; wait";
            RunningProcess process = runner.start(Command.shell(job), output);
            output.await(" ");
            while (output.out().lines().count() < 3) {
                Thread.onSpinWait();
            }
            Arrays.stream(output.out().strip().split("\\s+")).forEach(System.out::println);
            System.out.flush();
            process.ended().join();
        }
    }

    @Test
    void perlMakesTheSessionAndTheMaskOfSignalsWhereSetsidIsMissingAndEnvIsOld() throws Exception {
        Path perl = Path.of("/usr/bin/perl");
        Assumptions.assumeTrue(Files.isExecutable(perl), "perl is not installed");
        RunnerSettings settings = new RunnerSettings(
                Duration.ofMillis(300),
                4,
                directory,
                Path.of("/bin/sh"),
                true,
                ProcessRunnerBuilder.perlSession(perl),
                Path.of("/usr/bin/mkfifo"),
                Path.of("/bin/false"),
                Map.of(),
                perl,
                1);
        try (ProcessRunner runner = new AgentRunner(settings)) {
            Collected mask = new Collected();
            end(runner.start(Command.of("grep", "SigBlk", "/proc/self/status"), mask));
            assertThat(mask.out()).isEqualTo("SigBlk:\t0000000000000000\n");

            Collected output = new Collected();
            RunningProcess process = runner.start(Command.shell("sleep 100 & echo $!; wait"), output);
            output.await("\n");
            process.terminate(Duration.ofSeconds(10));
            assertThat(end(process)).isEqualTo(new ProcessEnd(143, 15, false, null));
            ProcessRunnerContract.awaitDeath(Long.parseLong(output.out().strip()));
        }
    }

    @Test
    void variablesThatNoShellCanCarryReachTheJob() {
        Map<String, String> environment = Map.of("BASH_FUNC_x%%", "() { :; }", "PATH", "/bin:/usr/bin");
        AgentScript script = new AgentScript(environment, Path.of("/run/env"), "N");
        Launch launch = new Launch(Command.of("true"), List.of("true"), Path.of("/bin/true"), null, false);

        assertThat(script.job(launch, new JobStreams(7, Path.of("/o"), null, null)))
                .contains("exec '/run/env' -i ")
                .contains(" 'BASH_FUNC_x%%=() { :; }'")
                .contains(" 'PATH=/bin:/usr/bin'")
                .endsWith(" 'true')\necho N e 7 $?\n");
    }
}
