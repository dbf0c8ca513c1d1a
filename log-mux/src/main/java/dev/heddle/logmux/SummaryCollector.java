package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the summary of a build: a sink that shows nothing, and has diagnostics found on the way. Of a journal that several wrote
 * one after the other it is that of the last.
 *
 * <p>Holds at most {@value LastLines#KEPT} bytes and {@value BuildSummary.Failure#MOST_DIAGNOSTICS} diagnostics of each severity
 * for each job that runs, and what {@link BuildSummary} has. Owned by one thread; {@link #await} and {@link #giveUp} are for any.
 */
final class SummaryCollector implements Sink, JobTimes {

    /** A job that runs. */
    private static final class Running {
        final JobInfo job;
        final long started;
        /** What had been taken off the time of the journal when it began. */
        final long stillBefore;

        final LastLines last = new LastLines();
        final List<Diagnostic> found = new ArrayList<>();

        Running(JobInfo job, long started, long stillBefore) {
            this.job = job;
            this.started = started;
            this.stillBefore = stillBefore;
        }

        void found(Diagnostic diagnostic) {
            found.add(diagnostic);
            if (found.size() > 2 * BuildSummary.Failure.MOST_DIAGNOSTICS) {
                List<Diagnostic> worst = BuildSummary.Failure.worst(found);
                found.clear();
                found.addAll(worst);
            }
        }
    }

    private final @Nullable DiagnosticCollector diagnostics;
    private final Tally tally;
    private final List<Path> kept;
    private final CompletableFuture<@Nullable BuildSummary> summary = new CompletableFuture<>();
    private final Map<Integer, Running> running = new HashMap<>();
    private final List<BuildSummary.Failure> failures = new ArrayList<>();
    private final List<BuildSummary.Took> slowest = new ArrayList<>();
    private @Nullable Running speaking;
    private BuildEvent.@Nullable BuildFinished finished;
    private int succeeded;
    private int failed;
    private int notRun;
    private int upToDate;
    private long now;
    private final Standstill still = new Standstill();
    /** Whether something went wrong in the middle, so that there is more than this knows. */
    private boolean broken;

    /**
     * A collector.
     *
     * @param diagnostics makes what finds diagnostics from who is told of them, or null where nothing can be found
     * @param kept where the journal and the logs are
     */
    SummaryCollector(
            @Nullable Function<BuildEventListener, DiagnosticCollector> diagnostics, Tally tally, List<Path> kept) {
        this.diagnostics = diagnostics == null ? null : diagnostics.apply(this::found);
        this.tally = tally;
        this.kept = List.copyOf(kept);
    }

    private void found(BuildEvent event) {
        Running job = speaking;
        if (job != null && event instanceof BuildEvent.DiagnosticFound found) {
            job.found(found.diagnostic());
        }
    }

    @Override
    public JobTimes times() {
        return this;
    }

    @Override
    public void session(long epochMillis) {
        running.clear();
        failures.clear();
        slowest.clear();
        finished = null;
        succeeded = 0;
        failed = 0;
        notRun = 0;
        upToDate = 0;
    }

    @Override
    public void time(long nanos) {
        now = nanos;
    }

    @Override
    public void began(int source, JobInfo job) {
        running.putIfAbsent(source, new Running(job.orNumber(source), now, still.nanos()));
    }

    @Override
    public void ended(int source, JobEnding ending, long bytes) {
        // The sink is told next, and does what is to be done.
    }

    @Override
    public void write(Group group) throws IOException {
        Running job = running.get(group.source());
        broken = true;
        Group.RunVisitor last = job == null || group.origin() == Channel.CONSOLE
                ? null
                : (offset, bytes, at) -> job.last.add(group.origin(), bytes);
        if (diagnostics != null) {
            speaking = job;
            diagnostics.write(group, last);
            speaking = null;
        } else if (last != null) {
            group.runs(last);
        }
        broken = false;
    }

    @Override
    public void ended(int source, @Nullable JobInfo info, JobEnding ending) {
        Running job = running.get(source);
        broken = true;
        if (diagnostics != null) {
            speaking = job;
            diagnostics.ended(source, info, ending);
            speaking = null;
        }
        broken = false;
        if (job != null) {
            running.remove(source);
            ended(job, ending);
        }
    }

    private void ended(Running one, JobEnding ending) {
        Duration elapsed = Duration.ofNanos(Math.max(0, now - one.started - (still.nanos() - one.stillBefore)));
        if (one.job.attempt() > 1
                && failures.removeIf(earlier -> earlier.job().task().equals(one.job.task()))) {
            failed--;
        }
        count(ending);
        if (ending.isFailure() && failures.size() < BuildSummary.MOST_FAILURES) {
            List<String> lines = one.last.lines(BuildSummary.Failure.MOST_LINES);
            failures.add(new BuildSummary.Failure(one.job, ending, elapsed, one.found, lines));
        }
        slowest.add(new BuildSummary.Took(one.job, elapsed));
        slowest.sort(Comparator.comparing(BuildSummary.Took::elapsed).reversed());
        if (slowest.size() > BuildSummary.MOST_SLOWEST) {
            slowest.remove(BuildSummary.MOST_SLOWEST);
        }
    }

    private void count(JobEnding ending) {
        if (ending.isFailure()) {
            failed++;
            return;
        }
        switch (ending.kind()) {
            case SUCCEEDED, EXITED -> succeeded++;
            case UP_TO_DATE, SUBSTITUTED -> upToDate++;
            default -> notRun++;
        }
    }

    @Override
    public void event(BuildEvent event) {
        still.event(event, now);
        if (event instanceof BuildEvent.BuildFinished end) {
            finished = end;
        }
    }

    @Override
    public boolean minds(Channel channel) {
        return false;
    }

    @Override
    public void flush() {}

    /** Nothing comes any more: tells those who wait. */
    @Override
    public void close() {
        summary.complete(broken ? null : summary());
    }

    /** What is known. */
    BuildSummary summary() {
        return new BuildSummary(counts(), failures, failed, slowest, tally.total(), kept);
    }

    private BuildSummary.Counts counts() {
        BuildEvent.BuildFinished end = finished;
        if (end == null) {
            return new BuildSummary.Counts(succeeded, failed, notRun, upToDate);
        }
        Counters tasks = end.counters();
        int there = tasks.done() + tasks.usable() + tasks.built();
        int undone = tasks.ignored() + tasks.queued() + tasks.waiting() + tasks.running();
        return new BuildSummary.Counts(there - end.upToDate(), tasks.failed(), undone, end.upToDate());
    }

    /**
     * Waits until everything was collected.
     *
     * @return the summary, or null if there will be none
     */
    @Nullable
    BuildSummary await() throws InterruptedException {
        try {
            return summary.get();
        } catch (ExecutionException e) {
            throw new AssertionError("BUG: it never fails", e);
        }
    }

    /** Tells the summary if everything was collected by now. */
    void tell(Consumer<BuildSummary> listener) {
        BuildSummary known = summary.getNow(null);
        if (known != null) {
            listener.accept(known);
        }
    }

    /** Sinks and this one, before those that wait for it. */
    List<Views.Target> with(List<Views.Target> sinks) {
        List<Views.Target> all = new ArrayList<>();
        all.add(new Views.Target(this, GroupingStrategy.collecting()));
        all.addAll(sinks);
        return all;
    }

    /** Nobody waits any more for what cannot be collected. */
    void giveUp() {
        summary.complete(null);
    }

    @Override
    public String toString() {
        return "the summary";
    }
}
