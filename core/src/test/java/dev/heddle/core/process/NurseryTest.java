package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Who starts the agents, and what becomes of them when a nursery cannot, dies, or is alone left over. */
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

    private record Held(RunningProcess process, long pid) {}

    /** A job that runs until it is ended. */
    private static Held hold(ProcessRunner runner) throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("echo $$; exec sleep 1000"), output);
        output.await("\n");
        return new Held(process, Long.parseLong(output.out().strip()));
    }

    private static String program(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    }

    private static long parent(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return Long.parseLong(stat.substring(stat.lastIndexOf(") ") + 2).split(" ")[1]);
    }

    private static long nursery(Held job) throws IOException {
        return parent(job.process().pid());
    }

    private Path script(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("perl"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aFewAgentsAreStartedDirectlyAndTheOthersByTheNursery() throws Exception {
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
    void eachAgentLeadsASessionOfItsOwn() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int i = 0; i < 3; i++) {
                Held job = hold(runner);
                assertThat(ProcessTree.groups(job.process().pid()))
                        .containsExactly(job.process().pid());
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
                #!/bin/sh
                read -r nonce
                while read -r id rest; do echo "$nonce u $id 11"; done
                """);
        try (ProcessRunner runner = runner(0, perl)) {
            assertThatThrownBy(() -> runner.start(Command.of("true"), new Collected()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot fork")
                    .hasMessageContaining("Resource temporarily unavailable");
        }
    }

    @Test
    void whatRunsOutlivesTheNurseryAndNewAgentsAreStartedDirectly() throws Exception {
        try (ProcessRunner runner = runner(0, PERL)) {
            Held before = hold(runner);
            long nursery = nursery(before);
            ProcessHandle.of(nursery).orElseThrow().destroyForcibly();
            ProcessRunnerContract.awaitDeath(nursery);

            assertThat(nursery(hold(runner))).isEqualTo(ProcessHandle.current().pid());
            before.process().terminate(Duration.ofSeconds(10));
            assertThat(end(before.process())).isEqualTo(new ProcessEnd(143, 15, false, null));
        }
    }

    @Test
    void anAgentThatIsKilledIsNoticedWithAndWithoutItsNursery() throws Exception {
        for (boolean orphan : new boolean[] {false, true}) {
            try (ProcessRunner runner = runner(0, PERL)) {
                Held job = hold(runner);
                if (orphan) {
                    long nursery = nursery(job);
                    ProcessHandle.of(nursery).orElseThrow().destroyForcibly();
                    ProcessRunnerContract.awaitDeath(nursery);
                }
                ProcessHandle.of(job.process().pid()).orElseThrow().destroyForcibly();
                assertThat(end(job.process()).problem()).contains("shell agent");
            }
        }
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        List<Long> processes = new ArrayList<>();
        try (ProcessRunner runner = runner(0, PERL)) {
            for (int i = 0; i < 20; i++) {
                Held job = hold(runner);
                processes.add(job.pid());
                processes.add(job.process().pid());
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
