package dev.heddle.samples.cli;

import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.process.ProcessRunner;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Stops the launcher as a shell expects it of whoever is sent SIGTSTP. */
final class Suspension {

    private Suspension() {}

    /** Returns when the process goes on. */
    static void stopThisProcess() {
        Command kill = Command.of(
                "kill", "-s", "STOP", Long.toString(ProcessHandle.current().pid()));
        JobInfo job = new JobInfo(0, "stop", null, kill.display(), "local", 1);
        // Whatever kill(1) has to say, the process goes on as if the key had not been pressed.
        try (ProcessRunner runner = ProcessRunner.builder().build();
                JobOutput unheard = OutputPort.discard().open(job)) {
            runner.start(kill, unheard).ended().get();
        } catch (IOException | ExecutionException e) {
            // It goes on at once.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
