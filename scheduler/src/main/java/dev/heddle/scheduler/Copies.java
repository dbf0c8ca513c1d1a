package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Backup copies: when nothing that is queued finds room, an idle fast slot runs once more what runs on a slower one, the most
 * critical task first, where that is thought to end earlier. The first that succeeds is the task's job. The other one is ended,
 * counts for nothing, and what it added to the graph is forgotten. A failure counts when no copy is left that could still succeed.
 *
 * <p>Only {@linkplain dev.heddle.core.Task#isRepeatable repeatable} tasks without locks and pools are copied, once at a time.
 *
 * <p>Owned by the loop's thread.
 */
final class Copies {

    private final Jobs jobs;
    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final Orders orders;
    private final Duration grace;
    private final boolean wanted;
    /** The two jobs of each task that has two. */
    private final Map<Integer, List<JobRun>> pairs = new HashMap<>();

    Copies(Settings settings, Desk desk, Jobs jobs, Attempts attempts, Orders orders) {
        this.jobs = jobs;
        this.dispatcher = desk.dispatcher();
        this.attempts = attempts;
        this.orders = orders;
        this.grace = settings.terminateGrace();
        this.wanted = settings.backupCopies();
    }

    /**
     * Starts what is worth it and finds room.
     *
     * @param urgent whether only what should not wait until nothing else is to be started
     */
    void start(boolean urgent) {
        if (!wanted || !orders.mayStart()) {
            return;
        }
        for (Dispatcher.Copy copy = dispatcher.nextCopy(urgent); copy != null; copy = dispatcher.nextCopy(urgent)) {
            JobRun original = find(copy.of());
            int task = copy.start().task();
            attempts.copied(task);
            JobRun job = jobs.start(copy.start(), original.task, attempts.number(task), attempts.isFresh(task));
            pairs.put(task, new ArrayList<>(List.of(original, job)));
        }
    }

    private JobRun find(Dispatcher.Start start) {
        for (JobRun job : jobs.list()) {
            if (job.start.equals(start)) {
                return job;
            }
        }
        throw new AssertionError("BUG: task " + start.task() + " does not run where its copy is made");
    }

    private @Nullable JobRun other(JobRun job) {
        List<JobRun> pair = pairs.isEmpty() ? null : pairs.get(job.start.task());
        if (pair == null || pair.size() < 2 || !pair.contains(job)) {
            return null;
        }
        return pair.get(0) == job ? pair.get(1) : pair.get(0);
    }

    /** A job did what it was to do; the answer is why it counts for nothing, because another one was first, or null. */
    @Nullable
    String succeeds(JobRun job) {
        if (job.superseded != null) {
            return job.superseded;
        }
        JobRun other = other(job);
        if (other != null && other.superseded == null) {
            other.superseded = "another attempt, on host " + job.info.host() + ", was first";
            jobs.cancel(other, other.superseded, grace);
        }
        return null;
    }

    /** A job is over; the answer is whether that decides about its task. */
    boolean decides(JobRun job, Outcome outcome) {
        JobRun other = other(job);
        List<JobRun> pair = pairs.isEmpty() ? null : pairs.get(job.start.task());
        if (pair != null && pair.remove(job) && pair.isEmpty()) {
            pairs.remove(job.start.task());
        }
        boolean decides = job.superseded == null && (other == null || other.superseded != null || outcome.isSuccess());
        if (!decides && job.superseded == null) {
            job.superseded = "another attempt goes on";
        }
        return decides;
    }
}
