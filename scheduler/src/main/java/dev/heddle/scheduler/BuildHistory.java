package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import dev.heddle.scheduler.host.HostSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What earlier builds took, which tells a build what to start first: {@link Scheduler.Builder#history}.
 *
 * <p>Kept in the file {@code history} of a directory, a line a run in dpb's format, the last 25 of each task, of which the last
 * 10 are used. Only runs count that succeeded at their first attempt, or as a backup copy beside it: one that failed, was cancelled or lost, or found work of an
 * attempt before it says nothing of how long a task takes. Task times and speeds of hosts are fitted together, so a task that ran on
 * a slow host is not taken for a long one. The module's {@code docs/history.md} tells the formats and the estimate.
 *
 * <p><b>Threads.</b> May be used from any thread, and for several builds at once, also of several processes: none loses what
 * another writes. A build reads the file when it starts and adds to it while it runs.
 *
 * <p><b>Failure.</b> Lines of the file that are not in its format are left out and counted ({@link #damage}): a build must not fail
 * for want of an estimate. A file that cannot be read is an {@code IOException}; one that cannot be written ends the learning of
 * that build, which a warning of the build tells.
 *
 * <p><b>Bounds.</b> A million tasks, 25 lines for each, lines of at most 16 KiB.
 */
public final class BuildHistory {

    private static final int BATCH = 256;

    private final HistoryFile file;
    private final List<Path> primers;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private LogLines.Damage damage = LogLines.Damage.NONE;

    private BuildHistory(Path directory, List<Path> primers) {
        this.file = new HistoryFile(directory);
        this.primers = List.copyOf(primers);
    }

    /** The history of a directory, which is made when something is written. */
    public static BuildHistory at(Path directory) {
        return new BuildHistory(directory, List.of());
    }

    /**
     * The same history, which also takes what other logs tell of tasks of which it knows nothing: of several, the first value seen
     * for a task. They are read when a build starts, and not changed.
     *
     * @param logs files that {@link #importLog} would take
     */
    public BuildHistory primedBy(List<Path> logs) {
        return new BuildHistory(directory(), logs);
    }

    /** Where it is kept. */
    public Path directory() {
        Path parent = file.path().getParent();
        return parent == null ? Path.of("") : parent;
    }

    /**
     * Adds the runs of a log that it does not have yet: a {@code build.log} of dpb or Heddle, a rolling file of either, or a
     * {@code .ninja_log} of version 5 to 7. Runs that failed or were resumed are passed over, as is a last line without an end.
     *
     * @return how many were added
     * @throws java.nio.file.FileSystemException if the history cannot be written; it names its file, and not the log
     * @throws IOException if the log cannot be read
     * @throws HistoryException if the log has a line that is not in its format; then nothing was added
     */
    public int importLog(Path log) throws IOException {
        List<TimedRun> runs = new ArrayList<>();
        readLog(log, run -> {
            if (run.counts()) {
                runs.add(run);
            }
        });
        return file.appendNew(runs);
    }

    /**
     * Reads a log that {@link #importLog} would take, and does nothing with it.
     *
     * @throws IOException if it cannot be read
     * @throws HistoryException if it has a line that is not in its format
     */
    public static void checkLog(Path log) throws IOException {
        readLog(log, run -> {});
    }

    /** Every host on which a known run ran. */
    public List<HostSpeed> hosts() throws IOException {
        KnownRuns known = known();
        LearnedEstimates estimates = LearnedEstimates.of(known, List.of(), null);
        FittedRuns fitted = estimates.fitted();
        List<HostSpeed> speeds = new ArrayList<>();
        for (int host = 0; host < known.hosts().size(); host++) {
            speeds.add(new HostSpeed(
                    known.hosts().get(host),
                    fitted.runs(host),
                    estimates.relativeSpeed(host),
                    fitted.uncertainty(host),
                    fitted.group(host)));
        }
        return speeds;
    }

    /** Every task of which a run is known. */
    public List<TaskTime> tasks() throws IOException {
        KnownRuns known = known();
        LearnedEstimates estimates = LearnedEstimates.of(known, List.of(), null);
        List<TaskTime> times = new ArrayList<>();
        known.tasks().forEach((task, runs) -> {
            LearnedEstimates.Estimate estimate = estimates.estimate(runs, runs.print[runs.count - 1]);
            times.add(
                    new TaskTime(task, runs.count, estimate.seconds(), estimate.margin(), runs.logBytes, steps(runs)));
        });
        return times;
    }

    private static Map<String, Double> steps(KnownRuns.Runs runs) {
        Map<String, Double> steps = new LinkedHashMap<>();
        for (int step = 0; step < runs.stepNames.length; step++) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < runs.count; i++) {
                float @Nullable [] seconds = runs.steps[i];
                if (seconds != null) {
                    sum += seconds[step];
                    count++;
                }
            }
            steps.merge(runs.stepNames[step], sum / Math.max(1, count), Double::sum);
        }
        return steps;
    }

    /** How many lines of the file were left out when it was read last, and the first of them; empty if none. */
    public Optional<String> damage() {
        lock.lock();
        try {
            return damage.count() == 0
                    ? Optional.empty()
                    : Optional.of(damage.count() + (damage.count() == 1 ? " line was" : " lines were")
                            + " left out, the first at " + damage.first());
        } finally {
            lock.unlock();
        }
    }

    /** What a build starts with; read now. */
    LearnedEstimates estimates(List<HostSpec> hosts, GraphView graph) throws IOException {
        return LearnedEstimates.of(known(), hosts, graph);
    }

    /** Who learns from one build. */
    RunTimes learner() {
        return new RunTimes(new RunTimes.Log() {
            private final List<TimedRun> waiting = new ArrayList<>();

            @Override
            public void add(TimedRun run) throws IOException {
                if (run.counts()) {
                    waiting.add(run);
                    if (waiting.size() == BATCH) {
                        flush(false);
                    }
                }
            }

            @Override
            public void flush(boolean over) throws IOException {
                file.append(waiting);
                waiting.clear();
                if (over) {
                    file.trim();
                }
            }
        });
    }

    private KnownRuns known() throws IOException {
        KnownRuns known = new KnownRuns();
        LogLines.Damage left = file.read(line -> known.add(RollingFormat.read(line)));
        Set<String> seen = new HashSet<>(known.tasks().keySet());
        for (Path primer : primers) {
            readLog(primer, run -> {
                if (run.counts() && seen.add(run.task())) {
                    known.add(run);
                }
            });
        }
        lock.lock();
        try {
            damage = left;
        } finally {
            lock.unlock();
        }
        return known;
    }

    private interface Taker {
        void take(TimedRun run);
    }

    private static void readLog(Path log, Taker taker) throws IOException {
        long written = Files.getLastModifiedTime(log).toMillis() / 1_000;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(log))) {
            int longest = NinjaLogFormat.SIGNATURE.length();
            in.mark(longest);
            String begin = new String(in.readNBytes(longest), StandardCharsets.ISO_8859_1);
            in.reset();
            boolean ninja = begin.equals(NinjaLogFormat.SIGNATURE);
            boolean[] signed = {false};
            LogLines.read(log.toString(), in, true, line -> {
                if (!ninja) {
                    boolean rolling = RollingFormat.isOne(line.text());
                    taker.take(rolling ? RollingFormat.read(line) : BuildLogFormat.read(line, written));
                } else if (signed[0]) {
                    taker.take(NinjaLogFormat.read(line));
                } else {
                    NinjaLogFormat.readSignature(line);
                    signed[0] = true;
                }
            });
        }
    }
}
