package dev.heddle.core;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a task, or one job of it, ended. */
public sealed interface Outcome {

    /** Whether what depends on the task may go on. */
    default boolean isSuccess() {
        return false;
    }

    /** One line for people. */
    String summary();

    /**
     * The task ran and did what it should.
     *
     * @param elapsed time from the start of the first step to the end of the last
     */
    record Succeeded(Duration elapsed) implements Outcome {
        @Override
        public boolean isSuccess() {
            return true;
        }

        @Override
        public String summary() {
            return "succeeded";
        }
    }

    /**
     * Nothing had to be done.
     *
     * @param why how this is known
     */
    record UpToDate(String why) implements Outcome {
        @Override
        public boolean isSuccess() {
            return true;
        }

        @Override
        public String summary() {
            return "up to date: " + why;
        }
    }

    /**
     * What the task makes was fetched from elsewhere.
     *
     * @param from where it came from
     */
    record Substituted(String from) implements Outcome {
        @Override
        public boolean isSuccess() {
            return true;
        }

        @Override
        public String summary() {
            return "substituted from " + from;
        }
    }

    /**
     * The task ran and failed.
     *
     * @param step the step that failed; empty if the task failed without one, such as one that needs what never came
     * @param cause what happened
     * @param lastOutput the last lines the job printed, decoded as UTF-8, at most a few; may be empty
     */
    record Failed(String step, FailureCause cause, List<String> lastOutput) implements Outcome {
        /** Copies the list. */
        public Failed {
            lastOutput = List.copyOf(lastOutput);
        }

        @Override
        public String summary() {
            return step.isEmpty() ? cause.summary() : "step '" + step + "' failed: " + cause.summary();
        }
    }

    /**
     * A step, or all steps of the task together, took longer than allowed, or a step did nothing for longer than allowed.
     *
     * @param step the step that was running
     * @param limit the limit it ran into
     * @param idle whether it was ended for doing nothing, however long it ran
     */
    record TimedOut(String step, Duration limit, boolean idle) implements Outcome {
        /** One that took too long. */
        public TimedOut(String step, Duration limit) {
            this(step, limit, false);
        }

        @Override
        public String summary() {
            if (!idle) {
                return "step '" + step + "' did not end within " + limit;
            }
            BigDecimal seconds = BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros();
            return "step '" + step + "' did nothing for " + seconds.toPlainString() + " s and was ended";
        }
    }

    /**
     * The build was cancelled before the task was done.
     *
     * @param why what ended the build
     */
    record Cancelled(String why) implements Outcome {
        @Override
        public String summary() {
            return "cancelled: " + why;
        }
    }

    /**
     * Not started, because something it depends on did not succeed.
     *
     * @param failedDependency name of the task at the root of it
     */
    record Skipped(String failedDependency) implements Outcome {
        @Override
        public String summary() {
            return "skipped: '" + failedDependency + "' did not succeed";
        }
    }

    /**
     * Someone else works on the task.
     *
     * @param owner who
     */
    record Locked(String owner) implements Outcome {
        @Override
        public String summary() {
            return "locked by " + owner;
        }
    }

    /**
     * Deliberately not built.
     *
     * @param why the reason that was given
     */
    record Ignored(String why) implements Outcome {
        @Override
        public String summary() {
            return "ignored: " + why;
        }
    }

    /** What made a step fail. */
    sealed interface FailureCause {
        /** One line for people. */
        String summary();

        /**
         * A command ended with an exit code that is not among the expected ones.
         *
         * @param code the exit code, 0 to 255
         */
        record Exit(int code) implements FailureCause {
            @Override
            public String summary() {
                return "exit code " + code;
            }
        }

        /**
         * A signal ended a command.
         *
         * @param number the number of the signal
         */
        record Signal(int number) implements FailureCause {
            @Override
            public String summary() {
                return "killed by signal " + number;
            }
        }

        /**
         * An action threw.
         *
         * @param thrown what it threw
         */
        record Thrown(Throwable thrown) implements FailureCause {
            @Override
            public String summary() {
                return thrown.toString();
            }
        }

        /**
         * A command could not be started.
         *
         * @param message what was wrong and what to do
         */
        record NotStarted(String message) implements FailureCause {
            @Override
            public String summary() {
                return message;
            }
        }

        /**
         * The host was lost and the budget of attempts is used up.
         *
         * @param host name of the last host
         * @param message what is known
         */
        record HostLost(String host, @Nullable String message) implements FailureCause {
            @Override
            public String summary() {
                return "host " + host + " was lost" + (message == null ? "" : ": " + message);
            }
        }

        /**
         * The job did what it should, but what it reported could not be taken: an expansion that closes a cycle, say.
         *
         * @param message what was wrong
         */
        record Rejected(String message) implements FailureCause {
            @Override
            public String summary() {
                return message;
            }
        }
    }
}
