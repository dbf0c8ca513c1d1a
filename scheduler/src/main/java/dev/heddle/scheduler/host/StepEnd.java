package dev.heddle.scheduler.host;

import dev.heddle.core.process.ProcessEnd;

/** How one attempt at a step ended, as the host tells it. */
public sealed interface StepEnd {

    /**
     * A command ended; whether that is success is not for the host to say.
     *
     * @param end how
     */
    record Exited(ProcessEnd end) implements StepEnd {}

    /** An action returned. */
    record Returned() implements StepEnd {}

    /**
     * An action threw.
     *
     * @param thrown what it threw
     */
    record Threw(Throwable thrown) implements StepEnd {}

    /**
     * The step could not be started, and would not start elsewhere either: a program is missing, say.
     *
     * @param message what was wrong and what to do
     */
    record NotStarted(String message) implements StepEnd {}

    /**
     * The host could not do it or is gone. This is not a failure of the task: it goes back to the queue.
     *
     * @param why what is known
     */
    record Lost(String why) implements StepEnd {}
}
