package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.event.TaskState;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Who may start, who is usable, who is needed by nothing more, and who must be skipped: counts of open edges, counted down
 * when something ends and never found by looking again.
 *
 * <p>Everything it finds is told to its {@link Effects}. Nothing here recurses: chains may be a million tasks long.
 *
 * <p>Owned by the loop's thread.
 */
final class Readiness {

    /** What follows from what ended. */
    interface Effects {
        /** Nothing keeps the task from starting any more. */
        void ready(int task);

        /** The task is usable. */
        void usable(int task);

        /** Nothing that is to be built needs the usable task any more. */
        void unneeded(int task);

        /** The task, unneeded before, is needed again. */
        void needed(int task);

        /** The task cannot be built, because {@code root} did not succeed; it is to be marked {@link TaskStates#FAILED}. */
        void skip(int task, String root);
    }

    private record Loss(int task, String root) {}

    private final LiveGraph graph;
    private final TaskStates states;
    private final Effects effects;
    private final RunGroups groups;
    private final FailureRoots roots;
    /** Edges from the outside at a group that still need it, at its leader. */
    private int[] needers = new int[0];
    /** Dependencies already taken into account. */
    private int[] known = new int[0];
    /** Steps known done, for tasks that others need only up to a step; made at the first such edge. */
    private int @Nullable [] stepsDone;

    private boolean discovering;
    private final IntList newlyUnneeded = new IntList();
    private final Deque<Loss> losses = new ArrayDeque<>();

    Readiness(LiveGraph graph, TaskStates states, boolean discovering, Effects effects) {
        this.graph = graph;
        this.states = states;
        this.discovering = discovering;
        this.effects = effects;
        this.groups = new RunGroups(graph);
        this.roots = new FailureRoots(graph, states);
    }

    /** Marks {@code targets} and all they need as wanted; gives those that were not, in order of their numbers. */
    IntList want(IntList targets) {
        int size = graph.size();
        states.grow(size);
        needers = roomFor(needers, size);
        known = roomFor(known, size);
        IntList found = new IntList();
        IntList work = new IntList();
        for (int i = 0; i < targets.size(); i++) {
            wantOne(targets.get(i), work);
            while (!work.isEmpty()) {
                int task = work.removeLast();
                found.add(task);
                for (int e = 0; e < graph.dependencyCount(task); e++) {
                    wantOne(graph.dependency(task, e), work);
                }
            }
        }
        found.sort();
        return found;
    }

    private void wantOne(int task, IntList work) {
        if (!states.is(task, TaskStates.WANTED)) {
            states.want(task);
            work.add(task);
        }
    }

    private static int[] roomFor(int[] array, int size) {
        if (array.length >= size) {
            return array;
        }
        return Arrays.copyOf(array, array.length == 0 ? size : Math.max(size, array.length + (array.length >> 1)));
    }

    /** Counts the edges of wanted tasks that are new or gained dependencies, and tells which of them are ready or lost. */
    void take(IntList changed) {
        groups.take(changed, states);
        for (int i = 0; i < changed.size(); i++) {
            count(changed.get(i));
        }
        recountJoined();
        for (int i = 0; i < changed.size(); i++) {
            int task = changed.get(i);
            if (states.outcome(task) == null) {
                lookAt(task);
            }
        }
        settle();
    }

    private void count(int task) {
        int edges = graph.dependencyCount(task);
        for (int e = known[task]; e < edges; e++) {
            if (graph.dependencyKind(task, e) == DependencyKind.STEP && stepsDone == null) {
                stepsDone = new int[states.size()];
            }
            if (!isMet(task, e)) {
                states.open[task]++;
            }
            int group = groups.leader(graph.dependency(task, e));
            if (group != groups.leader(task) && needers[group]++ == 0) {
                needAgain(group);
            }
        }
        known[task] = edges;
    }

    /** A group that nothing seemed to need any more is needed, and with it what it needs at run time. */
    private void needAgain(int first) {
        IntList work = new IntList();
        work.add(first);
        while (!work.isEmpty()) {
            groups.members(work.removeLast(), member -> {
                if (states.state(member) != TaskState.DONE) {
                    return;
                }
                effects.needed(member);
                for (int e = 0; e < known[member]; e++) {
                    int group = groups.leader(graph.dependency(member, e));
                    if (graph.dependencyKind(member, e) == DependencyKind.RUN
                            && group != groups.leader(member)
                            && needers[group]++ == 0) {
                        work.add(group);
                    }
                }
            });
        }
    }

    /** Counts anew who needs groups that came together: edges among the members no longer count. */
    private void recountJoined() {
        for (int i = 0; i < groups.joined().size(); i++) {
            int group = groups.leader(groups.joined().get(i));
            needers[group] = 0;
            groups.members(group, member -> {
                for (int e = 0; e < graph.dependentCount(member); e++) {
                    int dependent = graph.dependent(member, e);
                    if (groups.leader(dependent) != group && needs(dependent, graph.dependentKind(member, e))) {
                        needers[group]++;
                    }
                }
            });
        }
    }

    private boolean needs(int dependent, DependencyKind kind) {
        if (!states.is(dependent, TaskStates.WANTED) || states.is(dependent, TaskStates.FAILED)) {
            return false;
        }
        return kind == DependencyKind.RUN
                ? states.state(dependent) != TaskState.DONE
                : !states.is(dependent, TaskStates.BUILT);
    }

    private void lookAt(int task) {
        for (int e = 0; e < graph.dependencyCount(task); e++) {
            int dependency = graph.dependency(task, e);
            if (!states.is(dependency, TaskStates.UNUSABLE)) {
                continue;
            }
            if (graph.dependencyKind(task, e) == DependencyKind.RUN) {
                losses.add(new Loss(task, roots.of(dependency)));
            } else if (!isMet(task, e) && isLost(task, e)) {
                skip(task, roots.of(dependency));
                return;
            }
        }
        if (states.open[task] == 0) {
            effects.ready(task);
        }
    }

    /** Whether an edge no longer keeps its task from starting. */
    boolean isMet(int task, int edge) {
        int dependency = graph.dependency(task, edge);
        return switch (graph.dependencyKind(task, edge)) {
            case RUN -> true;
            case BUILD -> states.is(dependency, TaskStates.USABLE);
            case ORDER -> states.is(dependency, TaskStates.BUILT);
            case STEP ->
                states.is(dependency, TaskStates.BUILT) || graph.dependencyStep(task, edge) < stepsDone(dependency);
        };
    }

    private boolean isLost(int task, int edge) {
        int dependency = graph.dependency(task, edge);
        return graph.dependencyKind(task, edge) == DependencyKind.BUILD
                ? states.is(dependency, TaskStates.UNUSABLE)
                : states.is(dependency, TaskStates.FAILED);
    }

    private int stepsDone(int task) {
        return stepsDone == null || task >= stepsDone.length ? 0 : stepsDone[task];
    }

    /** A step of a running task is done for the first time or again. */
    void stepDone(int task, int step) {
        if (stepsDone == null || stepsDone(task) > step) {
            return;
        }
        int before = stepsDone(task);
        stepsDone = roomFor(stepsDone, states.size());
        stepsDone[task] = step + 1;
        for (int e = 0; e < graph.dependentCount(task); e++) {
            int needed = graph.dependentStep(task, e);
            if (graph.dependentKind(task, e) == DependencyKind.STEP && needed >= before && needed <= step) {
                meet(graph.dependent(task, e));
            }
        }
    }

    /** What a task makes is there. */
    void built(int task) {
        states.set(task, TaskStates.BUILT);
        int steps = stepsDone(task);
        for (int e = 0; e < graph.dependentCount(task); e++) {
            DependencyKind kind = graph.dependentKind(task, e);
            if (kind == DependencyKind.ORDER
                    || (kind == DependencyKind.STEP && graph.dependentStep(task, e) >= steps)) {
                meet(graph.dependent(task, e));
            }
        }
        release(task, false);
        if (!groups.any()) {
            becomeUsable(task);
        } else if (groups.countDown(task)) {
            groupUsable(task);
        }
        settle();
    }

    private void meet(int dependent) {
        if (states.is(dependent, TaskStates.WANTED) && --states.open[dependent] == 0) {
            if (states.outcome(dependent) == null) {
                effects.ready(dependent);
            }
        }
    }

    private void groupUsable(int first) {
        IntList work = new IntList();
        work.add(first);
        while (!work.isEmpty()) {
            int group = work.removeLast();
            groups.members(group, member -> {
                becomeUsable(member);
                for (int e = 0; e < graph.dependentCount(member); e++) {
                    int dependent = graph.dependent(member, e);
                    if (graph.dependentKind(member, e) == DependencyKind.RUN
                            && states.is(dependent, TaskStates.WANTED)
                            && groups.leader(dependent) != groups.leader(member)
                            && groups.countDown(dependent)) {
                        work.add(dependent);
                    }
                }
            });
        }
    }

    private void becomeUsable(int task) {
        states.set(task, TaskStates.USABLE);
        effects.usable(task);
        for (int e = 0; e < graph.dependentCount(task); e++) {
            if (graph.dependentKind(task, e) == DependencyKind.BUILD) {
                meet(graph.dependent(task, e));
            }
        }
        int group = groups.leader(task);
        if (needers[group] == 0) {
            newlyUnneeded.add(task);
        }
    }

    /** A task failed, was skipped, or was refused: what needs it is skipped. The task is marked failed already. */
    void failed(int task) {
        losses.add(new Loss(task, roots.of(task)));
        release(task, true);
        settle();
    }

    private void settle() {
        while (!losses.isEmpty() || !newlyUnneeded.isEmpty()) {
            Loss loss = losses.poll();
            if (loss != null) {
                lose(loss);
            } else {
                unneeded(newlyUnneeded.removeLast());
            }
        }
    }

    private void lose(Loss loss) {
        int task = loss.task();
        boolean first = !states.is(task, TaskStates.UNUSABLE);
        states.set(task, TaskStates.UNUSABLE);
        boolean failed = states.is(task, TaskStates.FAILED);
        int steps = stepsDone(task);
        for (int e = 0; e < graph.dependentCount(task); e++) {
            int dependent = graph.dependent(task, e);
            if (!states.is(dependent, TaskStates.WANTED)) {
                continue;
            }
            boolean lost = switch (graph.dependentKind(task, e)) {
                case BUILD -> true;
                case ORDER -> failed;
                case STEP -> failed && graph.dependentStep(task, e) >= steps;
                case RUN -> false;
            };
            if (lost) {
                skip(dependent, loss.root());
            } else if (first && graph.dependentKind(task, e) == DependencyKind.RUN) {
                if (!states.is(dependent, TaskStates.UNUSABLE)) {
                    losses.add(new Loss(dependent, loss.root()));
                }
            }
        }
    }

    private void skip(int task, String root) {
        if (states.outcome(task) == null && !states.is(task, TaskStates.FAILED)) {
            effects.skip(task, root);
            losses.add(new Loss(task, root));
            release(task, true);
        }
    }

    /** Lets go of what a task needed: of what it needed to be built, or, once nothing needs the task itself, of all. */
    private void release(int task, boolean all) {
        for (int e = 0; e < known[task]; e++) {
            boolean run = graph.dependencyKind(task, e) == DependencyKind.RUN;
            if (!run || all) {
                letGo(task, graph.dependency(task, e));
            }
        }
    }

    private void letGo(int task, int dependency) {
        int group = groups.leader(dependency);
        if (group != groups.leader(task) && --needers[group] == 0 && states.is(group, TaskStates.USABLE)) {
            newlyUnneeded.add(group);
        }
    }

    private void unneeded(int task) {
        if (discovering) {
            return;
        }
        groups.members(groups.leader(task), member -> {
            if (needers[groups.leader(member)] == 0 && states.state(member) == TaskState.USABLE) {
                effects.unneeded(member);
                for (int e = 0; e < known[member]; e++) {
                    if (graph.dependencyKind(member, e) == DependencyKind.RUN) {
                        letGo(member, graph.dependency(member, e));
                    }
                }
            }
        });
    }

    /** No further task can come: what nothing needs now is needed by nothing more. */
    void endDiscovery() {
        discovering = false;
        for (int task = 0; task < states.size(); task++) {
            if (states.is(task, TaskStates.USABLE) && needers[groups.leader(task)] == 0) {
                newlyUnneeded.add(task);
            }
        }
        settle();
    }
}
