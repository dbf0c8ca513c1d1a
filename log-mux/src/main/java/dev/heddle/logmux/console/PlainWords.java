package dev.heddle.logmux.console;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * What the display itself says in the log: that something still runs, what hosts do, what failed. Owned by the display's
 * thread.
 */
final class PlainWords {

    private static final int NAMED = 5;
    private static final int NAME_CELLS = 40;
    private static final int LINE_CELLS = 200;
    private static final int STALLS = 1000;
    /** A job's silence is told when it is twice as long as when it was told last, beginning with this. */
    private static final long FIRST_STALL_NANOS = 10_000_000_000L;

    private final TextRenderer renderer;
    private final ConsoleModel model;
    private final long heartbeat;
    private final Set<String> down = new HashSet<>();
    private final Map<String, Long> stalls = new HashMap<>();
    private long lastWord;
    private boolean printed = true;
    private int toldFailures;

    PlainWords(TextRenderer renderer, ConsoleModel model, Duration heartbeat) {
        this.renderer = renderer;
        this.model = model;
        this.heartbeat = heartbeat.toNanos();
    }

    /** Something else was said. */
    void printed() {
        printed = true;
    }

    /**
     * Says a word if nothing was said for long.
     *
     * @param stallsOnly whether to tell of nothing but jobs that do not get on
     * @return when to come again
     */
    long beat(long nanos, boolean stallsOnly) throws IOException {
        if (stallsOnly) {
            stalls(model.at(nanos, STALLS).jobs());
            renderer.flush(true);
            return model.isBusy() ? nanos + FIRST_STALL_NANOS / 4 : Long.MAX_VALUE;
        }
        if (printed || !model.isBusy()) {
            printed = false;
            lastWord = nanos;
        }
        if (heartbeat == 0 || !model.isBusy()) {
            return Long.MAX_VALUE;
        }
        if (nanos - lastWord >= heartbeat) {
            lastWord = nanos;
            renderer.note(running(model.at(nanos, NAMED)));
            renderer.flush(true);
        }
        return lastWord + heartbeat;
    }

    private static String running(Status status) {
        StringJoiner jobs = new StringJoiner(", ");
        for (Status.Job job : status.jobs()) {
            long silent = job.progress().silent();
            jobs.add(CellText.end(job.task(), NAME_CELLS) + " " + Region.time(job.elapsed())
                    + (silent > 0 ? " (silent " + Region.silence(silent) + ")" : ""));
        }
        Status.Counts counts = status.counts();
        String done = counts.total() > 0
                ? counts.finished() + " of " + counts.total() + " done, "
                : counts.finished() > 0 ? counts.finished() + " done, " : "";
        return done + counts.running() + " running: " + jobs
                + (status.more() > 0 ? " and " + status.more() + " more" : "");
    }

    private void stalls(List<Status.Job> jobs) throws IOException {
        Set<String> running = new HashSet<>();
        for (Status.Job job : jobs) {
            running.add(job.task());
            long silent = job.progress().silent();
            long told = stalls.getOrDefault(job.task(), FIRST_STALL_NANOS / 2);
            if (silent >= 2 * told) {
                stalls.put(job.task(), silent);
                renderer.note(job.task() + " on " + job.place().host() + " is silent since " + Region.silence(silent));
            } else if (silent == 0) {
                stalls.remove(job.task());
            }
        }
        stalls.keySet().retainAll(running);
    }

    /** Tells of a host that went down or came back; {@code masked} takes out what nobody may see. */
    void host(BuildEvent event, UnaryOperator<String> masked) throws IOException {
        if (event instanceof BuildEvent.HostDown lost && down.add(lost.host())) {
            renderer.note("host " + lost.host() + " is down: " + masked.apply(lost.why()));
        } else if (event instanceof BuildEvent.HostRefused refused && down.add(refused.host())) {
            renderer.note("host " + refused.host() + " is refused: " + masked.apply(refused.why()));
        } else if (event instanceof BuildEvent.HostUp up && down.remove(up.host())) {
            renderer.note("host " + up.host() + " is up again");
        } else if (event instanceof BuildEvent.HostDraining draining) {
            renderer.note("host " + draining.host()
                    + (draining.running() > 0
                            ? " gets no further job, " + draining.running() + " still run: "
                            : " is drained: ")
                    + masked.apply(draining.why()));
        } else if (event instanceof BuildEvent.Stopping stopping) {
            renderer.note("stopping: " + masked.apply(stopping.why()));
        } else {
            return;
        }
        renderer.flush(true);
    }

    /** Shows the last lines of the failures that were not shown yet. */
    void lastLinesOf(List<BuildSummary.Failure> failures) throws IOException {
        for (BuildSummary.Failure failure :
                failures.subList(Math.min(toldFailures, failures.size()), failures.size())) {
            lines(failure.lines());
        }
        toldFailures = failures.size();
    }

    /** Shows a failure with the lines that matter. */
    void failure(BuildSummary.Failure failure) throws IOException {
        quote(
                "failed: " + CellText.visible(failure.job().task()) + " after "
                        + Region.time(failure.elapsed().toNanos()) + ": "
                        + CellText.visible(failure.ending().describe()),
                failure.lines());
    }

    /** Shows a line of the engine's and lines that a job said. */
    void quote(String head, List<String> said) throws IOException {
        renderer.note(head);
        lines(said);
    }

    private void lines(List<String> said) throws IOException {
        for (String line : said) {
            renderer.quote(CellText.start(CellText.visible(line), LINE_CELLS));
        }
        renderer.flush(true);
    }

    /**
     * Tells how it went: failures first, then what took longest, how many tasks ended in which way, and where all of it is. Of a
     * build of one job that went well it tells the last alone.
     */
    void summary(BuildSummary summary) throws IOException {
        List<BuildSummary.Failure> told = summary.failures()
                .subList(
                        0,
                        Math.min(
                                RecentFailures.MOST_FAILURES, summary.failures().size()));
        for (BuildSummary.Failure failure : told) {
            failure(failure);
        }
        int untold = summary.failed() - told.size();
        if (untold > 0) {
            renderer.note("and " + untold + " more failed");
        }
        if (summary.slowest().size() > 1) {
            StringJoiner slowest = new StringJoiner(", ");
            for (BuildSummary.Took took : summary.slowest()) {
                String task = CellText.end(CellText.visible(took.job().task()), NAME_CELLS);
                slowest.add(task + " " + seconds(took.elapsed().toNanos()));
            }
            renderer.note("slowest: " + slowest);
        }
        if (summary.slowest().size() > 1 || summary.failed() > 0) {
            String found = summary.diagnostics().toString();
            renderer.note(summary.counts() + (found.isEmpty() ? "" : "; " + found));
        }
        if (!summary.kept().isEmpty()) {
            StringJoiner kept = new StringJoiner(", ");
            summary.kept().forEach(file -> kept.add(CellText.visible(file.toString())));
            renderer.note("recorded in " + kept);
        }
        renderer.flush(true);
    }

    private static String seconds(long nanos) {
        return nanos >= 60_000_000_000L ? Region.time(nanos) : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
