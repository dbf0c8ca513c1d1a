package dev.heddle.scheduler;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Finds the host that fails what others would build: one with a full disk, say, which else would fail the whole queue in no time.
 *
 * <p>A host rests when {@value #ROW} different tasks in a row failed there, while none failed on any other host, and another
 * host is up that could run the last of them. It rests for ten seconds, and twice as long each time that goes on; a task that
 * it builds ends that. The last of these tasks is tried elsewhere meanwhile, and for that gets one attempt more if its own retry
 * policy gives it none: when it fails there too, the host goes on at once; when it is built there, the host rests for a minute at
 * least. A task gets such an attempt once in a build.
 *
 * <p>One bad task therefore never costs a host anything, however often it is tried; nor do bad tasks that fail on other hosts
 * as well.
 *
 * <p>Owned by the loop's thread.
 */
@SuppressWarnings("ReferenceEquality") // A host that was replaced is another one, of whatever name.
final class Doubts {

    /** Different tasks in a row whose failure makes a host doubtful. */
    static final int ROW = 3;

    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long DISPROVED_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final HostHealth health;
    private final Dispatcher dispatcher;
    private final Events events;
    private final LiveGraph graph;
    /** Where each task failed that another host is to try. */
    private final Map<Integer, HostState> asked = new HashMap<>();
    /** Failures on all hosts. */
    private long failures;

    Doubts(HostHealth health, Dispatcher dispatcher, Events events, LiveGraph graph) {
        this.health = health;
        this.dispatcher = dispatcher;
        this.events = events;
        this.graph = graph;
    }

    /**
     * A task failed on a host.
     *
     * @param again whether it gets another attempt by its own retry policy
     * @return whether the host rests for that
     */
    boolean failed(HostState host, int task, boolean again) {
        HostState first = asked.remove(task);
        if (first != null && first != host) {
            acquit(first);
            acquit(host);
        }
        failures++;
        if (host.failedInRow.isEmpty()) {
            host.failuresOfRow = 0;
            host.failuresBefore = failures - 1;
        }
        host.failuresOfRow++;
        if (host.failedInRow.size() < ROW) {
            host.failedInRow.add(task);
        }
        boolean alone = failures - host.failuresBefore == host.failuresOfRow;
        boolean doubtful = host.health() == HostStatus.UP
                && host.failedInRow.size() == ROW
                && alone
                && dispatcher.couldRunElsewhere(task, host);
        if (doubtful) {
            doubt(host);
        }
        if (again && host.doubted) {
            ask(task, host);
        }
        return doubtful;
    }

    /** The next attempt at a task, elsewhere, is to tell whether a host that rests was at fault. */
    void ask(int task, HostState host) {
        asked.put(task, host);
    }

    private void doubt(HostState host) {
        host.doubted = true;
        String why = ROW + " tasks in a row failed there and none elsewhere";
        long rest = rest(REST_NANOS, host.doubts++);
        health.rest(host, why, rest);
        events.warning("host " + host.name() + " rests for " + TimeUnit.NANOSECONDS.toSeconds(rest) + " s: " + why);
    }

    private static long rest(long first, int before) {
        return Math.min(LONGEST_NANOS, first << Math.min(before, 10));
    }

    private void acquit(HostState host) {
        host.failedInRow.clear();
        host.doubts = 0;
        if (host.doubted) {
            host.doubted = false;
            health.rehabilitate(host);
        }
    }

    /** A host built a task. */
    void built(HostState host, int task) {
        if (!host.failedInRow.isEmpty()) {
            host.failedInRow.clear();
            host.doubts = 0;
        }
        HostState first = asked.isEmpty() ? null : asked.remove(task);
        if (first == null || first == host || first.drains(HostState.Drain.REMOVED)) {
            return;
        }
        long rest = rest(DISPROVED_NANOS, first.disproved++);
        String why = "'" + graph.task(task).name() + "' failed there, and was built on " + host.name();
        events.warning("host " + first.name() + " rests for " + TimeUnit.NANOSECONDS.toSeconds(rest) + " s: " + why);
        if (first.health() == HostStatus.UP) {
            health.rest(first, why, rest);
        } else if (first.health() == HostStatus.SUSPECT) {
            health.restLonger(first, rest);
        }
    }
}
