package dev.heddle.logmux.sink;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.JobTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a report tells besides the logs: the jobs with their times, and the facts of the build. Written as records of fields,
 * as {@code docs/html.md} lists them. Every text is one in which controls were made visible, so that none has a separator in it.
 *
 * <p>Holds the jobs that run. Owned by one thread.
 */
final class HtmlFacts implements JobTimes {

    /** Most facts of the build; what is more is counted. */
    static final int MOST_FACTS = 2000;

    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    private static final char FIELD = '\u001f';

    private record Open(JobInfo job, long started) {}

    private final HtmlSpill jobs;
    private final HtmlSpill facts;
    private final Map<Integer, Open> open = new LinkedHashMap<>();
    private long now;
    private int told;
    private long untold;

    HtmlFacts(HtmlSpill jobs, HtmlSpill facts) {
        this.jobs = jobs;
        this.facts = facts;
    }

    @Override
    public void session(long epochMillis) {
        // What an earlier writer left open does not go on.
        unended();
        fact("session", epochMillis);
    }

    @Override
    public void time(long nanos) {
        now = nanos;
    }

    @Override
    public void began(int source, JobInfo job) {
        open.put(source, new Open(job, now));
    }

    @Override
    public void ended(int source, JobEnding ending, long bytes) {
        Open job = open.remove(source);
        if (job != null) {
            job(source, job, ending, now, bytes);
        }
    }

    private void job(int source, Open one, JobEnding ending, long ended, long bytes) {
        JobInfo job = one.job;
        String component = job.component();
        String exit =
                ending.exitCode().isPresent() ? String.valueOf(ending.exitCode().getAsInt()) : "";
        record(
                jobs,
                source,
                job.task(),
                component == null ? "" : component,
                job.description().equals(job.task()) ? "" : job.description(),
                job.host(),
                job.attempt(),
                millis(one.started),
                ended < 0 ? "" : millis(ended),
                ending.kind().name(),
                exit,
                ending.summary(),
                bytes);
    }

    private void unended() {
        open.forEach((source, job) -> job(source, job, JobEnding.unknown(), -1, 0));
        open.clear();
    }

    /** Takes a fact of the build. */
    void event(BuildEvent event) {
        if (event instanceof BuildEvent.CriticalPathFound path) {
            fact("path", millis(path.length()), path.omitted());
            path.tasks().forEach(task -> record(facts, "on", task));
        } else if (event instanceof BuildEvent.BuildFinished end) {
            fact("finished", end.succeeded() ? 1 : 0, end.stopped() == null ? "" : end.stopped());
        } else if (event instanceof BuildEvent.HostUp up) {
            fact("up", up.host(), up.slots());
        } else if (event instanceof BuildEvent.HostDown down) {
            fact("down", down.host(), down.why());
        } else if (event instanceof BuildEvent.HostRefused refused) {
            fact("refused", refused.host(), refused.why());
        } else if (event instanceof BuildEvent.LockFound lock) {
            fact("lock", lock.task(), lock.owner());
        } else if (event instanceof BuildEvent.Stopping stopping) {
            fact("stopping", stopping.why());
        }
    }

    private void fact(String kind, Object... values) {
        if (told++ >= MOST_FACTS && !kind.equals("path") && !kind.equals("finished")) {
            untold++;
            return;
        }
        Object[] fields = new Object[values.length + 2];
        fields[0] = kind;
        fields[1] = millis(now);
        System.arraycopy(values, 0, fields, 2, values.length);
        record(facts, fields);
    }

    /** Takes what came of the build. */
    void summary(BuildSummary summary) {
        BuildSummary.Counts counts = summary.counts();
        record(
                facts,
                "counts",
                millis(now),
                counts.succeeded(),
                counts.failed(),
                counts.notRun(),
                counts.upToDate(),
                summary.diagnostics().errors(),
                summary.diagnostics().warnings(),
                summary.failed());
        for (BuildSummary.Failure failure : summary.failures()) {
            record(
                    facts,
                    "failure",
                    millis(now),
                    failure.job().task(),
                    failure.job().attempt(),
                    failure.ending().describe());
            failure.lines().forEach(line -> record(facts, "line", line));
        }
        for (BuildSummary.Took took : summary.slowest()) {
            record(
                    facts,
                    "slow",
                    millis(now),
                    took.job().task(),
                    took.job().attempt(),
                    took.elapsed().toMillis());
        }
        summary.kept().forEach(file -> record(facts, "kept", millis(now), file));
    }

    /** Nothing comes any more. */
    void end() {
        unended();
        record(facts, "end", millis(now), untold);
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    // A recording may hold a length of which nobody can count the milliseconds.
    private static long millis(Duration length) {
        return length.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : Math.max(0, length.toMillis());
    }

    private static void record(HtmlSpill to, Object... fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) {
            line.append(line.isEmpty() ? "" : FIELD).append(EngineLines.name(String.valueOf(field)));
        }
        try {
            to.text(line.append('\n').toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
