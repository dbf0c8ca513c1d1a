package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SlurmRunnerTest extends WithFakeSlurm {

    private ProcessEnd run(Command command) throws Exception {
        return runner.start(command, output).ended().get(60, TimeUnit.SECONDS);
    }

    /** What is killed is there until its parent has heard of it. */
    private void awaitDeathOfWhatWasTold() throws Exception {
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(output.text().strip()));
        if (process.isPresent()) {
            process.get().onExit().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void argumentsAndDirectoryAndTextReachTheProgramByteForByte() throws Exception {
        Path place = Files.createDirectories(directory.resolve("a 'b' $c\n\u00fc"));
        List<String> words = List.of("", " ", "*", "$(x)`y`", "'\"\\", "line\r\nfeed", "-n", "b\u00fcro", "%s%%", "#");
        List<String> argv = new ArrayList<>(List.of("printf", "[%s]"));
        argv.addAll(words);

        ProcessEnd end = run(Command.of(argv).in(place));
        assertThat(end.exitedWith(0)).as("%s: %s", end, output.text()).isTrue();
        assertThat(output.text()).isEqualTo("[" + String.join("][", words) + "]");

        assertThat(run(Command.shell("pwd; cat").in(place).stdin("a\0b\r\n\u00fc"))
                        .exitedWith(0))
                .isTrue();
        assertThat(output.text()).endsWith(place.toRealPath() + "\na\0b\r\n\u00fc");
    }

    @Test
    void theEnvironmentIsThatOfThisProcessWithTheCommandsChanges() throws Exception {
        Command print = Command.of("env", "-0")
                .env("A", "1\n2='")
                .env("odd.name", "x y")
                .unset("HOME")
                .env("UID", "7");

        assertThat(run(print).exitedWith(0)).isTrue();
        assertThat(output.text().split("\0"))
                .contains("A=1\n2='", "odd.name=x y", "UID=7", "PATH=" + slurm.path())
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("HOSTNAME=") || line.startsWith("_d="));
    }

    @Test
    void aCleanEnvironmentHasNothingButWhatTheCommandSets() throws Exception {
        assertThat(run(Command.of("/usr/bin/env").cleanEnv().env("ONLY", "me")).exitedWith(0))
                .isTrue();
        assertThat(output.text()).isEqualTo("ONLY=me\n");
    }

    @Test
    void bothChannelsComeWholeAndApartOrInTheirExactOrder() throws Exception {
        String both = "i=0; while [ $i -lt 2000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done";
        assertThat(run(Command.shell(both)).exitedWith(0)).isTrue();
        List<String> lines = output.text().lines().toList();
        assertThat(lines).hasSize(4_000);
        for (int i = 0; i < 2_000; i++) {
            assertThat(lines.get(2 * i)).isEqualTo("out " + i);
            assertThat(lines.get(2 * i + 1)).isEqualTo("err " + i);
        }

        Kept apart = new Kept();
        Command labelled = Command.shell(both).capture(Command.Capture.LABELLED);
        assertThat(runner.start(labelled, apart)
                        .ended()
                        .get(60, TimeUnit.SECONDS)
                        .exitedWith(0))
                .isTrue();
        assertThat(apart.text(Channel.STDOUT).lines()).hasSize(2_000).allMatch(line -> line.startsWith("out "));
        assertThat(apart.text(Channel.STDERR).lines()).hasSize(2_000).allMatch(line -> line.startsWith("err "));
    }

    @Test
    void outputIsToldWhileTheJobRuns() throws Exception {
        Path gate = directory.resolve("gate");
        RunningProcess job = runner.start(
                Command.shell("echo early; until [ -e '" + gate + "' ]; do sleep 0.1; done; echo late"), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.text()).isEqualTo("early\n");
        assertThat(job.ended()).isNotDone();

        Files.createFile(gate);
        assertThat(job.ended().get(60, TimeUnit.SECONDS).exitedWith(0)).isTrue();
        assertThat(output.text()).isEqualTo("early\nlate\n");
    }

    @Test
    void exitCodesAndSignalsAreToldApart() throws Exception {
        assertThat(run(Command.shell("exit 255")).exitedWith(255)).isTrue();
        assertThat(run(Command.shell("exit 137")).exitedWith(137)).isTrue();
        ProcessEnd killed = run(Command.shell("kill -KILL $$"));
        assertThat(killed.signal()).isEqualTo(9);
        assertThat(killed.problem()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-program", "/no/such/program", "/etc/passwd", "./missing"})
    void aProgramThatCannotBeRunIsRefusedWithTheReason(String program) throws Exception {
        ProcessEnd end = run(Command.of(program));
        assertThat(end.refused()).isTrue();
        assertThat(end.problem()).contains(program, "(on ");
        ProcessEnd lost = run(Command.of("true").in(directory.resolve("nowhere")));
        assertThat(lost.refused()).isTrue();
        assertThat(lost.problem()).contains("nowhere does not exist");
    }

    @Test
    void needsAreWhatSlurmIsAskedFor() throws Exception {
        SlurmNeeds needs = new SlurmNeeds(3, (5L << 20) + 1, Duration.ofSeconds(90));
        ProcessRunner asking = runner.asking(needs);
        assertThat(asking.start(Command.of("true"), output)
                        .ended()
                        .get(60, TimeUnit.SECONDS)
                        .exitedWith(0))
                .isTrue();

        assertThat(slurm.calls("sbatch"))
                .singleElement()
                .satisfies(call -> assertThat(call)
                        .contains(
                                " --partition=build ",
                                " --cpus-per-task=3 ",
                                " --mem=6M ",
                                " --time=3 ",
                                " --no-requeue "));
    }

    @Test
    void aFullQueueIsWaitedForAndToldOnce() throws Exception {
        slurm.set(
                "refuse",
                "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: "
                        + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n");
        List<RunningProcess> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(runner.start(Command.of("true"), output));
        }
        while (slurm.calls("sbatch").size() < 20) {
            assertThat(jobs).noneMatch(job -> job.ended().isDone());
            Thread.onSpinWait();
        }
        slurm.clear("refuse");

        for (RunningProcess job : jobs) {
            assertThat(job.ended().get(60, TimeUnit.SECONDS).exitedWith(0)).isTrue();
        }
        assertThat(output.text(Channel.WARNING).lines())
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("Slurm takes no further job for now", "QOSMaxSubmitJobPerUserLimit"));
    }

    @Test
    void whatIsTooLargeIsRefusedAndWhatTheHostRefusesIsLost() throws Exception {
        slurm.set(
                "refuse", "sbatch: error: Batch job submission failed: Requested node configuration is not available");
        ProcessEnd large = run(Command.of("true"));
        assertThat(large.refused()).isTrue();
        assertThat(large.problem()).contains("Requested node configuration is not available");

        slurm.clear("refuse");
        slurm.set("refuse", "sbatch: error: invalid partition specified: build");
        ProcessEnd wrong = run(Command.of("true"));
        assertThat(wrong.refused()).isFalse();
        assertThat(wrong.problem()).contains("invalid partition specified: build");
    }

    @Test
    void aControllerOutOfReachIsTriedAgainUntilTheHostsTimeIsUp() throws Exception {
        slurm.set("refuse", "sbatch: error: Batch job submission failed: Unable to contact slurm controller");
        ProcessEnd end = run(Command.of("true"));
        assertThat(end.refused()).isFalse();
        assertThat(end.problem()).contains("Unable to contact slurm controller");
        assertThat(slurm.calls("sbatch")).hasSizeGreaterThan(3);
    }

    @Test
    void aJobThatWasTakenTwiceRunsOnce() throws Exception {
        slurm.set("garble", "");
        Path ran = directory.resolve("ran");
        ProcessEnd end = run(Command.shell("echo x >>'" + ran + "'"));

        assertThat(slurm.calls("sbatch")).hasSize(2);
        assertThat(end.exitedWith(0)).as(end.toString()).isTrue();
        assertThat(ran).hasContent("x");
    }

    @Test
    void aJobThatVanishesIsLostOnceItRunsNoMore() throws Exception {
        Path alive = directory.resolve("alive");
        RunningProcess job = runner.start(
                Command.shell("echo started; while :; do echo x >>'" + alive + "'; sleep 0.1; done"), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        slurm.set("vanish", "");

        ProcessEnd end = job.ended().get(60, TimeUnit.SECONDS);
        assertThat(end.refused()).isFalse();
        assertThat(end.problem()).contains("without a status", "nothing of it can run any more");
        long size = Files.size(alive);
        assertThat(run(Command.shell("sleep 0.5")).problem())
                .as("another job, meanwhile")
                .isNull();
        assertThat(Files.size(alive)).isEqualTo(size);
    }

    @Test
    void aControllerThatIsDownLosesNothing() throws Exception {
        slurm.set("down", "");
        assertThat(run(Command.shell("sleep 1; echo done")).exitedWith(0)).isTrue();
        assertThat(slurm.calls("squeue")).hasSizeGreaterThan(1);
        assertThat(output.text()).isEqualTo("done\n");
    }

    @Test
    void aJobThatIsAskedToEndHasItsLastWords() throws Exception {
        RunningProcess job = runner.start(
                Command.shell("trap 'echo bye; exit 3' TERM; echo hello; while :; do sleep 0.1; done"), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        job.terminate(Duration.ofSeconds(60));

        assertThat(job.ended().get(60, TimeUnit.SECONDS).exitedWith(3)).isTrue();
        assertThat(output.text()).startsWith("hello\n").endsWith("bye\n");
    }

    @Test
    void aJobThatDoesNotEndIsKilled() throws Exception {
        RunningProcess job = runner.start(Command.shell("trap '' TERM; echo $$; while :; do sleep 0.1; done"), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        job.terminate(Duration.ofMillis(300));

        ProcessEnd end = job.ended().get(60, TimeUnit.SECONDS);
        assertThat(end.problem()).isNull();
        assertThat(end.signal()).isEqualTo(9);
        awaitDeathOfWhatWasTold();
    }

    @Test
    void aJobThatWaitsInTheQueueIsTakenOut() throws Exception {
        slurm.set("hold", "");
        RunningProcess job = runner.start(Command.shell("echo never"), output);
        while (slurm.calls("squeue").isEmpty()) {
            Thread.onSpinWait();
        }
        job.terminate(Duration.ofSeconds(60));

        assertThat(job.ended().get(60, TimeUnit.SECONDS).signal()).isEqualTo(15);
        assertThat(job.began()).isNotDone();
        assertThat(output.text()).isEmpty();
    }

    @Test
    void manyJobsAreAskedAboutInOneCallAndOnlyWhileThereAreAny() throws Exception {
        List<RunningProcess> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            jobs.add(runner.start(Command.shell("sleep 1"), new Kept()));
        }
        for (RunningProcess job : jobs) {
            assertThat(job.ended().get(60, TimeUnit.SECONDS).exitedWith(0)).isTrue();
        }
        assertThat(slurm.calls("squeue")).allMatch(call -> call.contains(" --me --name=" + runner.jobName + " "));
        int asked = slurm.calls("squeue").size();
        run(Command.of("true"));
        assertThat(slurm.calls("squeue").size() - asked)
                .as("questions that follow no job")
                .isLessThan(5);
    }

    @Test
    void jobsThatRunAtTheCloseAreKilled() throws Exception {
        RunningProcess job = runner.start(Command.shell("echo $$; exec sleep 1000"), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        runner.close();

        assertThat(job.ended()).isDone();
        awaitDeathOfWhatWasTold();
    }
}
