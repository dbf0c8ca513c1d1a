package dev.heddle.samples.cli;

import dev.heddle.core.GraphView;
import dev.heddle.core.Outcome;
import dev.heddle.scheduler.BuildHandle;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.HostStatus;
import dev.heddle.scheduler.Scheduler;
import java.util.List;
import java.util.Locale;

/** Runs one build for the launcher: stops it in order on a signal, says at the end what became of it, gives the exit code. */
public final class BuildRun {

    private static final int SHOWN_FAILURES = 20;

    private BuildRun() {}

    /**
     * Runs a graph.
     *
     * @param scheduler what runs it; closed at the end
     * @param graph the graph
     * @param targets names of the tasks that are wanted; none means all
     * @param output where jobs write; closed at the end, before the last words
     * @return the exit code
     */
    public static int run(Scheduler scheduler, GraphView graph, List<String> targets, BuildOutput output) {
        return run(scheduler.start(graph, targets), scheduler, output);
    }

    /**
     * Waits for a build that was started.
     *
     * @param handle the build
     * @param scheduler what runs it; closed at the end
     * @param output where jobs write; closed at the end, before the last words
     * @return the exit code
     */
    public static int run(BuildHandle handle, Scheduler scheduler, BuildOutput output) {
        BuildResult result;
        boolean interrupted;
        boolean hostless;
        output.watch().begins(handle);
        try (Interruption interruption =
                Interruption.cancels(() -> handle.cancel("interrupted"), output.watch()::restore)) {
            result = handle.await();
            hostless = isHostless(result, handle);
            scheduler.close();
            output.close();
            interrupted = interruption.happened();
            tell(result, output, interrupted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
        if (interrupted) {
            return ExitCode.INTERRUPTED;
        }
        if (hostless) {
            return ExitCode.NO_HOST;
        }
        return result.succeeded() && output.isGood() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Whether a build ended because no host could be used, and so ran nothing: the exit code is {@link ExitCode#NO_HOST} then. */
    public static boolean isHostless(BuildResult result, BuildHandle handle) {
        return result.stopped().isPresent()
                && result.ran() == 0
                && handle.hosts().stream()
                        .noneMatch(host -> host.status() == HostStatus.UP || host.status() == HostStatus.SUSPECT);
    }

    private static void tell(BuildResult result, BuildOutput output, boolean interrupted) {
        if (!output.isSummarized()) {
            tellFailures(result, output);
        }
        for (String problem : result.problems()) {
            LastWords.say(Printable.oneLine(output.multiplexer().masked(problem)));
        }
        boolean told = output.isSummarized();
        LastWords.say(counts(result, told)
                + (told || output.diagnostics().isEmpty() ? "" : "; " + output.diagnostics())
                + (interrupted ? "; interrupted" : stopped(result, output))
                + (told || output.recording() == null ? "" : "; recorded in " + output.recording()));
    }

    /** Why what is left was not started. */
    private static String stopped(BuildResult result, BuildOutput output) {
        return result.stopped()
                .map(why ->
                        "; stopped: " + Printable.oneLine(output.multiplexer().masked(why)))
                .orElse("");
    }

    private static void tellFailures(BuildResult result, BuildOutput output) {
        int shown = 0;
        for (BuildResult.Failure failure : result.failures()) {
            if (failure.outcome() instanceof Outcome.Cancelled) {
                continue;
            }
            if (++shown <= SHOWN_FAILURES) {
                LastWords.say(
                        "failed: " + Printable.oneLine(output.multiplexer().masked(failure.toString())));
                output.summary().tell(failure.task());
            }
        }
        if (shown > SHOWN_FAILURES) {
            LastWords.say("and " + (shown - SHOWN_FAILURES) + " more failed");
        }
    }

    // What the display has told already is not told twice, but for failures: the last line must not read as if all was
    // well.
    private static String counts(BuildResult result, boolean told) {
        StringBuilder line = new StringBuilder();
        line.append(result.ran()).append(result.ran() == 1 ? " task ran" : " tasks ran");
        if (result.upToDate() > 0 && !told) {
            line.append(", ").append(result.upToDate()).append(" up to date");
        }
        if (result.counters().failed() > 0) {
            line.append(", ").append(result.counters().failed()).append(" failed");
        }
        if (result.counters().ignored() > 0 && !told) {
            line.append(", ").append(result.counters().ignored()).append(" not started");
        }
        return line.append(String.format(
                        Locale.ROOT, " in %.1f s", result.elapsed().toMillis() / 1000.0))
                .toString();
    }
}
