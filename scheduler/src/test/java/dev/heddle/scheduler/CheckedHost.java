package dev.heddle.scheduler;

import dev.heddle.core.Dependency;
import dev.heddle.core.DependencyKind;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.Work;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hosts that look at every start: whether what the task needs is there, whether it runs nowhere else, and whether slots,
 * locks and pools are kept. What is wrong is collected, not thrown, so that the build under test does not see it.
 */
final class CheckedHost implements HostBackend {

    /** What all hosts of a build know together. */
    static final class World {
        final RandomBuild build;
        final ManualTicker ticker;
        final List<String> wrongs = new ArrayList<>();
        final Map<String, HostJob> live = new HashMap<>();
        final Map<Long, int[]> places = new HashMap<>();
        final Set<String> built = new HashSet<>();
        final Map<String, Integer> stepsDone = new HashMap<>();
        final Map<String, TaskSpec> known;
        Runnable atEvent = () -> {};
        long stoppedAt = Long.MAX_VALUE;
        final List<String> log = new ArrayList<>();

        World(RandomBuild build, ManualTicker ticker) {
            this.build = build;
            this.ticker = ticker;
            this.known = new HashMap<>(build.tasks);
            build.expansions.values().forEach(e -> e.tasks().forEach(t -> known.put(t.name(), t)));
        }

        boolean isBuilt(String task) {
            TaskSpec spec = known.get(task);
            return spec.steps().isEmpty() ? spec.dependencies().stream().allMatch(this::isMet) : built.contains(task);
        }

        private boolean isUsable(String task) {
            Set<String> seen = new HashSet<>();
            List<String> work = new ArrayList<>(List.of(task));
            while (!work.isEmpty()) {
                String at = work.remove(work.size() - 1);
                if (!seen.add(at)) {
                    continue;
                }
                if (!isBuilt(at)) {
                    return false;
                }
                for (Dependency d : known.get(at).dependencies()) {
                    if (d.kind() == DependencyKind.RUN) {
                        work.add(d.task());
                    }
                }
            }
            return true;
        }

        boolean isMet(Dependency d) {
            return switch (d.kind()) {
                case RUN -> true;
                case BUILD -> isUsable(d.task());
                case ORDER -> isBuilt(d.task());
                case STEP ->
                    isBuilt(d.task()) || Integer.parseInt(d.step().substring(1)) < stepsDone.getOrDefault(d.task(), 0);
            };
        }
    }

    private final World world;
    private final HostSpec spec;
    private final FakeHost host;
    private int slots;
    private int unslotted;
    /** Set when the build is cancelled: jobs then end with the step they are in. */
    boolean cancelled;

    CheckedHost(World world, HostSpec spec) {
        this.world = world;
        this.spec = spec;
        this.host = new FakeHost(spec, world.ticker, this::plan);
    }

    private Plan plan(FakeHost.Attempt attempt) {
        int[] place = world.places.get(attempt.job());
        Plan plan = world.build.plan(attempt.task().name(), place[0], attempt.attempt(), place[1]);
        return world.build.withExpansion(plan, attempt, place[0]);
    }

    FakeHost fake() {
        return host;
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver observer) {
        Task task = job.task();
        int[] place = world.places.get(job.info().job());
        if (place == null) {
            place = new int[] {0, 1};
            world.places.put(job.info().job(), place);
            began(job, task);
        }
        int[] at = place;
        world.log.add(world.ticker.getAsLong() + " " + spec.name() + " " + task.name() + " " + at[0] + " " + at[1]);
        world.atEvent.run();
        return host.start(job, work, new StepObserver() {
            @Override
            public void started(long pid) {
                observer.started(pid);
            }

            @Override
            public void ended(StepEnd end) {
                stepEnded(job, task, at, end);
                observer.ended(end);
                world.atEvent.run();
            }
        });
    }

    private void began(HostJob job, Task task) {
        if (world.ticker.getAsLong() > world.stoppedAt) {
            world.wrongs.add(task.name() + " started after the stop");
        }
        if (world.live.put(task.name(), job) != null) {
            world.wrongs.add(task.name() + " runs twice");
        }
        if (world.built.contains(task.name())) {
            world.wrongs.add(task.name() + " was built already");
        }
        for (Dependency d : world.known.get(task.name()).dependencies()) {
            if (!world.isMet(d)) {
                world.wrongs.add(task.name() + " started before " + d);
            }
        }
        count(task, job, 1);
        if (slots > spec.slots() || unslotted > spec.unslotted()) {
            world.wrongs.add(task.name() + " has no slot on " + spec.name());
        }
        checkGates();
    }

    private void count(Task task, HostJob job, int sign) {
        int wanted = task.resources().slots() == Resources.ALL
                ? spec.slots()
                : task.resources().slots();
        if (wanted != job.lease().slots()) {
            world.wrongs.add(task.name() + " has a lease of " + job.lease().slots());
        }
        slots += sign * wanted;
        unslotted += wanted == 0 ? sign : 0;
    }

    private void checkGates() {
        Map<String, Integer> taken = new HashMap<>();
        for (HostJob job : world.live.values()) {
            job.task().resources().locks().forEach(lock -> taken.merge("lock " + lock, 1, Integer::sum));
            job.task().resources().pools().forEach(pool -> taken.merge(pool, 1, Integer::sum));
        }
        taken.forEach((name, count) -> {
            int depth = name.startsWith("lock ") ? 1 : world.build.pools.get(name);
            if (count > depth) {
                world.wrongs.add(name + " is held by " + count);
            }
        });
    }

    private void stepEnded(HostJob job, Task task, int[] place, StepEnd end) {
        boolean good = end instanceof StepEnd.Exited exited && exited.end().exitedWith(0);
        boolean last = place[0] == task.steps().size() - 1;
        boolean over = end instanceof StepEnd.Lost
                || good && last
                || !good && place[1] >= task.steps().get(place[0]).retry().attempts()
                || cancelled;
        if (good && last) {
            world.built.add(task.name());
        }
        if (good && !last) {
            place[0]++;
            place[1] = 1;
            world.stepsDone.merge(task.name(), place[0], Math::max);
        } else if (!good) {
            place[1]++;
        }
        if (over) {
            world.live.remove(task.name());
            count(task, job, -1);
        }
    }

    @Override
    public void close() {
        host.close();
    }
}
