package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that Slurm ends, because somebody else wants it or because of a limit. */
@Timeout(120)
class SlurmEndsTest extends WithFakeSlurm {

    private void reopen(String keys, SlurmPace pace) {
        runner.close();
        runner = open(keys, pace);
    }

    /** Runs a command that says something and goes on, until Slurm ends it. */
    private ProcessEnd endedBySlurm(String command, String state, String signal) throws Exception {
        RunningProcess job = runner.start(Command.shell(command), output);
        assertThat(output.any.await(60, TimeUnit.SECONDS)).isTrue();
        slurm.end(1, state, signal);
        return job.ended().get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CANCELLED", "PREEMPTED", "NODE_FAIL"})
    void aJobThatOthersEndedIsLostAlthoughItLeftAStatus(String state) throws Exception {
        reopen("timeout=60", FAST);
        ProcessEnd end = endedBySlurm("echo hello; exec sleep 1000", state, "TERM");
        assertThat(end.refused()).isFalse();
        assertThat(end.problem()).contains("not from here", state);
    }

    @Test
    void aJobThatMakesAnExitCodeOfBeingEndedIsLostAsWell() throws Exception {
        reopen("timeout=60", FAST);
        String command = "trap 'exit 2' TERM; echo hello; while :; do sleep 0.1; done";
        assertThat(endedBySlurm(command, "CANCELLED", "TERM").problem()).contains("CANCELLED");
    }

    @Test
    void aJobThatIsDoneWhenItIsToldToEndIsDone() throws Exception {
        reopen("timeout=60", FAST);
        String command = "trap 'exit 0' TERM; echo hello; while :; do sleep 0.1; done";
        assertThat(endedBySlurm(command, "CANCELLED", "TERM").exitedWith(0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT, TERM, 15, time limit", "OUT_OF_MEMORY, TERM, 15, more memory"})
    void aJobThatSlurmEndsAtALimitHasFailedAndSaysWhy(String state, String signal, int number, String why)
            throws Exception {
        reopen("timeout=60", FAST);
        ProcessEnd end = endedBySlurm("echo hello; exec sleep 1000", state, signal);
        assertThat(end.problem()).isNull();
        assertThat(end.signal()).isEqualTo(number);
        assertThat(output.text(Channel.WARNING)).contains(why);
    }

    @Test
    void theOwnEndOfAJobCountsWhereSlurmDoesNotAnswer() throws Exception {
        slurm.set("down", "");
        ProcessEnd end = endedBySlurm("echo hello; exec sleep 1000", "CANCELLED", "TERM");
        assertThat(end.problem()).isNull();
        assertThat(end.signal()).isEqualTo(15);
    }

    @Test
    void slurmIsAskedAtOnceAboutAJobThatWasToldToEndAndDoesNot() throws Exception {
        Duration never = Duration.ofHours(1);
        reopen("timeout=60", new SlurmPace(FAST.lease(), never, never, FAST.retry(), never, FAST.settle()));
        ProcessEnd end = endedBySlurm("trap '' TERM; echo hello; while :; do sleep 0.1; done", "TIMEOUT", "TERM");
        slurm.end(1, "TIMEOUT", "KILL");
        assertThat(end.signal()).isEqualTo(15);
        assertThat(output.text(Channel.WARNING)).contains("time limit");
    }

    @Test
    void theLastStateOfAJobStaysKnownWhenSlurmForgetsTheJob() {
        SlurmSigns signs = new SlurmSigns();
        signs.seen("TIMEOUT");
        assertThat(signs.missed(2)).isFalse();
        assertThat(signs.missed(2)).isFalse();
        assertThat(signs.lastState()).isEqualTo("TIMEOUT");
    }

    @Test
    void aHostOfBatchJobsHasTimeForAllThatKillingOneCanTake() {
        try (SlurmHost host = new SlurmHost(
                HostEntry.parse("slurm:build jobs=1"),
                () -> ProcessRunner.builder().build())) {
            assertThat(host.killTime())
                    .isEqualTo(SlurmPace.USUAL.kill())
                    .isGreaterThan(SlurmPace.USUAL
                            .fence()
                            .plus(SlurmPace.USUAL.settle())
                            .plusSeconds(30));
        }
    }
}
