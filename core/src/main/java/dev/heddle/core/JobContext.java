package dev.heddle.core;

import java.io.PrintStream;

/**
 * What an {@link Action} is given of the job that it is part of.
 *
 * <p>Valid while the action runs; any thread that the action starts may use it until the action returns.
 */
public interface JobContext {

    /** The task that is being run. */
    Task task();

    /** Prints to the job's own {@link Channel#STDOUT}. Bytes are UTF-8. May block while the journal is behind. */
    PrintStream out();

    /** Prints to the job's own {@link Channel#STDERR}. Bytes are UTF-8. May block while the journal is behind. */
    PrintStream err();

    /** Where the job's bytes go, for actions that have bytes rather than text or use another channel. */
    JobOutput output();

    /** The host whose slot this job holds. */
    JobHost host();

    /** The slots this job holds for as long as it runs. */
    Lease lease();

    /** The slots that the action may use now, which may be more. */
    Slots slots();

    /** Whether the job should end early; the thread is interrupted as well. */
    boolean isCancelled();

    /** Tells a plain fact about the job, such as its progress; it becomes an event. */
    void note(JobNote note);

    /**
     * Adds tasks and dependencies to the running build. They are checked when this action ends and take effect before the
     * tasks that depend on this one are looked at; a rejected expansion fails the job with the reason.
     */
    void expand(Expansion expansion);

    /**
     * Puts steps in front of those that this job still has to do. They begin in this order when this step has succeeded, on the same
     * host, each with its own limit and retry; a step that is to be done again may put itself there. What an attempt adds that
     * fails is forgotten.
     *
     * @throws IllegalStateException if this job would have added more than a thousand
     */
    void next(Step... steps);

    /**
     * Leaves out steps that this job would still have to do, once this step has succeeded. For tasks that wait for such a step it
     * is done then. Names of no such step are passed over.
     */
    void skip(String... steps);
}
