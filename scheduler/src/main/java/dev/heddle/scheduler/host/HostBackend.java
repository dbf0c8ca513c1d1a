package dev.heddle.scheduler.host;

import dev.heddle.core.Work;
import java.time.Duration;
import java.util.Map;

/**
 * A kind of place where jobs run: implement it to bring a new one.
 *
 * <p><b>Threads.</b> {@link #start} and {@link #load} are called from threads of the scheduler, several at once.
 *
 * <p><b>Bounds.</b> The scheduler never gives a host more jobs at once than its {@linkplain HostSpec#slots slots} (or
 * {@linkplain HostSpec#unslotted unslotted} for work with no CPU need) allow, except where {@link #queuesAhead} says so.
 */
public interface HostBackend extends AutoCloseable {

    /** What it offers; always the same answer. */
    HostSpec spec();

    /**
     * Starts one attempt at a step. Never throws because of the world: whatever goes wrong is told to {@code observer} as a
     * {@link StepEnd}, exactly once. Does not wait for the step.
     *
     * @param job the job it belongs to
     * @param work the command or action
     * @param observer is told of start and end
     */
    RunningStep start(HostJob job, Work work, StepObserver observer);

    /**
     * Whether it keeps a queue of its own for actions, so that the scheduler may hand it short ones ahead of a free slot; it
     * must still never run more than its slots at once.
     */
    default boolean queuesAhead() {
        return false;
    }

    /** Whether its commands are processes of this machine, so that a jobserver can share its slots; no unless overridden. */
    default boolean isThisMachine() {
        return false;
    }

    /**
     * How long it may take, once the grace of a step that is to end is over, until its end is told; 5 s unless overridden. A
     * job whose step takes longer than that ends without it, and what it holds stays taken.
     */
    default Duration killTime() {
        return Duration.ofSeconds(5);
    }

    /** The number of processes that want a processor, averaged over about a minute, or a negative number if unknown. */
    default double load() {
        return -1;
    }

    /**
     * What is known of it without asking, by the names that the module's {@code docs/hosts.md} gives to facts; nothing unless
     * overridden. May read files. Called once a build, and only if the host need not show what it is.
     */
    default Map<String, String> facts() {
        return Map.of();
    }

    /** Ends what still runs and lets go of everything. A second close does nothing. */
    @Override
    void close();
}
