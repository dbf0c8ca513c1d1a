package dev.heddle.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs on hosts of different speed, and how far it is thought to be. Nothing is kept while all hosts are equally fast.
 *
 * <p>Owned by the loop's thread.
 */
final class Underway {

    /** One job. */
    static final class Job {
        final Dispatcher.Start start;
        final long since;
        /** Whether there is, or was, another one for the same task meanwhile. */
        boolean copied;

        private int place;

        Job(Dispatcher.Start start, long since) {
            this.start = start;
            this.since = since;
        }
    }

    private final List<Job> jobs = new ArrayList<>();
    private final Map<Dispatcher.Start, Job> byStart = new HashMap<>();

    /** Takes a job that starts now. */
    Job started(Dispatcher.Start start, long now) {
        Job job = new Job(start, now);
        job.place = jobs.size();
        jobs.add(job);
        byStart.put(start, job);
        return job;
    }

    /** A job has ended; null if it began while all hosts were equally fast. */
    @Nullable
    Job ended(Dispatcher.Start start) {
        Job job = byStart.isEmpty() ? null : byStart.remove(start);
        if (job != null) {
            Job last = jobs.remove(jobs.size() - 1);
            if (last != job) {
                jobs.set(job.place, last);
                last.place = job.place;
            }
        }
        return job;
    }

    @Nullable
    Job of(Dispatcher.Start start) {
        return byStart.get(start);
    }

    List<Job> jobs() {
        return jobs;
    }
}
