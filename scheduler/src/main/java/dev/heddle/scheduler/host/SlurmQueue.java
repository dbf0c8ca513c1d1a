package dev.heddle.scheduler.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What is asked and told about all jobs at once: one {@code squeue} for their states, at growing intervals and only while there
 * are jobs; one {@code scancel} for those that are to end; and the sign of life for which they look.
 *
 * <p><b>Threads.</b> Its own thread owns all state, and never waits for one of Slurm's programs. May be called from any thread.
 */
final class SlurmQueue {

    /** A job that is not shown this many times in a row is no longer there. */
    private static final int MISSED = 2;

    /** As many jobs as are named to scancel at once. */
    private static final int CHUNK = 200;

    /** From the first job that is to end until scancel is started, so that those that end with it are told with it. */
    private static final long GATHER_MILLIS = 20;

    private static final long AFTER_SIGNAL_MILLIS = 300;

    private final SlurmPrograms programs;
    private final SlurmPace pace;
    private final Path lease;
    private final String jobName;
    private final ScheduledExecutorService events;

    // Of the queue's own thread.
    private final Set<SlurmJob> jobs = new HashSet<>();
    private final Set<Long> terms = new TreeSet<>();
    private final Set<Long> kills = new TreeSet<>();
    private long beats;
    private boolean beating;
    private boolean gathering;
    private boolean asking;
    private long interval;
    private long pollNumber;

    /**
     * Names what it needs.
     *
     * @param events the queue's own thread
     * @param lease file of the sign of life
     * @param jobName by which Slurm knows the jobs, and no others
     */
    SlurmQueue(SlurmPrograms programs, SlurmPace pace, ScheduledExecutorService events, Path lease, String jobName) {
        this.programs = programs;
        this.pace = pace;
        this.events = events;
        this.lease = lease;
        this.jobName = jobName;
    }

    /**
     * A job is about to be submitted.
     *
     * @return completes when there are signs of life
     */
    CompletableFuture<Void> enter(SlurmJob job) {
        return CompletableFuture.runAsync(
                () -> {
                    jobs.add(job);
                    if (!beating) {
                        beating = true;
                        beat();
                    }
                    if (jobs.size() == 1) {
                        askIn(pace.firstPoll());
                    }
                },
                events);
    }

    /** A job has ended, or never began. */
    void leave(SlurmJob job) {
        events.execute(() -> jobs.remove(job));
    }

    /** A job has fallen out of what is expected: Slurm is asked soon. */
    void askSoon() {
        events.execute(() -> askIn(Duration.ofMillis(AFTER_SIGNAL_MILLIS)));
    }

    /**
     * Has all processes of a job told to end.
     *
     * @param kill whether they have no say in it
     */
    void end(long id, boolean kill) {
        events.execute(() -> {
            (kill ? kills : terms).add(id);
            if (!gathering) {
                gathering = true;
                later(this::cancel, TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS));
            }
        });
    }

    // On the queue's own thread.

    private void later(Runnable event, long nanos) {
        var unused = events.schedule(event, nanos, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        beating = !jobs.isEmpty();
        if (!beating) {
            return;
        }
        try {
            writeBeat();
        } catch (IOException e) {
            // If that stays so, the jobs end themselves, and are found to have ended.
        }
        later(this::beat, pace.beat().toNanos());
    }

    private void writeBeat() throws IOException {
        Files.write(lease, (++beats + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void cancel() {
        gathering = false;
        List<Long> toTerm = new ArrayList<>(terms);
        List<Long> toKill = new ArrayList<>(kills);
        terms.clear();
        kills.clear();
        // Whatever has begun is signalled with all its processes; the rest, and what begins just now, is taken from the
        // queue.
        scancel(toTerm, List.of("--full", "--signal=TERM"), List.of("--state=PENDING"));
        scancel(toKill, List.of("--full", "--signal=KILL"), List.of());
    }

    private void scancel(Collection<Long> ids, List<String> first, List<String> second) {
        List<Long> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += CHUNK) {
            List<String> words = all.subList(from, Math.min(all.size(), from + CHUNK)).stream()
                    .map(String::valueOf)
                    .toList();
            var unused = programs.run(scancel(first, words))
                    .thenCompose(answer -> programs.run(scancel(second, words)))
                    .thenRun(this::askSoon);
        }
    }

    private static List<String> scancel(List<String> options, List<String> ids) {
        List<String> argv = new ArrayList<>(List.of("scancel", "--quiet"));
        argv.addAll(options);
        argv.addAll(ids);
        return argv;
    }

    private void askIn(Duration time) {
        interval = Math.max(pace.firstPoll().toNanos(), 1);
        long number = ++pollNumber;
        later(() -> ask(number), time.toNanos());
    }

    private void ask(long number) {
        if (number != pollNumber || jobs.isEmpty()) {
            return;
        }
        if (asking) {
            later(() -> ask(number), TimeUnit.MILLISECONDS.toNanos(AFTER_SIGNAL_MILLIS));
            return;
        }
        asking = true;
        // What is submitted from now on may be missing in the answer.
        List<SlurmJob> asked = jobs.stream().filter(job -> job.id() > 0).toList();
        var unused = programs.run(List.of(
                        "squeue",
                        "--noheader",
                        "--me",
                        "--name=" + jobName,
                        "--states=all",
                        "--format=" + SlurmAnswers.QUEUE_FORMAT))
                .thenAccept(answer -> events.execute(() -> answered(answer, asked)));
    }

    private void answered(SlurmPrograms.Answer answer, List<SlurmJob> asked) {
        asking = false;
        boolean changed = answer.succeeded() && tell(answer.out(), asked);
        long first = pace.firstPoll().toNanos();
        boolean ending = asked.stream().anyMatch(job -> job.signs().isEnding());
        // Slurm may forget a job soon after its end.
        long longest = ending ? 2 * first : pace.longestPoll().toNanos();
        interval = changed ? first : Math.min(longest, interval + interval / 2);
        long number = ++pollNumber;
        later(() -> ask(number), interval);
    }

    /** Tells the jobs what Slurm said of them; of an answer that cannot be read, nothing. */
    private static boolean tell(byte[] out, List<SlurmJob> asked) {
        Map<Long, String> states;
        try {
            states = SlurmAnswers.queue(out);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean changed = false;
        for (SlurmJob job : asked) {
            String state = states.get(job.id());
            changed |= state == null ? job.signs().missed(MISSED) : job.signs().seen(state);
        }
        return changed;
    }
}
