package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessRunner;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Stops the launcher as a shell expects it of whoever is sent SIGTSTP. */
final class Suspension {

    private static final JobOutput UNHEARD = new JobOutput() {
        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            // Whatever kill(1) has to say, the process goes on as if the key had not been pressed.
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    };

    private Suspension() {}

    /** Returns when the process goes on. */
    static void stopThisProcess() {
        Command kill = Command.of("kill", "-s", "STOP", Long.toString(ProcessHandle.current().pid()));
        try (ProcessRunner runner = ProcessRunner.builder().build()) {
            runner.start(kill, UNHEARD).ended().get();
        } catch (IOException | ExecutionException e) {
            // It goes on at once.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
