package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import java.time.Duration;
import java.util.List;

/**
 * Moves tasks from state to state: what became ready is checked, queued or done at once; what ended has its consequences.
 *
 * <p>Owned by the loop's thread.
 */
final class Desk implements Readiness.Effects, Dispatcher.Effects {

    private static final Outcome NOTHING_TO_DO = new Outcome.Succeeded(Duration.ZERO);

    private final LiveGraph graph;
    private final TaskStates states;
    private final CriticalPaths paths;
    private final Urgencies urgencies;
    private final Events events;
    private final Readiness readiness;
    private final Placement placement;
    private final Dispatcher dispatcher;
    private final boolean checks;

    private final IntList ready = new IntList();
    private int readyFrom;
    private long readied;
    private final IntList toCheck = new IntList();
    private int toCheckFrom;
    private int ended;
    private double weightDone;
    private int ran;
    private int upToDate;
    private final IntList failures = new IntList();
    private final Troubled troubled = new Troubled();

    Desk(LiveGraph graph, Settings settings, Events events, boolean discovering) {
        this.graph = graph;
        this.states = new TaskStates();
        this.paths = new CriticalPaths(graph, states, settings.estimates());
        QueuePolicy policy = settings.policy();
        this.urgencies = new Urgencies(graph, states, paths, policy, events);
        this.events = events;
        this.checks = settings.rebuilder() != null;
        this.readiness = new Readiness(graph, states, discovering, this);
        this.placement = new Placement(paths, states, policy.slowHosts(), events::now);
        boolean queueAhead = !events.enabled() && settings.discardsOutput() && settings.inputs() == null;
        Roster roster = settings.roster();
        List<HostState> hosts = roster.members().stream()
                .map(member -> HostHealth.newcomer(roster, member))
                .toList();
        this.dispatcher = new Dispatcher(
                placement,
                new TaskOrder(graph, states),
                hosts,
                new Dispatcher.Rules(queueAhead, settings.fetchLimits()),
                this);
    }

    TaskStates states() {
        return states;
    }

    Readiness readiness() {
        return readiness;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    CriticalPaths paths() {
        return paths;
    }

    /** Takes {@code targets}, and all they need, into the build. */
    void want(IntList targets) {
        IntList wanted = readiness.want(targets);
        events.found(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            paths.learn(wanted.get(i));
        }
        paths.compute(wanted);
        readiness.take(wanted);
    }

    /**
     * Takes new dependencies of known tasks into account, and new tasks that they need.
     *
     * @param targets new tasks that are wanted for their own sake
     * @param changed tasks that gained dependencies
     */
    void grown(IntList targets, IntList changed) {
        IntList roots = new IntList();
        for (int i = 0; i < targets.size(); i++) {
            roots.add(targets.get(i));
        }
        IntList touched = new IntList();
        for (int i = 0; i < changed.size(); i++) {
            int task = changed.get(i);
            if (task < states.size() && states.is(task, TaskStates.WANTED) && states.outcome(task) == null) {
                touched.add(task);
                for (int e = 0; e < graph.dependencyCount(task); e++) {
                    roots.add(graph.dependency(task, e));
                }
            }
        }
        IntList wanted = readiness.want(roots);
        events.found(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            paths.learn(wanted.get(i));
        }
        paths.compute(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            touched.add(wanted.get(i));
        }
        paths.raise(touched, this::pathRaised);
        readiness.take(touched);
        for (int i = 0; i < touched.size(); i++) {
            unqueueIfWaiting(touched.get(i));
        }
    }

    /** A task that was put aside has another definition, and is built when what it needs now is there. */
    void redefined(int task) {
        move(task, TaskState.WAITING);
        IntList one = new IntList();
        one.add(task);
        // What is ready is told so here.
        grown(new IntList(), one);
    }

    private void unqueueIfWaiting(int task) {
        if (states.open[task] > 0 && isQueued(task)) {
            dispatcher.remove(task);
            move(task, TaskState.WAITING);
        }
    }

    private boolean isQueued(int task) {
        TaskState state = states.state(task);
        return state == TaskState.QUEUED || state == TaskState.HELD || state == TaskState.RELEASED;
    }

    private void pathRaised(int task) {
        if (task < states.size() && states.heapPlace[task] >= 0) {
            states.urgency[task] = urgencies.of(task, readied);
            dispatcher.update(task);
        }
    }

    @Override
    public void ready(int task) {
        ready.add(task);
    }

    /** Deals with every task that became ready, and with those that became ready by that. */
    void settle() {
        for (int task = dispatcher.nextImpossible(); task >= 0; task = dispatcher.nextImpossible()) {
            failForWantOfHost(task);
        }
        while (readyFrom < ready.size()) {
            int task = ready.get(readyFrom++);
            if (states.outcome(task) == null
                    && states.open[task] == 0
                    && states.state(task) == TaskState.WAITING
                    && !states.is(task, TaskStates.CHECKING)
                    && !graph.isUnresolved(task)) {
                admit(task);
            }
        }
        ready.clear();
        readyFrom = 0;
    }

    private void admit(int task) {
        if (graph.task(task).steps().isEmpty()) {
            succeed(task, NOTHING_TO_DO);
        } else if (checks && !states.is(task, TaskStates.MUST_RUN) && !ListingRun.isListing(graph.task(task))) {
            states.set(task, TaskStates.CHECKING);
            toCheck.add(task);
        } else {
            queue(task);
        }
    }

    /** A task that is ready to be checked whether it must run, or -1. */
    int nextCheck() {
        if (toCheckFrom == toCheck.size()) {
            toCheck.clear();
            toCheckFrom = 0;
            return -1;
        }
        return toCheck.get(toCheckFrom++);
    }

    /** Puts a task into the queue: a ready one, or one whose job is to be tried again. */
    void queue(int task) {
        if (!dispatcher.isPossible(task)) {
            failForWantOfHost(task);
            return;
        }
        if (states.state(task) != TaskState.QUEUED) {
            move(task, TaskState.QUEUED);
        }
        states.urgency[task] = urgencies.of(task, readied++);
        dispatcher.add(task);
    }

    private void failForWantOfHost(int task) {
        fail(
                task,
                new Outcome.Failed(
                        graph.task(task).steps().get(0).name(),
                        new Outcome.FailureCause.NotStarted("no host can ever run it: it needs " + dispatcher.need(task)
                                + " (" + Wants.missing(graph.task(task), dispatcher.hosts())
                                + "); add such a host or ask for less"),
                        List.of()));
    }

    /** Something is queued that has to wait for a slot: from now on it matters what goes first. */
    void shortOfSlots() {
        if (states.queued() > 0 && !placement.isUnequal() && urgencies.plan(dispatcher.hosts())) {
            for (int task = 0; task < states.size(); task++) {
                if (states.heapPlace[task] >= 0) {
                    states.urgency[task] = urgencies.of(task, readied);
                    dispatcher.update(task);
                }
            }
        }
    }

    void move(int task, TaskState to) {
        TaskState from = states.state(task);
        states.move(task, to);
        events.moved(task, from, to);
    }

    /** The task is done: built, up to date or fetched. */
    void succeed(int task, Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded) {
            ran++;
        } else {
            upToDate++;
        }
        end(task, outcome, TaskState.BUILT);
        readiness.built(task);
    }

    /** The task failed for good. */
    void fail(int task, Outcome outcome) {
        failFor(task, outcome, TaskState.FAILED);
    }

    /** The task will not be built because someone else has its lock. */
    void locked(int task, Outcome outcome) {
        failFor(task, outcome, TaskState.LOCKED);
    }

    /** The task will not be built, and that is meant so. */
    void ignore(int task, Outcome outcome) {
        states.set(task, TaskStates.FAILED);
        end(task, outcome, TaskState.IGNORED);
        readiness.failed(task);
    }

    private void failFor(int task, Outcome outcome, TaskState to) {
        failures.add(task);
        troubled.add(graph.task(task).name());
        states.set(task, TaskStates.FAILED);
        end(task, outcome, to);
        readiness.failed(task);
    }

    /** The task will not be built because the build ends. */
    void cancel(int task, String why) {
        if (states.heapPlace[task] >= 0) {
            dispatcher.remove(task);
        }
        states.set(task, TaskStates.FAILED | TaskStates.UNUSABLE);
        end(task, new Outcome.Cancelled(why), TaskState.IGNORED);
    }

    /** Gives every task that has not ended its end. */
    void cancelRest(String why) {
        for (int task = 0; task < states.size(); task++) {
            if (states.is(task, TaskStates.WANTED) && states.outcome(task) == null) {
                cancel(task, why);
            }
        }
    }

    private void end(int task, Outcome outcome, TaskState to) {
        states.outcome(task, outcome);
        ended++;
        weightDone += paths.weight(task);
        paths.ended(task);
        if (states.state(task) != to) {
            move(task, to);
        }
        events.taskFinished(task, outcome);
    }

    @Override
    public void usable(int task) {
        move(task, TaskState.USABLE);
    }

    @Override
    public void unneeded(int task) {
        move(task, TaskState.DONE);
    }

    @Override
    public void needed(int task) {
        if (states.state(task) == TaskState.DONE) {
            move(task, TaskState.USABLE);
        }
    }

    @Override
    public void skip(int task, String root) {
        if (states.heapPlace[task] >= 0) {
            dispatcher.remove(task);
        }
        states.set(task, TaskStates.FAILED);
        end(task, new Outcome.Skipped(root), TaskState.IGNORED);
    }

    @Override
    public void held(int task) {
        move(task, TaskState.HELD);
    }

    @Override
    public void released(int task) {
        move(task, TaskState.RELEASED);
    }

    /** Wanted tasks that have not ended. */
    int unfinished() {
        return states.wanted() - ended;
    }

    IntList failures() {
        return failures;
    }

    /** Those that failed or are locked. */
    Troubled troubled() {
        return troubled;
    }

    int ran() {
        return ran;
    }

    int upToDate() {
        return upToDate;
    }

    /** Weight of the tasks that have ended. */
    double weightDone() {
        return weightDone;
    }
}
