package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.transport.SshCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of jobs when the way to their machine breaks, slows down, or hangs: they are lost, which is not failed, and
 * when that is told nothing of them runs any more.
 */
@Tag("peer")
@Timeout(120)
class SshFaultsTest {

    private static final Duration LEASE = Duration.ofSeconds(4);

    /** The lease and three seconds for the clocks over there, then some for a machine that has much to do. */
    private static final Duration LOST_WITHIN = Duration.ofSeconds(4 + 3 + 12);

    /** A job that runs until it is killed, with a child in a process group of its own. */
    private static final String ENDLESS =
            "timeout 1000 sleep 1000 & echo $$ $!; trap '' TERM HUP; while :; do sleep 0.1; done";

    @TempDir
    Path directory;

    private SshHosts hosts;
    private FarProcessRunner runner;

    @BeforeEach
    void bringUp() throws IOException {
        hosts = SshHosts.up(1);
        runner = ProcessRunner.builder()
                .lease(LEASE)
                .drainGrace(Duration.ofMillis(300))
                .buildFar(hosts.to(1).patience(Duration.ofSeconds(45)));
    }

    @AfterEach
    void bringDown() throws IOException {
        if (runner != null) {
            runner.close();
        }
        if (hosts != null) {
            hosts.close();
        }
    }

    private record Endless(RunningProcess process, long[] pids) {

        /** That it was lost, not failed, and is gone when that is told. */
        void assertLost() {
            ProcessEnd end = ProcessRunnerContract.end(process);
            for (long pid : pids) {
                assertThat(ProcessRunnerContract.isRunning(pid))
                        .as("process %d when its job is told as lost (%s)", pid, end)
                        .isFalse();
            }
            assertThat(end.problem()).isNotNull();
            assertThat(end.refused()).isFalse();
        }
    }

    private Endless startEndless() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell(ENDLESS), output);
        var unused = process.ended()
                .thenAccept(end ->
                        output.write(Channel.STDOUT, ("0 0 ended: " + end + "\n").getBytes(StandardCharsets.UTF_8)));
        output.await("\n");
        assertThat(output.out()).doesNotContain("ended");
        String[] words = output.out().strip().split(" ");
        return new Endless(process, new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])});
    }

    private void assertLostInTime(Endless job, long since) {
        job.assertLost();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(LOST_WITHIN);
    }

    /** The machine takes jobs again, if not at once: a link that has just come back may not have a route yet. */
    private void assertWorks() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        ProcessEnd end;
        do {
            Collected output = new Collected();
            end = ProcessRunnerContract.end(runner.start(Command.of("echo", "works"), output));
            assertThat(output.out()).isEqualTo(end.problem() == null ? "works\n" : "");
        } while (end.problem() != null && System.nanoTime() < deadline);
        assertThat(end).isEqualTo(new ProcessEnd(0, 0, false, null));
    }

    @Test
    void aCutLinkLosesItsJobsWhenNothingOfThemRunsAnyMore() throws Exception {
        Endless first = startEndless();
        Endless second = startEndless();
        long since = System.nanoTime();
        hosts.call("cut", "1");

        assertLostInTime(first, since);
        assertLostInTime(second, since);

        hosts.call("heal", "1");
        assertWorks();
    }

    @Test
    void aLinkThatIsBackBeforeItIsMissedLosesNothing() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("echo up; sleep 3; echo on; exit 3"), output);
        output.await("up");
        hosts.call("cut", "1");
        hosts.call("heal", "1");

        assertThat(ProcessRunnerContract.end(process)).isEqualTo(new ProcessEnd(3, 0, false, null));
        assertThat(output.out()).isEqualTo("up\non\n");
    }

    @Test
    void aServerThatIsKilledLosesItsJobsAndIsUsedAgain() throws Exception {
        Endless job = startEndless();
        long since = System.nanoTime();
        hosts.call("kill", "1");

        assertLostInTime(job, since);

        hosts.call("start", "1");
        assertWorks();
    }

    @Test
    void aServerThatHangsLosesItsJobs() throws Exception {
        Endless job = startEndless();
        long since = System.nanoTime();
        hosts.call("stop", "1");
        try {
            assertLostInTime(job, since);
        } finally {
            hosts.call("cont", "1");
        }
        assertWorks();
    }

    @Test
    void aConnectionThatDiesAloneIsFencedByTheNextOneAtOnce() throws Exception {
        // A lease so long that its end would be missed by the test.
        runner.close();
        runner = ProcessRunner.builder().lease(Duration.ofMinutes(5)).buildFar(hosts.to(1));
        Endless job = startEndless();
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            if (child.info().commandLine().orElse("").contains("ControlMaster=yes")) {
                child.destroyForcibly();
            }
        }
        ProcessEnd end = job.process().ended().get(30, TimeUnit.SECONDS);

        assertThat(end.problem()).contains("broke");
        job.assertLost();
        assertWorks();
    }

    @Test
    void aJobThatKillsItsOwnShellIsLostAlone() throws Exception {
        Endless other = startEndless();
        Collected output = new Collected();
        RunningProcess process = runner.start(Command.shell("sleep 1000 & echo $!; kill -9 $PPID; sleep 1000"), output);
        ProcessEnd end = ProcessRunnerContract.end(process);

        assertThat(end.problem()).contains("shell").contains("h1");
        assertThat(end.refused()).isFalse();
        assertThat(ProcessRunnerContract.isRunning(Long.parseLong(output.out().strip())))
                .isFalse();
        assertThat(other.process().ended()).isNotDone();
        other.process().terminate(Duration.ZERO);
        assertThat(ProcessRunnerContract.end(other.process()).signal()).isEqualTo(9);
        assertWorks();
    }

    @Test
    void aKeeperThatIsKilledLosesTheJobsOfItsConnection() throws Exception {
        Endless job = startEndless();
        long since = System.nanoTime();
        // The keeper is the shell of the connection's first session, a child of the same sshd as the agent.
        long agent = job.process().pid();
        long sshd = parent(agent);
        for (ProcessHandle child :
                ProcessHandle.of(sshd).orElseThrow().children().toList()) {
            if (child.pid() != agent) {
                child.destroyForcibly();
            }
        }

        assertLostInTime(job, since);
        assertWorks();
    }

    private static long parent(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1]);
    }

    @Test
    void aSlowLinkLosesNoByteAndNoJob() throws Exception {
        assertWorks();
        hosts.call("slow", "1", "512kbit");
        byte[] bytes = new byte[200_000];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(directory.resolve("random"), bytes);
        Collected output = new Collected();
        ProcessEnd end = ProcessRunnerContract.end(runner.start(Command.of("cat", file.toString()), output));

        assertThat(end).isEqualTo(new ProcessEnd(0, 0, false, null));
        assertThat(output.bytes()).isEqualTo(bytes);
    }

    @Test
    void aMachineThatWasStoppedEndsItsLostJobsWhenItGoesOn() throws Exception {
        Endless job = startEndless();
        long since = System.nanoTime();
        hosts.call("freeze", "1");
        ProcessEnd end = ProcessRunnerContract.end(job.process());
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(LOST_WITHIN);
        assertThat(end.problem()).isNotNull();
        hosts.call("thaw", "1");

        for (long pid : job.pids()) {
            ProcessRunnerContract.awaitDeath(pid);
        }
        assertWorks();
    }

    @Test
    void aMachineThatCannotBeReachedLosesTheJobInTheTimeGiven() throws Exception {
        runner.close();
        runner = ProcessRunner.builder().buildFar(hosts.to(1).patience(Duration.ofSeconds(2)));
        hosts.call("cut", "1");
        long since = System.nanoTime();
        ProcessEnd end = ProcessRunnerContract.end(runner.start(Command.of("true"), new Collected()));

        assertThat(end.problem()).contains("cannot connect to h1");
        assertThat(end.refused()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aMachineThatDoesNotTrustUsIsToldInSshsOwnWords() throws Exception {
        Path config = directory.resolve("ssh_config");
        Files.writeString(config, Files.readString(hosts.config()).replace("/known_hosts", "/none-known"));
        runner.close();
        runner = ProcessRunner.builder().buildFar(SshCommand.to("h1").config(config));

        ProcessEnd end = ProcessRunnerContract.end(runner.start(Command.of("true"), new Collected()));

        assertThat(end.problem()).contains("Host key verification failed");
    }

    @Test
    void aRunnerClosesInTimeThoughItsLinkIsCut() throws Exception {
        Endless job = startEndless();
        hosts.call("cut", "1");
        long since = System.nanoTime();
        runner.close();

        assertThat(job.process().ended()).isDone();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(30));
        for (long pid : job.pids()) {
            ProcessRunnerContract.awaitDeath(pid);
        }
    }
}
