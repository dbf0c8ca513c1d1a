package dev.heddle.logmux.console;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Counts tasks by what the events of a build tell. Counts whole states by itself and takes the engine's own counters, which
 * come now and then, as the truth, so that events that were lost do no lasting harm. Owned by the display's thread.
 */
final class Tally {

    /** Names that are kept of failed and locked tasks, and of hosts that are down. */
    static final int MOST_NAMES = 100;

    private final Map<String, String> hosts = new LinkedHashMap<>();
    private final Map<String, String> troubled = new LinkedHashMap<>();
    private final Set<String> down = new LinkedHashSet<>();
    private final UnaryOperator<String> masked;
    private int tasks;
    private int done;
    private int usable;
    private int built;
    private int queued;
    private int ignored;
    private int failed;
    private int running;

    /** Begins at zero; {@code masked} takes out of names what nobody may see. */
    Tally(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    /** Whether a build was told of. */
    boolean isUsed() {
        return tasks > 0;
    }

    void event(BuildEvent event) {
        if (event instanceof BuildEvent.BuildStarted started) {
            tasks = started.tasks();
        } else if (event instanceof BuildEvent.GraphChanged changed) {
            tasks = changed.tasks();
        } else if (event instanceof BuildEvent.TaskStateChanged changed) {
            count(changed.from(), -1);
            count(changed.to(), 1);
            trouble(changed);
        } else if (event instanceof BuildEvent.JobStarted started) {
            hosts.put(started.job().task(), started.job().host());
        } else if (event instanceof BuildEvent.JobFinished finished) {
            // A failed task keeps its host for the list of errors; the state changes after its last job.
            if (finished.outcome().isSuccess()) {
                hosts.remove(finished.job().task());
            }
        } else if (event instanceof BuildEvent.TaskFinished finished) {
            hosts.remove(finished.task());
        } else if (event instanceof BuildEvent.Statistics statistics) {
            take(statistics.counters());
            takeTroubled(statistics.troubled());
        } else if (event instanceof BuildEvent.BuildFinished finished) {
            take(finished.counters());
        } else {
            host(event);
        }
    }

    private void host(BuildEvent event) {
        if (event instanceof BuildEvent.HostDown lost && down.size() < MOST_NAMES) {
            down.add(lost.host());
        } else if (event instanceof BuildEvent.HostRefused refused && down.size() < MOST_NAMES) {
            down.add(refused.host());
        } else if (event instanceof BuildEvent.HostUp up) {
            down.remove(up.host());
        }
    }

    private void trouble(BuildEvent.TaskStateChanged changed) {
        if (isTrouble(changed.to())) {
            if (troubled.size() < MOST_NAMES) {
                troubled.put(changed.task(), hosts.getOrDefault(changed.task(), ""));
            }
        } else if (isTrouble(changed.from())) {
            troubled.remove(changed.task());
        }
    }

    private static boolean isTrouble(TaskState state) {
        return state == TaskState.FAILED || state == TaskState.LOCKED;
    }

    private void count(TaskState state, int by) {
        switch (state) {
            case QUEUED, UNFINISHED, HELD, RELEASED -> queued += by;
            case RUNNING -> running += by;
            case BUILT -> built += by;
            case USABLE -> usable += by;
            case DONE -> done += by;
            case IGNORED -> ignored += by;
            case FAILED, LOCKED -> failed += by;
            case WAITING -> {
                // All that are nowhere else wait.
            }
        }
    }

    private void take(Counters counters) {
        done = counters.done();
        usable = counters.usable();
        built = counters.built();
        queued = counters.queued();
        ignored = counters.ignored();
        failed = counters.failed();
        running = counters.running();
        tasks = Math.max(tasks, finished() + queued + running + counters.waiting());
    }

    private void takeTroubled(List<String> names) {
        troubled.keySet().removeIf(name -> names.size() < MOST_NAMES && !names.contains(name));
        for (String name : names) {
            if (troubled.size() < MOST_NAMES) {
                troubled.putIfAbsent(name, "");
            }
        }
    }

    int tasks() {
        return tasks;
    }

    /** Tasks that need no more work. */
    int finished() {
        return done + usable + built + ignored + failed;
    }

    int failed() {
        return failed;
    }

    /** The counters as dpb prints them. */
    String line() {
        int waiting = Math.max(0, tasks - finished() - queued - running);
        return new Counters(done, usable, built, queued, waiting, ignored, failed, running).line();
    }

    /** What is wrong. */
    Status.Trouble trouble() {
        List<String> names = new ArrayList<>();
        troubled.forEach((task, host) -> names.add(
                CellText.visible(masked.apply(task)) + (host.isEmpty() ? "" : "(" + CellText.visible(host) + ")")));
        return new Status.Trouble(names, down.stream().map(CellText::visible).toList());
    }
}
