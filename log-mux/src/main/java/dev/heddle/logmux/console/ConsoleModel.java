package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a build looks like from outside: what runs, what was said last, what is counted. The journal tells what runs and what
 * it says; the events of the build, where there are any, tell the rest. Without clock and I/O: time is what the journal says
 * or what is asked for.
 *
 * <p><b>Memory.</b> Some 6 KiB for each job that runs, and what {@link Tally} and {@link RecentFailures} keep. Owned by the
 * display's thread.
 */
final class ConsoleModel implements FrameVisitor {

    /**
     * What is known of an earlier build.
     *
     * @param bytes how much the job of a task said, or 0 if that is unknown
     * @param nanos how long the jobs of tasks took, as far as that is known
     */
    record Earlier(ToLongFunction<String> bytes, Map<String, Long> nanos) {
        static final Earlier UNKNOWN = new Earlier(task -> 0, Map.of());
    }

    private final Map<Integer, RunningJob> running = new LinkedHashMap<>();
    private final Map<Long, RunningJob> byNumber = new HashMap<>();
    private final Map<Long, BuildEvent.StepStarted> earlySteps = new HashMap<>();
    /** Sources that ended in failure and were not forgotten yet. */
    private final Set<Integer> failed = new HashSet<>();

    private final Map<String, Boolean> hosts = new HashMap<>();
    private final Tally tally;
    private final RecentFailures failures = new RecentFailures();
    private final TimeLeft timeLeft;
    private final ToLongFunction<String> expectedBytes;
    private final UnaryOperator<String> masked;
    private long now;
    private long began = -1;
    private int ended;
    private int live;
    private long revision;
    private @Nullable String notice;

    /**
     * Begins with nothing.
     *
     * @param earlier what is known of an earlier build
     * @param masked takes out of what events tell what nobody may see; the journal is masked already
     */
    ConsoleModel(Earlier earlier, UnaryOperator<String> masked) {
        this.expectedBytes = earlier.bytes();
        this.timeLeft = new TimeLeft(earlier.nanos());
        this.masked = masked;
        this.tally = new Tally(masked);
    }

    @Override
    public void session(long epochMillis) {
        // What an earlier writer left open does not run.
        running.clear();
        byNumber.clear();
        live = 0;
        began = -1;
    }

    @Override
    public void time(long nanos) {
        now = nanos;
        if (began < 0) {
            began = nanos;
        }
    }

    @Override
    public void task(int source, JobInfo info, boolean isLive) {
        revision++;
        RunningJob job = new RunningJob(info.orNumber(source), isLive, now, expectedBytes.applyAsLong(info.task()));
        if (running.putIfAbsent(source, job) != null) {
            return;
        }
        live += isLive ? 1 : 0;
        timeLeft.began(job.info.task(), now);
        if (hosts.size() < Tally.MOST_NAMES) {
            hosts.put(info.host(), true);
        }
        if (info.job() != 0) {
            byNumber.put(info.job(), job);
            BuildEvent.StepStarted step = earlySteps.remove(info.job());
            if (step != null) {
                step(job, step);
            }
        }
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        revision++;
        RunningJob job = running.get(source);
        if (job != null) {
            job.said(bytes.array(), bytes.from(), bytes.length(), now);
        }
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        revision++;
        RunningJob job = running.remove(source);
        if (job == null) {
            return;
        }
        byNumber.remove(job.info.job(), job);
        live -= job.live ? 1 : 0;
        ended++;
        if (!ending.isFailure()) {
            timeLeft.did(job.info.task());
        }
        if (ending.isFailure() && failed.size() < Tally.MOST_NAMES) {
            failed.add(source);
        }
        failures.ended(job, ending, now);
    }

    /** Whether a source is known to have ended in failure, perhaps before its last words were shown. */
    boolean hasFailed(int source) {
        return failed.contains(source);
    }

    /** A source has been shown to its end. */
    void forget(int source) {
        failed.remove(source);
    }

    /** Takes a fact. */
    void event(BuildEvent event) {
        revision++;
        tally.event(event);
        if (event instanceof BuildEvent.StepStarted step) {
            RunningJob job = byNumber.get(step.job());
            if (job != null) {
                step(job, step);
            } else if (earlySteps.size() < Tally.MOST_NAMES) {
                earlySteps.put(step.job(), step);
            }
        } else if (event instanceof BuildEvent.JobFinished finished) {
            earlySteps.remove(finished.job().job());
        } else if (event instanceof BuildEvent.TaskFinished finished) {
            var unused = timeLeft.finished(masked.apply(finished.task()));
        } else if (event instanceof BuildEvent.DiagnosticFound found) {
            failures.found(found.job(), found.diagnostic());
        } else if (event instanceof BuildEvent.Noted noted && noted.note() instanceof JobNote.Progress progress) {
            RunningJob job = byNumber.get(noted.job());
            if (job != null) {
                job.noted(progress);
            }
        } else if (event instanceof BuildEvent.Stopping stopping) {
            notice = "stopping: " + CellText.visible(masked.apply(stopping.why()));
        }
    }

    /**
     * The process stood still, which counts for nothing.
     *
     * @param nanos for how long
     * @param time time of the journal, which may not have told of any for as long
     */
    void stoodStill(long nanos, long time) {
        revision++;
        if (began >= 0) {
            began = RunningJob.later(began, nanos, time);
        }
        running.values().forEach(job -> job.stoodStill(nanos, time));
    }

    private static void step(RunningJob job, BuildEvent.StepStarted step) {
        job.step = step.step();
        job.pid = step.pid();
    }

    /** Says something to the person until something else is said; null says nothing any more. */
    void notice(@Nullable String text) {
        revision++;
        notice = text;
    }

    /**
     * The task that a person means: the one of a line in the region, counted from 1, or the first one that runs and has these
     * words in its name; otherwise the words themselves.
     */
    String named(String words) {
        int number =
                words.length() < 4 && words.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(words) : 0;
        int index = 0;
        for (RunningJob job : running.values()) {
            boolean meant = number > 0 ? ++index == number : job.info.task().contains(words);
            if (meant) {
                return job.info.task();
            }
        }
        return words;
    }

    /** Grows with everything that was told. */
    long revision() {
        return revision;
    }

    /** Whether a job has the screen to itself. */
    boolean isStageTaken() {
        return live > 0;
    }

    /** Whether any job runs. */
    boolean isBusy() {
        return !running.isEmpty();
    }

    /** What has failed so far. */
    RecentFailures failures() {
        return failures;
    }

    /**
     * How things stand.
     *
     * @param nanos time of the journal
     * @param mostJobs how many running jobs to tell of
     */
    Status at(long nanos, int mostJobs) {
        long time = Math.max(nanos, now);
        List<Status.Job> jobs = new ArrayList<>();
        for (RunningJob job : running.values()) {
            if (jobs.size() == mostJobs) {
                break;
            }
            jobs.add(job.at(time));
        }
        boolean told = tally.isUsed();
        Status.Counts counts = new Status.Counts(
                told ? tally.tasks() : 0,
                told ? tally.finished() : ended,
                running.size(),
                told ? tally.failed() : failures.count(),
                told ? tally.line() : "");
        return new Status(
                counts,
                began < 0 ? 0 : time - began,
                jobs,
                running.size() - jobs.size(),
                hosts.size(),
                tally.trouble(),
                notice,
                told ? left(time) : TimeLeft.UNKNOWN);
    }

    private long left(long time) {
        long half = 0;
        for (RunningJob job : running.values()) {
            half += Math.min(time - job.started, timeLeft.expected(job.info.task()));
        }
        return timeLeft.at(time, tally.tasks() - tally.finished(), half);
    }
}
