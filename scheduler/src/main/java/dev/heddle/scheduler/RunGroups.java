package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Tasks that need one another at run time, around a cycle of {@code RUN} edges, form a group that becomes usable as one.
 * A task on no such cycle is a group of its own. Costs nothing until the first {@code RUN} edge is seen.
 *
 * <p>Owned by the loop's thread.
 */
final class RunGroups {

    private final LiveGraph graph;
    private boolean any;
    /** The task that stands for the group of each task. */
    private int[] leader = new int[0];
    /** The members of a group as a ring. */
    private int[] next = new int[0];
    /** At the leader: members not built, and edges out of the group to what is not usable. */
    private int[] open = new int[0];
    /** Leaders of groups that came together in the last {@link #take}. */
    private final IntList joined = new IntList();

    RunGroups(LiveGraph graph) {
        this.graph = graph;
    }

    /** Whether any task needs another at run time. */
    boolean any() {
        return any;
    }

    int leader(int task) {
        return any && task < leader.length ? leader[task] : task;
    }

    void members(int task, IntConsumer each) {
        if (!any || next[task] == task) {
            each.accept(task);
            return;
        }
        int first = leader[task];
        int member = first;
        do {
            each.accept(member);
            member = next[member];
        } while (member != first);
    }

    /** Counts down what keeps the group of {@code task} from being usable; true at the last. */
    boolean countDown(int task) {
        return --open[leader[task]] == 0;
    }

    /**
     * Takes edges of {@code changed} tasks into account that are new.
     *
     * @param changed tasks that are new or gained dependencies, and are not usable
     * @param states what is built and usable
     */
    void take(IntList changed, TaskStates states) {
        joined.clear();
        boolean more = hasRunEdge(changed);
        any |= more;
        if (!any) {
            return;
        }
        grow(states.size());
        if (more) {
            new Cycles(task -> !states.is(task, TaskStates.USABLE)).search(changed);
        }
        for (int i = 0; i < changed.size(); i++) {
            recount(leader[changed.get(i)], states);
        }
    }

    /** Leaders of groups that came together in the last {@link #take}. */
    IntList joined() {
        return joined;
    }

    private boolean hasRunEdge(IntList tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            int task = tasks.get(i);
            for (int e = 0; e < graph.dependencyCount(task); e++) {
                if (graph.dependencyKind(task, e) == DependencyKind.RUN) {
                    return true;
                }
            }
        }
        return false;
    }

    private void grow(int size) {
        int from = leader.length;
        if (from < size) {
            int room = from == 0 ? size : Math.max(size, from + (from >> 1));
            leader = Arrays.copyOf(leader, room);
            next = Arrays.copyOf(next, room);
            open = Arrays.copyOf(open, room);
            for (int task = from; task < room; task++) {
                leader[task] = task;
                next[task] = task;
                open[task] = 1;
            }
        }
    }

    private void recount(int group, TaskStates states) {
        open[group] = 0;
        members(group, member -> {
            if (!states.is(member, TaskStates.BUILT)) {
                open[group]++;
            }
            for (int e = 0; e < graph.dependencyCount(member); e++) {
                int dependency = graph.dependency(member, e);
                if (graph.dependencyKind(member, e) == DependencyKind.RUN
                        && leader[dependency] != group
                        && !states.is(dependency, TaskStates.USABLE)) {
                    open[group]++;
                }
            }
        });
    }

    private void join(int a, int b) {
        int to = leader[a];
        int from = leader[b];
        if (to == from) {
            return;
        }
        int member = from;
        do {
            leader[member] = to;
            member = next[member];
        } while (member != from);
        int after = next[to];
        next[to] = next[from];
        next[from] = after;
        joined.add(to);
    }

    /** Tarjan's search for strongly connected tasks, along {@code RUN} edges, on a stack of its own. */
    private final class Cycles {
        private final IntPredicate inside;
        private final int[] number = new int[leader.length];
        private final int[] low = new int[leader.length];
        private final IntList open = new IntList();
        private final boolean[] onOpen = new boolean[leader.length];
        private final IntList stack = new IntList();
        private final IntList edges = new IntList();
        private int counter;

        Cycles(IntPredicate inside) {
            this.inside = inside;
        }

        void search(IntList roots) {
            for (int i = 0; i < roots.size(); i++) {
                if (number[roots.get(i)] == 0) {
                    enter(roots.get(i));
                }
                while (!stack.isEmpty()) {
                    advance();
                }
            }
        }

        private void enter(int task) {
            number[task] = low[task] = ++counter;
            open.add(task);
            onOpen[task] = true;
            stack.add(task);
            edges.add(0);
        }

        private void advance() {
            int task = stack.last();
            int edge = edges.last();
            if (edge == graph.dependencyCount(task)) {
                leave(task);
                return;
            }
            edges.setLast(edge + 1);
            int dependency = graph.dependency(task, edge);
            if (graph.dependencyKind(task, edge) != DependencyKind.RUN || !inside.test(dependency)) {
                return;
            }
            if (number[dependency] == 0) {
                enter(dependency);
            } else if (onOpen[dependency]) {
                low[task] = Math.min(low[task], number[dependency]);
            }
        }

        private void leave(int task) {
            stack.removeLast();
            edges.removeLast();
            if (!stack.isEmpty()) {
                low[stack.last()] = Math.min(low[stack.last()], low[task]);
            }
            if (low[task] == number[task]) {
                int member;
                do {
                    member = open.removeLast();
                    onOpen[member] = false;
                    join(task, member);
                } while (member != task);
            }
        }
    }
}
