package dev.heddle.logmux.console;

import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;

/** What the display knows of one job that runs. Times are those of the journal, in nanoseconds. Owned by the display's thread. */
final class RunningJob {

    /** A job is marked as silent only after so long. */
    static final long SILENT_NANOS = 10_000_000_000L;
    /** And only after so many times its longest silence so far. */
    static final int SILENT_TIMES = 3;
    /** A log that grows beyond so many times what was expected says nothing about what is left. */
    private static final int HOPELESS = 4;

    final JobInfo info;
    final boolean live;
    long started;
    final Tail tail = new Tail();
    String step = "";
    long pid;
    private final long expectedBytes;
    private long lastHeard;
    private long longestSilence;
    private long bytes;
    private int notedPercent = -1;
    private String noted = "";

    RunningJob(JobInfo info, boolean live, long started, long expectedBytes) {
        this.info = info;
        this.live = live;
        this.started = started;
        this.lastHeard = started;
        this.expectedBytes = expectedBytes;
    }

    void said(byte[] array, int from, int count, long now) {
        longestSilence = Math.max(longestSilence, now - lastHeard);
        lastHeard = now;
        bytes += count;
        tail.add(array, from, count);
    }

    /** So much time before now counts for nothing. */
    void stoodStill(long nanos, long now) {
        started = later(started, nanos, now);
        lastHeard = later(lastHeard, nanos, now);
    }

    /** A time that is moved on, but not beyond now. */
    static long later(long time, long nanos, long now) {
        return time + Math.min(nanos, Math.max(0, now - time));
    }

    void noted(JobNote.Progress progress) {
        notedPercent = progress.total() == 0
                ? -1
                : (int) Math.min(100, Math.round(100.0 * progress.done() / progress.total()));
        noted = CellText.visible(progress.text());
    }

    /** How long it has been silent, or 0 if that is nothing to speak of. */
    long silence(long now) {
        long silent = now - lastHeard;
        return silent >= Math.max(SILENT_NANOS, SILENT_TIMES * longestSilence) ? silent : 0;
    }

    /** How it stands at a time. */
    Status.Job at(long now) {
        String text = tail.current();
        int percent = notedPercent;
        if (percent < 0) {
            percent = ProgressText.percent(text);
        }
        if (percent < 0 && expectedBytes > 0 && bytes > 0 && bytes < HOPELESS * expectedBytes) {
            percent = (int) Math.min(99, 100 * bytes / expectedBytes);
        }
        return new Status.Job(
                CellText.visible(info.task()),
                new Status.Place(CellText.visible(info.host()), pid, CellText.visible(step)),
                now - started,
                new Status.Progress(percent, bytes, silence(now)),
                noted.isEmpty() ? text : noted);
    }
}
