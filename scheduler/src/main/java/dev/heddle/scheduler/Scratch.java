package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory that one job works in.
 *
 * @param directory where it is on the job's host
 * @param bytes what it is reckoned at there
 */
record Scratch(Path directory, long bytes) {

    /** The variable that names the directory. */
    static final String VARIABLE = "HEDDLE_SCRATCH";

    /** How long its removal may take before the job ends all the same. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The step that makes it. */
    Step making() {
        return Step.of("scratch", Command.of("mkdir", "-m", "700", "--", directory.toString()));
    }

    /** The removal of a directory whose job is over but for that. */
    static final class Removal implements StepObserver {
        private final Scratch scratch;
        private final JobRun job;
        private final Inbox inbox;
        private final Runnable then;

        // Owned by the loop's thread.
        private boolean over;
        private Timers.@Nullable Timer patience;

        /**
         * @param then what is done next, once, on the loop's thread
         */
        Removal(Scratch scratch, JobRun job, Inbox inbox, Runnable then) {
            this.scratch = scratch;
            this.job = job;
            this.inbox = inbox;
            this.then = then;
        }

        /** Sets what gives it up. */
        void patience(Timers.Timer timer) {
            patience = timer;
        }

        /** Begins it, on a thread that may block. */
        void begin() {
            Command command = Command.of("rm", "-rf", "--", scratch.directory().toString());
            var unused = PortCalls.start(job.start.host().backend, job, command, this);
        }

        @Override
        public void started(long pid) {
            // Nobody waits for that.
        }

        @Override
        public void ended(StepEnd end) {
            boolean gone = end instanceof StepEnd.Exited exited && exited.end().exitCode() == 0;
            inbox.post(() -> goOn(gone));
        }

        /** It takes too long: what it holds stays counted, for nobody knows that it is gone. */
        void giveUp() {
            goOn(false);
        }

        private void goOn(boolean gone) {
            if (gone) {
                job.start.host().giveBackScratch(scratch.bytes());
            }
            if (!over) {
                over = true;
                if (patience != null) {
                    patience.cancel();
                }
                then.run();
            }
        }
    }
}
