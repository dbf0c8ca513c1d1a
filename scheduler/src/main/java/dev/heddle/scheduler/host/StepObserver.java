package dev.heddle.scheduler.host;

/** Is told by a host what becomes of a step. May be called from any thread, also before the start returns. */
public interface StepObserver {

    /**
     * The step runs. Called at most once, before {@link #ended}.
     *
     * @param pid process id where the step is a process of this machine, otherwise 0
     */
    void started(long pid);

    /** The step ended and all its output was given. A second call is ignored. */
    void ended(StepEnd end);
}
