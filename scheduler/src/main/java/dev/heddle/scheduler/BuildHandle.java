package dev.heddle.scheduler;

import dev.heddle.core.event.Counters;
import dev.heddle.scheduler.host.HostBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A build that was started. May be used from any thread; what is asked after its end tells how it was then.
 *
 * <p>Questions are answered by the engine's own thread, between two events: the answer is a state that really was.
 */
public final class BuildHandle {

    private final BuildLoop loop;

    BuildHandle(BuildLoop loop) {
        this.loop = loop;
    }

    /**
     * Completes when the build is over: exceptionally, with an {@code AssertionError}, only if the engine is broken.
     * Cancelling or completing it has no effect on the build.
     */
    public CompletableFuture<BuildResult> result() {
        return loop.result().copy();
    }

    /** Waits for the end of the build. */
    public BuildResult await() throws InterruptedException {
        try {
            return loop.result().get();
        } catch (ExecutionException e) {
            throw asError(e.getCause());
        }
    }

    static AssertionError asError(@Nullable Throwable cause) {
        return cause instanceof AssertionError error ? error : new AssertionError("BUG: the build loop failed", cause);
    }

    /** Starts no further job; the build ends when those that run have ended, unless {@link #resume} comes first. */
    public void stop(String why) {
        loop.stop(why);
    }

    /** Starts no further job until {@link #resume}; unlike {@link #stop}, the build does not end meanwhile. */
    public void pause() {
        loop.pause();
    }

    /** Takes a {@link #stop} or a {@link #pause} back. Does nothing after {@link #cancel}. */
    public void resume() {
        loop.resume();
    }

    /** Ends all that runs, at once and then by force after the grace of the scheduler, and with it the build. */
    public void cancel(String why) {
        loop.cancel(why);
    }

    /**
     * Gives a host no further job; those that run there are waited for. Others go on.
     *
     * @throws IllegalArgumentException if there is no such host
     */
    public void drain(String host, String why) {
        require(host, ask(() -> loop.fleet().drain(host, why)));
    }

    /**
     * Takes {@link #drain} back. A host that its stop file drains stays so.
     *
     * @throws IllegalArgumentException if there is no such host
     */
    public void undrain(String host) {
        require(host, ask(() -> loop.fleet().undrain(host)));
    }

    /**
     * Takes a further host, which then belongs to the scheduler, also for its later builds. If the scheduler's hosts are
     * checked it must show first that it is fit. One that has the name of a host that is being {@linkplain #removeHost removed}
     * takes its place when that has gone.
     *
     * @throws IllegalArgumentException if there is a host of that name; the new one then stays the caller's
     */
    public void addHost(HostBackend host) {
        String problem = ask(() -> Optional.ofNullable(loop.fleet().join(new Roster.Member(host, null))))
                .orElse(null);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /**
     * Drains a host and lets it go, closed, when its last job has ended.
     *
     * @throws IllegalArgumentException if there is no such host
     */
    public void removeHost(String host, String why) {
        require(host, ask(() -> loop.fleet().remove(host, why)));
    }

    private static void require(String host, boolean known) {
        if (!known) {
            throw new IllegalArgumentException("there is no host named '" + host + "'");
        }
    }

    /** What is known of each host. */
    public List<HostReport> hosts() {
        return ask(() -> loop.fleet().reports());
    }

    /** Completes when each host of the beginning has been found fit or not, or the build is over; then it tells how. */
    public CompletableFuture<List<HostReport>> hostsKnown() {
        return loop.fleet().known().copy();
    }

    /**
     * Why a task does not run now: a chain of reasons, each because of the next.
     *
     * @param task name or alias of the task
     */
    public List<String> why(String task) {
        return ask(() -> loop.explainer().why(task));
    }

    /** Tasks by state. */
    public Counters counters() {
        return ask(loop::counters);
    }

    /**
     * How much weight lies ahead at least: the heaviest chain of what is left, or all that is left over all slots and the speed of
     * their hosts. With a {@linkplain Scheduler.Builder#history history} that knows some of the tasks these are seconds, less those
     * that running tasks have run already; without one it is in the unit of the weights given to the tasks.
     */
    public double bound() {
        return ask(() -> loop.forecast().bound());
    }

    /**
     * In what time the build may be over: after {@link #bound} with a history, otherwise judged by the share of the weight that is
     * done; empty while there is nothing to judge by.
     */
    public Optional<Duration> eta() {
        return ask(() -> loop.forecast().eta());
    }

    private <T> T ask(Supplier<T> question) {
        try {
            return loop.ask(question);
        } catch (CompletionException e) {
            throw asError(e.getCause());
        }
    }

    /** Waits for the end of a build whatever happens; false if the thread was interrupted meanwhile. */
    static boolean joined(BuildLoop loop) {
        boolean undisturbed = true;
        while (true) {
            try {
                loop.join();
                return undisturbed;
            } catch (InterruptedException e) {
                undisturbed = false;
            }
        }
    }

    /** Waits for the end; an interruption cancels the build, and is restored. */
    BuildResult awaitOrCancel() {
        boolean interrupted = false;
        while (true) {
            try {
                BuildResult result = await();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return result;
            } catch (InterruptedException e) {
                interrupted = true;
                cancel("interrupted");
            }
        }
    }
}
