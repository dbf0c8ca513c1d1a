package dev.heddle.core.process;

import static dev.heddle.core.process.ProcessRunnerContract.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.core.Command;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is ended, by whom, and what is kept of its output. */
interface KillContract extends RunnerFixture {

    @Test
    default void aGrandchildsOutputWithinTheGraceIsKept() {
        if (!ownsPipes()) {
            return;
        }
        Ran ran = run(Command.shell("(sleep 0.1; echo late) & echo early"));

        assertThat(ran.out()).isEqualTo("early\nlate\n");
        assertThat(ran.end()).isEqualTo(new ProcessEnd(0, 0, false, null));
    }

    @Test
    default void aGrandchildThatHoldsThePipeDoesNotHangTheJob() {
        if (!ownsPipes()) {
            return;
        }
        Ran ran = run(Command.shell("sleep 100 & echo $!"));

        assertThat(ran.end()).isEqualTo(new ProcessEnd(0, 0, true, null));
        if (killsOrphans()) {
            ProcessRunnerContract.awaitDeath(Long.parseLong(ran.out().strip()));
        }
    }

    @Test
    default void aDaemonThatHoldsThePipeIsLetGoAndNeverHeardAgain() throws Exception {
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
    default void aProcessThatHasLeftTheSessionAndHoldsThePipeIsKilled() {
        if (!ownsPipes()) {
            return;
        }
        for (Command.Capture capture : List.of(Command.Capture.MERGED, Command.Capture.LABELLED)) {
            Ran ran = run(
                    Command.shell("setsid sh -c 'echo $$; exec sleep 1000' &").capture(capture));

            assertThat(ran.end()).isEqualTo(new ProcessEnd(0, 0, true, null));
            ProcessRunnerContract.awaitDeath(Long.parseLong(ran.out().strip()));
        }
    }

    @Test
    default void lastWordsOfATerminatedJobAreKept() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner().start(
                        Command.shell("trap 'echo last words; exit 7' TERM; echo ready; while :; do sleep 0.01; done"),
                        output);
        output.await("ready");
        process.terminate(Duration.ofSeconds(30));

        assertThat(end(process).exitedWith(7)).isTrue();
        assertThat(output.out()).startsWith("ready\n").endsWith("last words\n");
    }

    @Test
    default void aJobThatIgnoresTermIsKilledAfterTheGraceAndItsOutputKept() throws Exception {
        Collected output = new Collected();
        RunningProcess process =
                runner().start(Command.shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"), output);
        output.await("ready");
        process.terminate(Duration.ofMillis(100));

        ProcessEnd end = end(process);
        assertThat(end.signal()).isEqualTo(9);
        assertThat(end.exitCode()).isEqualTo(137);
        assertThat(output.out()).isEqualTo("ready\n");
    }

    @Test
    default void theWholeTreeIsKilled() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner().start(
                        Command.shell(
                                "trap '' TERM; sleep 100 & echo $!; sh -c \"trap '' TERM; sleep 100 & echo \\$!; timeout 99 sleep 98 & echo \\$!; wait\" & echo $!; wait; wait"),
                        output);
        while (output.out().lines().count() < 4) {
            output.await("\n");
            Thread.onSpinWait();
        }
        process.terminate(Duration.ofMillis(100));
        end(process);

        output.out().lines().forEach(pid -> ProcessRunnerContract.awaitDeath(Long.parseLong(pid)));
    }

    @Test
    default void aTerminatedJobTellsItsSignal() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner().start(Command.shell("echo ready; exec sleep 100"), output);
        output.await("ready");
        process.terminate(Duration.ofSeconds(30));

        assertThat(end(process)).isEqualTo(new ProcessEnd(143, 15, false, null));
        process.terminate(Duration.ZERO);
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    @Test
    default void aStoppedJobHasNotEndedAndCanBeKilled() throws Exception {
        Collected output = new Collected();
        RunningProcess process = runner().start(Command.shell("echo ready; kill -STOP $$; echo on"), output);
        output.await("ready");
        assertThat(run(Command.of("sleep", "0.2")).end().exitedWith(0)).isTrue();
        assertThat(process.ended()).isNotDone();
        process.terminate(Duration.ofMillis(200));

        assertThat(end(process).exitCode()).isIn(137, 143);
    }

    @Test
    default void aJobMaySignalItsOwnGroup() {
        if (!killsOrphans()) {
            return;
        }
        assertThat(run(Command.shell("trap 'echo caught' TERM; kill 0; echo on"))
                        .out())
                .isEqualTo("caught\non\n");
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    @Test
    default void aClosedRunnerHasKilledItsJobsAndStartsNoMore() throws Exception {
        Collected output = new Collected();
        RunningProcess process =
                runner().start(Command.shell("trap '' TERM; echo $$; while :; do sleep 0.01; done"), output);
        output.await("\n");
        runner().close();
        runner().close();

        assertThat(process.ended()).isDone();
        assertThat(end(process).signal()).isEqualTo(9);
        ProcessRunnerContract.awaitDeath(Long.parseLong(output.out().strip()));
        assertThatIllegalStateException().isThrownBy(() -> runner().start(Command.of("true"), output));
    }

    @Test
    default void aRunnerThatNeverRanAnythingCloses() {
        runner().close();
    }
}
