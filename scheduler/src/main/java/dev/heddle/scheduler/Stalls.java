package dev.heddle.scheduler;

import dev.heddle.core.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that do nothing any more: they print nothing, and as far as this machine can tell their processes compute nothing. Told
 * when that has lasted 10 s, 20 s, 40 s and so on, and ended when it has lasted too long. A build in which nothing runs at
 * all although it has tasks left is told with the reason, after the same pauses. Nobody looks while nothing asks for any of it.
 *
 * <p>Owned by the loop's thread; the processor time is looked up by a hand.
 */
final class Stalls {

    /**
     * How it is to be dealt with.
     *
     * @param told whether it is told
     * @param limit how long a job may do nothing, or null
     * @param stops whether the build stops when a job runs into the limit
     */
    record Policy(boolean told, @Nullable Duration limit, boolean stops) {
        static final Policy NONE = new Policy(false, null, false);

        Policy {
            if (limit != null && (limit.isNegative() || limit.isZero())) {
                throw new IllegalArgumentException("the time after which a job is stuck must be positive: " + limit);
            }
        }
    }

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** A stall is told when it is twice as long as the one told before, of which this is the first. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Ticks in an interval that are no work: one in a hundred. A program that waits still wakes now and then. */
    private static final long IDLE_TICKS = 5;

    /** A job as it was seen last. */
    private static final class Seen {
        final StepWatch watch;
        long bytes;
        /** Ticks, or -1 if they are not known. */
        long ticks = -1;

        long since;
        long told = FIRST_NANOS;
        boolean computes;

        Seen(StepWatch watch, long bytes, long now) {
            this.watch = watch;
            this.bytes = bytes;
            this.since = now;
        }
    }

    private final Surroundings around;
    private final Jobs jobs;
    private final Consumer<String> stop;
    private final Supplier<@Nullable String> idle;
    private final Policy policy;
    private Map<JobRun, Seen> seen = new HashMap<>();
    private boolean looking;
    private long idleSince;
    private long idleTold = FIRST_NANOS;

    /**
     * @param idle why nothing runs, or null if there is no need to tell
     * @param stop has nothing further started
     */
    Stalls(Surroundings around, Jobs jobs, Supplier<@Nullable String> idle, Consumer<String> stop) {
        this.around = around;
        this.jobs = jobs;
        this.idle = idle;
        this.stop = stop;
        this.policy = around.settings().stalls();
    }

    /** Begins to look, if that is wanted of the whole build. */
    void begin() {
        idleSince = around.events().now();
        lookOn();
    }

    /** A step begins: looks as long as it runs if it has a limit of its own. */
    void follow(Step step) {
        if (!looking && step.stuckAfter() != null) {
            looking = true;
            later();
        }
    }

    private void lookOn() {
        looking = policy.told()
                || policy.limit() != null
                || jobs.list().stream()
                        .anyMatch(job -> !job.ended && job.currentStep().stuckAfter() != null);
        if (looking) {
            later();
        } else {
            seen = Map.of();
        }
    }

    private void later() {
        around.timers().after(around.events().now(), INTERVAL, this::look);
    }

    private void look() {
        Map<JobRun, Seen> next = new HashMap<>();
        List<Long> pids = new ArrayList<>();
        long now = around.events().now();
        for (JobRun job : jobs.list()) {
            StepWatch watch = job.watch;
            if (watch == null || job.ended) {
                continue;
            }
            OutputTail output = job.openedOutput();
            long bytes = output == null ? 0 : output.written();
            Seen before = seen.get(job);
            if (before == null || before.watch != watch || before.bytes != bytes) {
                before = new Seen(watch, bytes, now);
            }
            next.put(job, before);
            if (watch.pid() > 0) {
                pids.add(watch.pid());
            }
        }
        seen = next;
        tellIdle(now);
        if (pids.isEmpty()) {
            judge(Map.of());
        } else {
            around.settings().hands().execute(() -> {
                Map<Long, Long> times = GroupTimes.of(Path.of("/proc"), pids);
                around.inbox().post(() -> judge(times));
            });
        }
    }

    private void judge(Map<Long, Long> times) {
        long now = around.events().now();
        for (JobRun job : List.copyOf(jobs.list())) {
            Seen last = seen.get(job);
            if (last == null || job.watch != last.watch || job.ended) {
                continue;
            }
            long ticks = times.getOrDefault(last.watch.pid(), -1L);
            // The first time is not known to be idle: there is nothing to compare it with.
            last.computes = ticks >= 0 && (last.ticks < 0 || Math.abs(ticks - last.ticks) >= IDLE_TICKS);
            last.ticks = ticks;
            if (last.computes) {
                last.since = now;
                last.told = FIRST_NANOS;
            } else {
                judge(job, last, now - last.since);
            }
        }
        lookOn();
    }

    private void judge(JobRun job, Seen last, long nanos) {
        Duration own = job.currentStep().stuckAfter();
        Duration limit = own == null ? policy.limit() : own;
        boolean over = limit != null && nanos >= limit.toNanos() && job.cancelled == null;
        if (over || (policy.told() && nanos >= 2 * last.told)) {
            last.told = nanos;
            around.events()
                    .warning("job " + job.info.job() + " of task '" + job.info.task() + "' on host " + job.info.host()
                            + " has printed nothing" + (last.ticks >= 0 ? " and computed nothing" : "") + " for "
                            + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s" + (over ? ", and is ended" : ""));
        }
        if (limit != null && over) {
            if (policy.stops()) {
                stop.accept("task '" + job.info.task() + "' is stuck");
            }
            jobs.stuck(job, limit);
        }
    }

    private void tellIdle(long now) {
        String why = jobs.running() > 0 || !policy.told() ? null : idle.get();
        if (why == null) {
            idleSince = now;
            idleTold = FIRST_NANOS;
        } else if (now - idleSince >= 2 * idleTold) {
            idleTold = now - idleSince;
            around.events().warning("nothing has run for " + TimeUnit.NANOSECONDS.toSeconds(idleTold) + " s: " + why);
        }
    }
}
