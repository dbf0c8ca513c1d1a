package dev.heddle.store.local;

import dev.heddle.core.Command;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Runs a builder within its limits. Whatever ends it, no process of its group is left when {@link #run} returns or throws.
 *
 * <p>May be used from any thread, for several builders at once; each call waits for its own.
 */
final class BuilderProcess {

    private final ProcessRunner runner;
    private final LongSupplier ticker;

    /** @param ticker nanoseconds from any origin */
    BuilderProcess(ProcessRunner runner, LongSupplier ticker) {
        this.runner = runner;
        this.ticker = ticker;
    }

    /**
     * Runs {@code command} and returns when it has ended and its output is drained.
     *
     * @param timeout how long it may take; zero for ever
     * @param silence how long it may print nothing; zero for ever
     * @throws BuildFailure if it ran into a limit, could not be started, or its end is not known
     * @throws InterruptedException if the calling thread was interrupted; the builder is killed first
     */
    ProcessEnd run(Command command, WatchedOutput output, Duration timeout, Duration silence)
            throws IOException, InterruptedException {
        long began = ticker.getAsLong();
        RunningProcess process;
        try {
            process = runner.start(command, output);
        } catch (IOException e) {
            throw new BuildFailure(BuildResult.Failure.NOT_STARTED, "the builder cannot be started: " + e.getMessage());
        }
        try {
            return await(process, output, began, timeout, silence);
        } finally {
            kill(process);
        }
    }

    private ProcessEnd await(
            RunningProcess process, WatchedOutput output, long began, Duration timeout, Duration silence)
            throws IOException, InterruptedException {
        CompletableFuture<Object> something = CompletableFuture.anyOf(process.ended(), output.overflow());
        while (true) {
            long now = ticker.getAsLong();
            long timeLeft = left(timeout, now - began);
            long silenceLeft = left(silence, now - output.lastTick());
            if (timeLeft <= 0) {
                throw new BuildFailure(
                        BuildResult.Failure.TIMED_OUT, "timed out after " + timeout.toSeconds() + " seconds");
            }
            if (silenceLeft <= 0) {
                throw new BuildFailure(
                        BuildResult.Failure.SILENT, "timed out after " + silence.toSeconds() + " seconds of silence");
            }
            try {
                something.get(Math.min(timeLeft, silenceLeft), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                continue;
            } catch (ExecutionException e) {
                throw new AssertionError("BUG: the end of a process failed", e);
            }
            if (output.overflow().isDone()) {
                throw new BuildFailure(
                        BuildResult.Failure.LOG_TOO_LONG,
                        "killed after writing more than " + output.mostBytes() + " bytes of log output");
            }
            return checked(process.ended().join());
        }
    }

    private static long left(Duration limit, long used) {
        return limit.isZero() ? Long.MAX_VALUE : limit.toNanos() - used;
    }

    private static ProcessEnd checked(ProcessEnd end) throws BuildFailure {
        String problem = end.problem();
        if (problem != null) {
            throw new BuildFailure(
                    BuildResult.Failure.NOT_STARTED,
                    (end.refused() ? "the builder cannot be started: " : "the end of the builder is not known: ")
                            + problem);
        }
        return end;
    }

    /** Kills what may still run, and waits for its end, which the runner bounds by its drain grace. */
    private static void kill(RunningProcess process) {
        if (!process.ended().isDone()) {
            process.terminate(Duration.ZERO);
            process.ended().join();
        }
    }
}
