package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.StepTime;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the events of one build what each job took, and hands it to who writes it down.
 *
 * <p>Jobs are told of by the loop's thread as they start, their events come later on a thread of their own. Jobs whose events
 * were lost because that thread fell behind are left out, as are those that were cancelled, or lost with their host: how long they
 * ran says nothing.
 */
final class RunTimes implements BuildEventListener {

    /** Who writes down what jobs took; called by one thread. */
    interface Log {
        /**
         * A job ended; may be kept until {@link #flush}.
         *
         * @throws IOException if it cannot be written down, with a message that says where and why
         */
        void add(TimedRun run) throws IOException;

        /**
         * Some time has passed, or the build is over.
         *
         * @throws IOException if it cannot be written down, with a message that says where and why
         */
        void flush(boolean over) throws IOException;
    }

    private static final long FLUSH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double NANOS = 1e9;

    private static final class Running {
        final JobRun run;
        final List<StepTime> steps = new ArrayList<>();
        int slots;
        boolean repeated;

        Running(JobRun run) {
            this.run = run;
        }
    }

    private final Log log;
    private volatile Consumer<String> warnings = text -> {};
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    // For the thread of the events alone.
    private final Map<String, Integer> hostSlots = new HashMap<>();
    private long flushed;
    private volatile boolean broken;

    RunTimes(Log log) {
        this.log = log;
    }

    /** Who is told that nothing can be written down, once; set before the first event, and called on the thread of the events. */
    void warns(Consumer<String> listener) {
        warnings = listener;
    }

    /** A job starts; on the loop's thread, before its first event. */
    void begin(JobRun run) {
        if (!broken) {
            running.put(run.info.job(), new Running(run));
        }
    }

    @Override
    public void onEvent(BuildEvent event) {
        if (broken) {
            return;
        }
        try {
            take(event);
            if (event.at().nanos() - flushed >= FLUSH_NANOS) {
                flushed = event.at().nanos();
                log.flush(false);
            }
            if (event instanceof BuildEvent.BuildFinished) {
                log.flush(true);
            }
        } catch (IOException e) {
            broken = true;
            running.clear();
            warnings.accept(FailureText.located(e) + "; the build goes on, and what its tasks take is not kept");
        }
    }

    private void take(BuildEvent event) throws IOException {
        if (event instanceof BuildEvent.HostUp up) {
            hostSlots.put(up.host(), up.slots());
        } else if (event instanceof BuildEvent.JobStarted started) {
            Running job = running.get(started.job().job());
            if (job != null) {
                job.slots = Math.max(1, started.slots());
            }
        } else if (event instanceof BuildEvent.StepFinished step) {
            Running job = running.get(step.job());
            if (job != null) {
                stepFinished(job, step);
            }
        } else if (event instanceof BuildEvent.JobFinished finished) {
            Running job = running.remove(finished.job().job());
            if (job != null && job.slots > 0 && tells(finished.outcome())) {
                log.add(timed(job, finished));
            }
        } else if (event instanceof BuildEvent.Gap) {
            running.clear();
        }
    }

    private static void stepFinished(Running job, BuildEvent.StepFinished step) {
        job.steps.add(new StepTime(step.step(), step.elapsed().toNanos() / NANOS));
        job.repeated |= !step.outcome().isSuccess();
    }

    private static boolean tells(Outcome outcome) {
        boolean lost =
                outcome instanceof Outcome.Failed failed && failed.cause() instanceof Outcome.FailureCause.HostLost;
        return !lost && !(outcome instanceof Outcome.Cancelled);
    }

    private TimedRun timed(Running job, BuildEvent.JobFinished finished) {
        String host = finished.job().host();
        double seconds = job.steps.stream().mapToDouble(StepTime::seconds).sum();
        OutputTail output = job.run.openedOutput();
        boolean resumed = !job.run.fresh || (finished.outcome().isSuccess() && job.repeated);
        return new TimedRun(
                finished.job().task(),
                new Where(host, hostSlots.getOrDefault(host, 0), job.slots),
                new Took(seconds, bytes(output), job.steps),
                new How(
                        resumed,
                        !finished.outcome().isSuccess(),
                        Math.max(0, finished.at().time().getEpochSecond()),
                        WorkPrint.of(job.run.task)));
    }

    private static long bytes(@Nullable OutputTail output) {
        return output == null ? 0 : output.written();
    }
}
