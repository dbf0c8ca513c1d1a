package dev.heddle.scheduler;

import dev.heddle.core.Channel;
import dev.heddle.core.FailureText;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes a build as a trace that Chrome's trace viewer ({@code about:tracing}) and Perfetto ({@code ui.perfetto.dev}) show: the JSON
 * array of the Trace Event Format, an event a line. A host is a process of the trace, a slot a thread; a job is a slice and its
 * steps are slices in it. The process {@code build} has the counters, what happened to hosts, and the critical path; arrows lead
 * along it from job to job.
 *
 * <p>A job whose last step is done gives its slot to the next one before its output is closed, and only then its end is told. Where
 * all slots of a host have a job, the slice of such a one ends with its step.
 *
 * <p>What is written is a valid trace at any time, since the format allows the end of the array to be missing: a build that is
 * killed leaves what it did. In memory are hosts, slots and running jobs alone. For the thread of the events.
 */
final class ChromeTrace implements BuildEventListener {

    private static final int BUILD = 1;
    private static final int PATH_LANE = 2;

    private static final class HostLanes {
        final int process;
        final List<Integer> threads = new ArrayList<>();
        final BitSet taken = new BitSet();
        /** Jobs whose last step so far is done, the one that waits longest first. */
        final Set<Running> leaving = new LinkedHashSet<>();

        HostLanes(int process) {
            this.process = process;
        }
    }

    private static final class Running {
        final HostLanes host;
        final String task;
        final Deque<String> steps = new ArrayDeque<>();
        int slot;
        /** Whether its slice has ended although its end was not told. */
        boolean left;

        long stepEnded;
        String stepOutcome = "";

        Running(HostLanes host, String task) {
            this.host = host;
            this.task = task;
        }

        int thread() {
            return host.threads.get(slot);
        }
    }

    private final LineFile file;
    private final Consumer<String> complaints;
    private final Map<String, HostLanes> hosts = new HashMap<>();
    private final Map<String, Integer> slotsOf = new HashMap<>();
    private final Map<Long, Running> running = new HashMap<>();
    private List<String> path = List.of();
    // Processes and threads of a trace share one row of numbers, so that no viewer takes one for another.
    private int numbers = PATH_LANE;

    ChromeTrace(Path file, Consumer<String> complaints) {
        this.file = LineFile.inPlaceOf(file);
        this.complaints = complaints;
    }

    @Override
    public void onEvent(BuildEvent event) {
        long now = event.at().nanos();
        if (event instanceof BuildEvent.BuildStarted) {
            file.line("[");
            name("process_name", BUILD, PATH_LANE, "build");
            name("thread_name", BUILD, PATH_LANE, "critical path");
        } else if (event instanceof BuildEvent.JobStarted started) {
            jobStarted(now, started.job(), started.slots());
        } else if (event instanceof BuildEvent.StepStarted step) {
            stepStarted(now, step);
        } else if (event instanceof BuildEvent.StepFinished step) {
            stepFinished(now, step.job(), step.outcome());
        } else if (event instanceof BuildEvent.JobFinished finished) {
            jobFinished(now, finished.job().job(), finished.outcome().summary());
        } else if (event instanceof BuildEvent.Statistics statistics) {
            counters(now, statistics.counters());
        } else if (event instanceof BuildEvent.CriticalPathFound found) {
            path = found.tasks();
        } else if (event instanceof BuildEvent.Gap gap) {
            endAll(now, "not known: events are missing");
            mark(now, gap.lost() + " events are missing here");
        } else if (event instanceof BuildEvent.BuildFinished finished) {
            finish(now, finished);
        } else {
            told(now, event);
        }
    }

    private void told(long now, BuildEvent event) {
        if (event instanceof BuildEvent.HostUp host) {
            slotsOf.put(host.host(), host.slots());
            mark(now, "host " + host.host() + " is up");
        } else if (event instanceof BuildEvent.HostDown host) {
            mark(now, "host " + host.host() + " is down: " + host.why());
        } else if (event instanceof BuildEvent.HostRefused host) {
            mark(now, "host " + host.host() + " is refused: " + host.why());
        } else if (event instanceof BuildEvent.HostDraining host) {
            mark(now, "host " + host.host() + " is drained: " + host.why());
        } else if (event instanceof BuildEvent.Stopping stopping) {
            mark(now, "no further job starts: " + stopping.why());
        } else if (event instanceof BuildEvent.EngineMessage message && message.channel() == Channel.ERROR) {
            mark(now, message.text());
        }
    }

    private void name(String what, int process, int thread, String name) {
        write(TraceLine.of('M')
                .on(process, thread)
                .text("name", what)
                .arguments()
                .text("name", name)
                .end());
    }

    private void write(TraceLine line) {
        file.line(line.end().toString());
    }

    private void mark(long now, String text) {
        write(TraceLine.of('i')
                .on(BUILD, PATH_LANE)
                .micros("ts", now)
                .text("s", "g")
                .text("name", text));
    }

    private void jobStarted(long now, JobInfo job, int slots) {
        Running run = new Running(hosts.computeIfAbsent(job.host(), this::newHost), job.task());
        place(run, slotsOf.getOrDefault(job.host(), Integer.MAX_VALUE));
        running.put(job.job(), run);
        write(begin("job", now, run, job.task())
                .arguments()
                .number("job", job.job())
                .number("attempt", job.attempt())
                .number("slots", slots)
                .text("description", job.description())
                .end());
    }

    private void place(Running run, int slots) {
        HostLanes host = run.host;
        if (host.taken.cardinality() >= slots && !host.leaving.isEmpty()) {
            leave(host.leaving.iterator().next());
        }
        run.slot = host.taken.nextClearBit(0);
        host.taken.set(run.slot);
        if (run.slot == host.threads.size()) {
            host.threads.add(++numbers);
            name("thread_name", host.process, numbers, "slot " + (run.slot + 1));
        }
    }

    private void leave(Running run) {
        run.left = true;
        write(ending("job", run.stepEnded, run, run.stepOutcome));
        run.host.taken.clear(run.slot);
        run.host.leaving.remove(run);
    }

    private HostLanes newHost(String host) {
        HostLanes lanes = new HostLanes(++numbers);
        name("process_name", lanes.process, lanes.process, host);
        return lanes;
    }

    private static TraceLine begin(String category, long now, Running run, String name) {
        return TraceLine.of('B')
                .text("cat", category)
                .on(run.host.process, run.thread())
                .micros("ts", now)
                .text("name", name);
    }

    private static TraceLine ending(String category, long now, Running run, String outcome) {
        return TraceLine.of('E')
                .text("cat", category)
                .on(run.host.process, run.thread())
                .micros("ts", now)
                .arguments()
                .text("outcome", outcome)
                .end();
    }

    private void stepStarted(long now, BuildEvent.StepStarted step) {
        Running run = running.get(step.job());
        if (run != null) {
            run.host.leaving.remove(run);
            if (run.left) { // It was between two steps.
                run.left = false;
                place(run, Integer.MAX_VALUE);
                write(begin("job", now, run, run.task).arguments().end());
            }
            run.steps.push(step.step());
            write(begin("step", now, run, step.step())
                    .arguments()
                    .number("pid", step.pid())
                    .end());
        }
    }

    private void stepFinished(long now, long job, Outcome outcome) {
        Running run = running.get(job);
        if (run != null && run.steps.poll() != null) {
            write(ending("step", now, run, outcome.summary()));
            if (outcome.isSuccess()) {
                run.stepEnded = now;
                run.stepOutcome = outcome.summary();
                run.host.leaving.add(run);
            }
        }
    }

    private void jobFinished(long now, long job, String outcome) {
        Running run = running.remove(job);
        if (run != null && !run.left) {
            run.host.leaving.remove(run);
            while (run.steps.poll() != null) {
                write(ending("step", now, run, outcome));
            }
            write(ending("job", now, run, outcome));
            run.host.taken.clear(run.slot);
        }
    }

    private void endAll(long now, String outcome) {
        for (long job : List.copyOf(running.keySet())) {
            jobFinished(now, job, outcome);
        }
    }

    private void counters(long now, Counters counters) {
        write(TraceLine.of('C')
                .on(BUILD, PATH_LANE)
                .micros("ts", now)
                .text("name", "tasks")
                .arguments()
                .number("running", counters.running())
                .number("queued", counters.queued())
                .number("waiting", counters.waiting())
                .end());
        int there = counters.built() + counters.usable() + counters.done();
        write(TraceLine.of('C')
                .on(BUILD, PATH_LANE)
                .micros("ts", now)
                .text("name", "done")
                .arguments()
                .number("built", there)
                .number("failed", counters.failed())
                .end());
    }

    private void finish(long now, BuildEvent.BuildFinished finished) {
        endAll(now, "the build is over");
        counters(now, finished.counters());
        mark(now, finished.succeeded() ? "the build succeeded" : "the build did not succeed");
        file.flush();
        if (file.failure() == null && !path.isEmpty() && Files.isRegularFile(file.path())) {
            try {
                criticalPath(TracedPath.find(file.path(), path));
            } catch (IOException e) {
                complaints.accept(file.path() + ": the critical path is missing: " + FailureText.of(e));
            }
        }
        // The last element has no comma behind it.
        String last = TraceLine.of('M')
                .on(BUILD, PATH_LANE)
                .text("name", "thread_sort_index")
                .arguments()
                .number("sort_index", -1)
                .end()
                .end()
                .toString();
        file.line(last.substring(0, last.length() - 1));
        file.line("]");
        file.close();
        file.tellFailure(complaints);
        file.tellMissing(complaints);
    }

    private void criticalPath(List<TracedPath.Stretch> stretches) {
        TracedPath.Stretch before = null;
        int arrows = 0;
        for (TracedPath.Stretch stretch : stretches) {
            write(TraceLine.of('X')
                    .text("cat", "critical")
                    .on(BUILD, PATH_LANE)
                    .micros("ts", stretch.began)
                    .micros("dur", stretch.ended - stretch.began)
                    .text("name", stretch.task));
            if (before != null) {
                // An arrow is tied to the slice that is open at its time: at the last moment of the one, the first of
                // the other.
                long leaves = Math.max(before.began, before.ended - 1);
                arrow('s', ++arrows, before.endProcess, before.endThread, leaves);
                arrow('f', arrows, stretch.beginProcess, stretch.beginThread, stretch.began);
            }
            before = stretch;
        }
    }

    private void arrow(char end, int number, int process, int thread, long nanos) {
        TraceLine line = TraceLine.of(end)
                .text("cat", "critical")
                .number("id", number)
                .on(process, thread)
                .micros("ts", nanos)
                .text("name", "critical path");
        write(end == 'f' ? line.text("bp", "e") : line);
    }

    @Override
    public void onPause() {
        file.flush();
        file.tellFailure(complaints);
    }
}
