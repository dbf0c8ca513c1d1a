package dev.heddle.core;

/**
 * Work that runs in this JVM.
 *
 * <p>Runs on a thread of the host that the job was given to, never on the engine's own thread. It is interrupted when the
 * job is cancelled or its time is up. A thrown exception fails the step and is reported with the job's output; returning
 * normally is success.
 */
@FunctionalInterface
public non-sealed interface Action extends Work {

    /**
     * Does the work.
     *
     * @param job output, host and state of the job that runs this action
     * @throws Exception if the step failed
     */
    void run(JobContext job) throws Exception;
}
