package dev.heddle.scheduler;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a build was told to do: to stop, by someone or by the stop file; to pause; to end at once. Owned by the loop's thread. */
final class Orders {

    private final Events events;
    private final @Nullable Path stopFile;
    private final int maxFailures;
    /** Whether the stop file was not looked for yet: nothing starts before. */
    private boolean looksFirst;

    /** Why no further job starts, or null. */
    private @Nullable String stopping;

    private boolean pausing;
    /** Whether the stop came from the stop file, and ends with it. */
    private boolean stoppedByFile;
    /** Whether the build ends as soon as nothing runs. */
    private boolean cancelling;

    private int failures;

    /**
     * @param stopFile null if there is none
     * @param maxFailures how many tasks fail before nothing further is started; 0 for no limit
     */
    Orders(Events events, @Nullable Path stopFile, int maxFailures) {
        this.events = events;
        this.maxFailures = maxFailures;
        this.stopFile = stopFile;
        this.looksFirst = stopFile != null;
    }

    /** Whether jobs may be started. */
    boolean mayStart() {
        return stopping == null && !isPausing();
    }

    /** Why no further job starts and the build ends when those that run have ended; or null. */
    @Nullable
    String stopping() {
        return stopping;
    }

    /** Whether the build waits for being told to go on. */
    boolean isPausing() {
        return pausing || looksFirst;
    }

    /** Why nothing is started, or null if jobs are. */
    @Nullable
    String standstill() {
        return stopping != null ? "the build stops: " + stopping : pausing ? "the build pauses" : null;
    }

    void stop(String why) {
        if (stopping == null || stoppedByFile) {
            stopping = why;
            stoppedByFile = false;
            events.stopping(why);
        }
    }

    /** So many tasks have failed. Stops at the last failure that is allowed, and at each further one if the build was resumed. */
    void failed(int tasks) {
        if (tasks > failures && maxFailures > 0 && tasks >= maxFailures) {
            stop(tasks == 1 ? "a task failed" : tasks + " tasks failed");
        }
        failures = tasks;
    }

    void pause() {
        pausing = true;
    }

    void resume() {
        if (!cancelling) {
            stopping = null;
            stoppedByFile = false;
            pausing = false;
        }
    }

    /** What runs is to be ended; false if it is already. */
    boolean cancel(String why) {
        if (cancelling) {
            return false;
        }
        cancelling = true;
        stop(why);
        stopping = why;
        return true;
    }

    /** Nothing can run any more. */
    void giveUp(String why) {
        stopping = why;
        events.error(why);
    }

    /** The stop file was looked for. It stops as long as it is there. */
    void stopFile(boolean there) {
        looksFirst = false;
        if (there && stopping == null) {
            String why = "the file " + stopFile + " exists";
            stop(why);
            stoppedByFile = true;
            events.warning(why + ": no job is started until it is removed, and the build ends when none runs");
        } else if (!there && stoppedByFile) {
            stopping = null;
            stoppedByFile = false;
            events.message("the file " + stopFile + " is gone: jobs are started again");
        }
    }
}
