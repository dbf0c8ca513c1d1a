package dev.heddle.scheduler;

import dev.heddle.core.JobNote;
import java.util.concurrent.Semaphore;

/**
 * Brings what jobs note about themselves to the loop: at most {@value #MOST} notes that it has not seen yet, beyond which
 * the job that notes something more waits.
 *
 * <p>May be called from any thread but the loop's.
 */
final class JobNotes {

    private static final int MOST = 1_024;

    private final Events events;
    private final Inbox inbox;
    private final Semaphore unseen = new Semaphore(MOST);

    JobNotes(Events events, Inbox inbox) {
        this.events = events;
        this.inbox = inbox;
    }

    void noted(JobRun job, JobNote note) {
        if (!events.enabled()) {
            return;
        }
        unseen.acquireUninterruptibly();
        boolean read = inbox.post(() -> {
            unseen.release();
            if (!job.ended) {
                events.noted(job, note);
            }
        });
        if (!read) {
            unseen.release();
        }
    }
}
