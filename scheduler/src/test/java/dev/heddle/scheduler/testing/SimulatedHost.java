package dev.heddle.scheduler.testing;

import dev.heddle.core.Channel;
import dev.heddle.core.Task;
import dev.heddle.core.Work;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A machine in a {@link Simulation}: it runs what a script says in imagined time, and may go down, stand still, be slow, or come back
 * as something else.
 *
 * <p>Belongs to the engine's thread once the build runs.
 */
public final class SimulatedHost implements HostBackend {

    /**
     * An attempt at a step.
     *
     * @param host name of the host
     * @param task the task
     * @param step number of the step, from 0
     * @param jobAttempt 1 for the first job of the task
     * @param stepAttempt 1 for the first attempt at the step in this job
     */
    public record Attempt(String host, Task task, int step, int jobAttempt, int stepAttempt) {}

    /** What watches over all hosts of a simulation. */
    interface Observer {
        /** A step of a job begins there. */
        void began(SimulatedHost host, HostJob job, Attempt attempt);

        /** A step of it ended, by itself or not; it is told to the engine right after this. */
        void ended(SimulatedHost host, HostJob job, Attempt attempt, StepEnd end);
    }

    /** How long a connection may be silent before what ran over it is given up as lost, and killed there. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIME = Duration.ofMillis(50);

    private enum Machine {
        WELL,
        FROZEN,
        DOWN
    }

    private final HostSpec spec;
    private final VirtualTime time;
    private final Function<Attempt, Plan> script;
    private final Observer observer;
    private final boolean repeatsNews;
    private final Map<Long, int[]> places = new HashMap<>();
    private final List<Run> running = new ArrayList<>();
    private Machine machine = Machine.WELL;
    private double speed = 1;
    private String arch = "amd64";
    private boolean full;
    private boolean closed;

    /**
     * @param script what becomes of each attempt
     * @param repeatsNews whether the end of each step is told twice, the second time as another one
     */
    SimulatedHost(
            HostSpec spec, VirtualTime time, Function<Attempt, Plan> script, Observer observer, boolean repeatsNews) {
        this.spec = spec;
        this.time = time;
        this.script = script;
        this.observer = observer;
        this.repeatsNews = repeatsNews;
    }

    /** An attempt that runs, or clings to the host. */
    private final class Run implements RunningStep {
        final HostJob job;
        final Attempt attempt;
        final Plan plan;
        final StepObserver told;
        private double left;
        private long since;
        private int planned;
        boolean over;
        /** Whether the machine went down with it, or it never reached the machine: its loss is all that will be told. */
        boolean dead;

        Run(HostJob job, Attempt attempt, Plan plan, StepObserver told) {
            this.job = job;
            this.attempt = attempt;
            this.plan = plan;
            this.told = told;
            this.left = plan.takes().toNanos();
            this.since = time.getAsLong();
        }

        /** Reckons when it ends, from now on. */
        void goOn() {
            int number = ++planned;
            if (machine == Machine.WELL && !over && !dead) {
                time.in(Duration.ofNanos((long) Math.ceil(left / speed)), () -> {
                    if (number == planned) {
                        end(plan.end());
                    }
                });
            }
        }

        /** Notes how much was done until now; whatever it was planned to do is off. */
        void halt() {
            if (machine == Machine.WELL) {
                left = Math.max(0, left - (time.getAsLong() - since) * speed);
            }
            since = time.getAsLong();
            planned++;
        }

        void end(StepEnd end) {
            if (over) {
                return;
            }
            over = true;
            running.remove(this);
            if (!isProbe(job)) {
                observer.ended(SimulatedHost.this, job, attempt, end);
            }
            told.ended(end);
            if (repeatsNews) {
                StepEnd other = end instanceof StepEnd.Lost ? exit(0) : new StepEnd.Lost("told late");
                time.in(Duration.ofMillis(attempt.jobAttempt() * 700L), () -> told.ended(other));
            }
        }

        @Override
        public void terminate(Duration grace) {
            if (over || dead || machine != Machine.WELL) {
                return; // Nobody there hears it.
            }
            if (plan.heedsTerm()) {
                time.in(Duration.ofMillis(1), () -> endIfThere(15));
            } else if (plan.killable()) {
                time.in(grace, () -> endIfThere(9));
            }
        }

        private void endIfThere(int signal) {
            if (machine == Machine.WELL && !dead) {
                end(FakeHost.signal(signal));
            }
        }
    }

    private static StepEnd exit(int code) {
        return new StepEnd.Exited(new ProcessEnd(code, 0, false, null));
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver told) {
        Run run;
        if (isProbe(job)) {
            run = new Run(job, new Attempt(spec.name(), job.task(), 0, 1, 1), answer(job), told);
        } else {
            int[] place = places.get(job.info().job());
            if (place == null) {
                place = new int[] {0, 1};
                places.put(job.info().job(), place);
            }
            Attempt attempt =
                    new Attempt(spec.name(), job.task(), place[0], job.info().attempt(), place[1]);
            Plan plan = full ? Plan.exit(Duration.ofSeconds(1), 1) : script.apply(attempt);
            observer.began(this, job, attempt);
            run = new Run(job, attempt, plan, stepping(told, place));
        }
        running.add(run);
        if (machine == Machine.DOWN) {
            run.dead = true;
            time.in(CONNECT_TIME, () -> run.end(new StepEnd.Lost("no connection")));
            return run;
        }
        told.started(0);
        if (!run.plan.output().isEmpty()) {
            job.output().write(Channel.STDOUT, run.plan.output().getBytes(StandardCharsets.UTF_8));
        }
        run.plan.note().forEach(job::note);
        run.plan.expansion().forEach(job::expand);
        run.goOn();
        if (machine == Machine.FROZEN) {
            time.in(LEASE, () -> loseIfFrozen(run));
        }
        return run;
    }

    private static boolean isProbe(HostJob job) {
        return job.task().name().startsWith("heddle:");
    }

    private Plan answer(HostJob job) {
        String facts = job.task().name().equals("heddle:hello")
                ? "fact arch " + arch + "\nfact system Linux\nfact processors " + spec.slots()
                        + "\nfact files 65536\nfact processes 65536\n"
                : "";
        return Plan.success(ANSWER_TIME).printing(facts + "end\n");
    }

    /** Keeps count of the steps and attempts of a job. */
    private static StepObserver stepping(StepObserver told, int[] place) {
        return new StepObserver() {
            private boolean first = true;

            @Override
            public void started(long pid) {
                told.started(pid);
            }

            @Override
            public void ended(StepEnd end) {
                if (first) {
                    first = false;
                    boolean good =
                            end instanceof StepEnd.Exited exited && exited.end().exitedWith(0);
                    place[0] += good ? 1 : 0;
                    place[1] = good ? 1 : place[1] + 1;
                }
                told.ended(end);
            }
        };
    }

    // What befalls the machine; all on the engine's thread.

    /** Goes down, with all that runs there, which is noticed some time later. */
    public void goDown(Duration noticed) {
        running.forEach(Run::halt);
        machine = Machine.DOWN;
        List<Run> dead = List.copyOf(running);
        dead.forEach(run -> run.dead = true);
        time.in(noticed, () -> dead.forEach(run -> run.end(new StepEnd.Lost("the machine went down"))));
    }

    /** Loses everything that runs, while it goes on itself. */
    public void lose() {
        List.copyOf(running).forEach(run -> run.end(new StepEnd.Lost("the line was cut")));
    }

    /** Stands still. What runs there goes on with it later, or is lost when its lease is over. */
    public void freeze() {
        if (machine == Machine.WELL) {
            running.forEach(Run::halt);
            machine = Machine.FROZEN;
            List<Run> silent = List.copyOf(running);
            time.in(LEASE, () -> silent.forEach(this::loseIfFrozen));
        }
    }

    private void loseIfFrozen(Run run) {
        if (machine != Machine.WELL) {
            run.end(new StepEnd.Lost("the lease is over"));
        }
    }

    /** Is well again, as fast as it was at first, and of its first architecture. */
    public void heal() {
        running.forEach(Run::halt);
        machine = Machine.WELL;
        speed = 1;
        arch = "amd64";
        full = false;
        running.forEach(Run::goOn);
    }

    /** Works slower or faster from now on. */
    public void speed(double factor) {
        running.forEach(Run::halt);
        speed = factor;
        running.forEach(Run::goOn);
    }

    /** Says from now on that it has another architecture. */
    public void arch(String name) {
        arch = name;
    }

    /** Fails whatever is started there from now on. */
    public void fill() {
        full = true;
    }

    /** Whether it runs what it is given. */
    public boolean isWell() {
        return machine == Machine.WELL && arch.equals("amd64");
    }

    /** How many steps run there, or hang there for ever. */
    public int running() {
        return running.size();
    }

    /** Whether the scheduler closed it. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
