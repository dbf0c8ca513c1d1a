package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Lease;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Slots;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshHostTest {

    /** Shells of this machine, or none at all. */
    private record Shells(List<String> before) implements ShellTransport {

        @Override
        public String name() {
            return "there";
        }

        @Override
        public List<String> first(Path directory, List<String> program) {
            return further(directory, program);
        }

        @Override
        public List<String> further(Path directory, List<String> program) {
            return Stream.concat(before.stream(), program.stream()).toList();
        }

        @Override
        public int mostPrograms() {
            return 10;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(20);
        }
    }

    /** A job of which nothing but its output is asked, which goes nowhere. */
    private record Silent() implements HostJob {

        @Override
        public JobInfo info() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Task task() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Lease lease() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Slots slots() {
            throw new UnsupportedOperationException();
        }

        @Override
        public JobOutput output() {
            return OutputPort.discard().open(new JobInfo(1, "task", null, "", "there", 1));
        }

        @Override
        public void note(JobNote note) {}

        @Override
        public void expand(Expansion expansion) {}

        @Override
        public void next(List<Step> steps) {}

        @Override
        public void skip(List<String> steps) {}
    }

    @TempDir
    Path directory;

    private static StepEnd run(ShellTransport transport, Command command) throws Exception {
        try (SshHost host = new SshHost(HostSpec.of("there", 2), transport)) {
            CompletableFuture<StepEnd> end = new CompletableFuture<>();
            host.start(new Silent(), command, new StepObserver() {
                @Override
                public void started(long pid) {
                    assertThat(pid).as("a process of this machine").isZero();
                }

                @Override
                public void ended(StepEnd told) {
                    end.complete(told);
                }
            });
            return end.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aJobsOwnExitCode255IsAFailureAndNoLoss() throws Exception {
        StepEnd end = run(new Shells(List.of("env")), Command.shell("exit 255"));

        assertThat(end)
                .isInstanceOfSatisfying(
                        StepEnd.Exited.class,
                        exited -> assertThat(exited.end().exitedWith(255)).isTrue());
    }

    @Test
    void aProgramThatIsNotThereIsNoLoss() throws Exception {
        assertThat(run(new Shells(List.of("env")), Command.of("no-such-program-anywhere")))
                .isInstanceOfSatisfying(
                        StepEnd.NotStarted.class,
                        end -> assertThat(end.message()).contains("no-such-program-anywhere", "PATH", "there"));
    }

    @Test
    void aHostThatCannotBeReachedLosesTheJob() throws Exception {
        assertThat(run(new Shells(List.of("sh", "-c", "echo no way >&2; exit 255")), Command.of("true")))
                .isInstanceOfSatisfying(
                        StepEnd.Lost.class, end -> assertThat(end.why()).contains("cannot connect to there: no way"));
        assertThat(run(new Shells(List.of("sh", "-c", "echo only for mail; exit 0")), Command.of("true")))
                .isInstanceOfSatisfying(
                        StepEnd.Lost.class,
                        end -> assertThat(end.why()).contains("cannot connect to there: only for mail"));
        assertThat(run(new Shells(List.of("/no/such/ssh")), Command.of("true"))).isInstanceOf(StepEnd.Lost.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"beta", "me@beta.example.org", "[2001:db8::1]", "[fe80::1%eth0]", "ssh:localhost"})
    void whatAHostsFileMayNameSshCanBeGiven(String name) {
        try (SshHost host = SshHost.of(HostEntry.parse(name + " jobs=2 timeout=7"))) {
            assertThat(host.spec().name()).isEqualTo(name);
            assertThat(host.load()).isNegative();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-oProxyCommand=x", "-l@beta", "a;b", "$(id)", "`id`@beta"})
    void whatCouldBeAnOptionIsAnErrorWithItsPlace(String name) throws IOException {
        Path file = Files.writeString(directory.resolve("hosts"), "# hosts\n" + name + " jobs=1\n");

        assertThatExceptionOfType(HostFileException.class)
                .isThrownBy(() -> Hosts.file(file))
                .withMessageContaining(file + ":2:");
    }
}
