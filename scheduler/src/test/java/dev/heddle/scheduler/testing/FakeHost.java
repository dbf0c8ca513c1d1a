package dev.heddle.scheduler.testing;

import dev.heddle.core.Channel;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobNote;
import dev.heddle.core.Task;
import dev.heddle.core.Work;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A host on which nothing really runs: a script says, for each attempt at a step, how long it takes, what it prints and how
 * it ends. Its time is that of a {@link ManualTicker}.
 *
 * <p>Runs on the engine's thread alone; make it before the build and look at {@link #started} after it.
 */
public final class FakeHost implements HostBackend {

    /**
     * An attempt at a step.
     *
     * @param task the task
     * @param work what the step does
     * @param job number of the job
     * @param attempt 1 for the first job of the task
     */
    public record Attempt(Task task, Work work, long job, int attempt) {}

    /**
     * What becomes of an attempt. Each {@code with}-like call gives a changed copy.
     *
     * @param takes how long it runs unless it is ended
     * @param end how it ends
     * @param output what it prints at its start
     * @param note what it tells, if anything
     * @param expansion what it adds to the graph
     * @param heedsTerm whether it ends at once when it is asked to, rather than when it is killed
     * @param killable whether it ends when it is killed
     */
    public record Plan(
            Duration takes,
            StepEnd end,
            String output,
            List<JobNote> note,
            List<Expansion> expansion,
            boolean heedsTerm,
            boolean killable) {

        /** Exits with 0 after a while. */
        public static Plan success(Duration takes) {
            return exit(takes, 0);
        }

        /** Exits with a code after a while. */
        public static Plan exit(Duration takes, int code) {
            return ends(takes, new StepEnd.Exited(new ProcessEnd(code, 0, false, null)));
        }

        /** Ends in a given way after a while. */
        public static Plan ends(Duration takes, StepEnd end) {
            return new Plan(takes, end, "", List.of(), List.of(), true, true);
        }

        /** Never ends by itself. */
        public static Plan hangs() {
            return success(Duration.ofDays(10_000));
        }

        /** The same, printing something at its start. */
        public Plan printing(String text) {
            return new Plan(takes, end, text, note, expansion, heedsTerm, killable);
        }

        /** The same, telling something at its start. */
        public Plan noting(JobNote fact) {
            return new Plan(takes, end, output, List.of(fact), expansion, heedsTerm, killable);
        }

        /** The same, adding to the graph. */
        public Plan expanding(Expansion more) {
            return new Plan(takes, end, output, note, List.of(more), heedsTerm, killable);
        }

        /** The same, ending only when it is killed. */
        public Plan ignoringTerm() {
            return new Plan(takes, end, output, note, expansion, false, killable);
        }

        /** The same, not ending even when it is killed. */
        public Plan unkillable() {
            return new Plan(takes, end, output, note, expansion, false, false);
        }
    }

    private final class Run implements RunningStep {
        final Attempt attempt;
        final Plan plan;
        final StepObserver observer;
        boolean over;

        Run(Attempt attempt, Plan plan, StepObserver observer) {
            this.attempt = attempt;
            this.plan = plan;
            this.observer = observer;
        }

        void end(StepEnd end) {
            if (!over) {
                over = true;
                running.remove(this);
                observer.ended(end);
            }
        }

        @Override
        public void terminate(Duration grace) {
            if (over) {
                return;
            }
            terminated.add(attempt);
            if (plan.heedsTerm()) {
                ticker.in(Duration.ZERO, () -> end(signal(15)));
            } else if (plan.killable()) {
                ticker.in(grace, () -> end(signal(9)));
            }
        }
    }

    private final HostSpec spec;
    private final ManualTicker ticker;
    private final Function<Attempt, Plan> script;
    private final List<Run> running = new ArrayList<>();
    private final List<Attempt> started = new ArrayList<>();
    private final List<Attempt> terminated = new ArrayList<>();
    private boolean closed;

    /** A host with a script. */
    public FakeHost(HostSpec spec, ManualTicker ticker, Function<Attempt, Plan> script) {
        this.spec = spec;
        this.ticker = ticker;
        this.script = script;
    }

    /** A host named {@code fake} on which every step takes a second and succeeds. */
    public static FakeHost succeeding(int slots, ManualTicker ticker) {
        return new FakeHost(HostSpec.of("fake", slots), ticker, attempt -> Plan.success(Duration.ofSeconds(1)));
    }

    /** The end of a command by a signal. */
    public static StepEnd signal(int number) {
        return new StepEnd.Exited(new ProcessEnd(128 + number, number, false, null));
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver observer) {
        Attempt attempt =
                new Attempt(job.task(), work, job.info().job(), job.info().attempt());
        started.add(attempt);
        Plan plan = script.apply(attempt);
        Run run = new Run(attempt, plan, observer);
        running.add(run);
        observer.started(0);
        if (!plan.output().isEmpty()) {
            job.output().write(Channel.STDOUT, plan.output().getBytes(StandardCharsets.UTF_8));
        }
        plan.note().forEach(job::note);
        plan.expansion().forEach(job::expand);
        ticker.in(plan.takes(), () -> run.end(plan.end()));
        return run;
    }

    /** Loses everything that runs, as if the machine had gone down. To be called on the engine's thread. */
    public void lose(String why) {
        for (Run run : List.copyOf(running)) {
            run.end(new StepEnd.Lost(why));
        }
    }

    /** How many attempts run now. */
    public int running() {
        return running.size();
    }

    /** Every attempt that was started, in order. */
    public List<Attempt> started() {
        return started;
    }

    /** Names of the tasks of every attempt that was started, in order. */
    public List<String> startedTasks() {
        return started.stream().map(attempt -> attempt.task().name()).toList();
    }

    /** Every attempt that was asked to end. */
    public List<Attempt> terminated() {
        return terminated;
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
