package dev.heddle.scheduler;

import dev.heddle.core.JobNote;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.LogDirectory.Log;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a {@link LogDirectory} that tell of one build, but for {@code build.log} and those of hosts.
 *
 * <p>Events come on a thread of their own; {@link #found} is called by the loop's. Lines go out when no event waits, or 64 KiB of a
 * file do. What is kept of a job is gone when it ends.
 */
final class BuildLogs implements BuildEventListener {

    /** The fact, as a {@link JobNote.Fact}, that tells two sizes in KB, the second of which may be missing. */
    static final String SIZE = "size";

    /** The step of which {@code clean.log} tells. */
    private static final String CLEAN = "clean";

    private static final class Running {
        final String task;
        boolean cleanFailed;

        Running(String task) {
            this.task = task;
        }
    }

    private record Found(Instant when, List<String> names) {}

    private final Map<Log, LineFile> files = new EnumMap<>(Log.class);
    private final Consumer<String> complaints;
    private final long pid;
    private final Queue<Found> found = new ConcurrentLinkedQueue<>();

    // For the thread of the events alone.
    private final Map<Long, Running> running = new HashMap<>();
    private String counters = "";
    private boolean complained;

    /**
     * @param complaints is told once that a file cannot be written, and at the end what is missing
     * @param pid the process in {@code engine.log}
     */
    BuildLogs(LogDirectory directory, Consumer<String> complaints, long pid) {
        this.complaints = complaints;
        this.pid = pid;
        for (Log log : List.of(Log.ENGINE, Log.STATS, Log.VARS, Log.CLEAN, Log.SIZE)) {
            if (directory.has(log)) {
                files.put(log, LineFile.behind(directory.path().resolve(log.fileName())));
            }
        }
    }

    /** These tasks belong to the build from now on; written before the next event. May be called from any thread. */
    void found(Instant when, List<String> names) {
        if (files.containsKey(Log.ENGINE) || files.containsKey(Log.VARS)) {
            found.add(new Found(when, names));
        }
    }

    @Override
    public void onEvent(BuildEvent event) {
        for (Found next = found.poll(); next != null; next = found.poll()) {
            for (String name : next.names()) {
                state(next.when(), TaskState.WAITING.letter(), name);
                line(Log.VARS, LogNames.escape(name, ""));
            }
        }
        take(event);
        if (event instanceof BuildEvent.BuildFinished) {
            finish();
        }
    }

    private void take(BuildEvent event) {
        Instant when = event.at().time();
        if (event instanceof BuildEvent.TaskStateChanged changed) {
            // A job's host stands in the line of its start.
            if (changed.to() != TaskState.RUNNING) {
                state(when, changed.to().letter(), changed.task());
            }
        } else if (event instanceof BuildEvent.JobStarted started) {
            running.put(started.job().job(), new Running(started.job().task()));
            engine(
                    when,
                    TaskState.RUNNING.letter(),
                    LogNames.escape(started.job().task(), "") + " "
                            + LogNames.escape(started.job().host(), ""));
        } else if (event instanceof BuildEvent.JobFinished finished) {
            running.remove(finished.job().job());
        } else if (event instanceof BuildEvent.StepFinished step && step.step().equals(CLEAN)) {
            Running job = running.get(step.job());
            if (job != null) {
                job.cleanFailed = !step.outcome().isSuccess();
            }
        } else if (event instanceof BuildEvent.StepStarted step && step.step().equals(CLEAN)) {
            cleanedAgain(running.get(step.job()));
        } else if (event instanceof BuildEvent.Noted noted) {
            noted(running.get(noted.job()), noted.note());
        } else if (event instanceof BuildEvent.Statistics statistics) {
            counters(when, statistics.counters());
        } else if (event instanceof BuildEvent.BuildFinished finished) {
            counters(when, finished.counters());
        } else if (event instanceof BuildEvent.Gap gap) {
            running.clear();
            engine(when, '#', gap.lost() + " events are missing here");
        }
    }

    private void cleanedAgain(@Nullable Running job) {
        if (job != null && job.cleanFailed) {
            job.cleanFailed = false;
            line(Log.CLEAN, LogNames.escape(job.task, ""));
        }
    }

    private void noted(@Nullable Running job, JobNote note) {
        if (job != null && note instanceof JobNote.Fact fact && fact.key().equals(SIZE)) {
            String[] sizes = fact.value().strip().split(" +", -1);
            if (sizes.length <= 2 && isNumber(sizes[0]) && isNumber(sizes[sizes.length - 1])) {
                line(
                        Log.SIZE,
                        LogNames.escape(job.task, "") + " " + sizes[0] + (sizes.length == 2 ? " " + sizes[1] : ""));
            }
        }
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.length() <= 18 && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void counters(Instant when, Counters now) {
        String text = "P=" + now.done() + " I=" + now.usable() + " B=" + now.built() + " Q=" + now.queued() + " T="
                + now.waiting();
        if (!text.equals(counters)) {
            counters = text;
            line(Log.STATS, when.getEpochSecond() + " " + text);
        }
    }

    private void state(Instant when, char letter, String task) {
        engine(when, letter, LogNames.escape(task, ""));
    }

    private void engine(Instant when, char letter, String rest) {
        line(Log.ENGINE, pid + "@" + when.getEpochSecond() + ": " + letter + ": " + rest);
    }

    private void line(Log log, String line) {
        LineFile file = files.get(log);
        if (file != null) {
            file.line(line);
        }
    }

    @Override
    public void onPause() {
        for (LineFile file : files.values()) {
            file.flush();
            if (!complained && file.failure() != null) {
                complained = true;
                file.tellFailure(complaints);
            }
        }
    }

    private void finish() {
        files.values().forEach(LineFile::close);
        onPause();
        for (LineFile file : files.values()) {
            file.tellMissing(complaints);
        }
    }
}
