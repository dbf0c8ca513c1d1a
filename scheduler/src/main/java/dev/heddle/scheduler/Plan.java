package dev.heddle.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An order for the rest of a build on slots that are equally fast, found by building it in memory a few times: forwards, then from
 * its end backwards in the order in which tasks ended, and so on (forward-backward improvement, known from project scheduling).
 * Who begins late when the build is laid out from its end can wait; a path alone does not tell how slots are short further down.
 *
 * <p>A plan is an estimate like the times it is made of: it only says what goes first.
 */
final class Plan {

    /** Rounds from each of the two orders it starts with. */
    private static final int ROUNDS = 3;

    private final Network forwards;
    private final Network backwards;
    private final int slots;
    private final int running;
    private final double[] path;
    private double[] best;
    private double least;

    /**
     * Tasks and what follows each.
     *
     * @param seconds what each takes
     * @param starts where in {@code edges} those begin that follow a task; one more than tasks
     * @param edges those that follow
     * @param needed how many each one follows
     */
    @SuppressWarnings("ArrayRecordComponent") // Large, handed on once, compared never.
    record Network(double[] seconds, int[] starts, int[] edges, int[] needed) {

        int size() {
            return seconds.length;
        }

        /** The same from its end to its beginning. */
        Network reversed() {
            int[] first = new int[size() + 1];
            for (int task = 0; task < size(); task++) {
                first[task + 1] = first[task] + needed[task];
            }
            int[] next = first.clone();
            int[] follow = new int[edges.length];
            int[] count = new int[size()];
            for (int task = 0; task < size(); task++) {
                count[task] = starts[task + 1] - starts[task];
                for (int e = starts[task]; e < starts[task + 1]; e++) {
                    follow[next[edges[e]]++] = task;
                }
            }
            return new Network(seconds, first, follow, count);
        }

        /** When each task ends if it begins as soon as all is there. */
        double[] earliest() {
            double[] ends = new double[size()];
            run(size(), new double[size()], ends);
            return ends;
        }

        /**
         * Builds it.
         *
         * @param order of tasks that could begin, the least goes first
         * @param ends is told when each task ends
         * @return when all are built
         */
        double run(int slots, double[] order, double[] ends) {
            int[] open = needed.clone();
            KeyHeap ready = new KeyHeap(order);
            KeyHeap running = new KeyHeap(ends);
            for (int task = 0; task < size(); task++) {
                if (open[task] == 0) {
                    ready.add(task);
                }
            }
            double now = 0;
            int free = slots;
            while (true) {
                for (; free > 0 && !ready.isEmpty(); free--) {
                    int task = ready.removeFirst();
                    ends[task] = now + seconds[task];
                    running.add(task);
                }
                if (running.isEmpty()) {
                    return now;
                }
                now = ends[running.first()];
                for (; !running.isEmpty() && ends[running.first()] <= now; free++) {
                    int task = running.removeFirst();
                    for (int e = starts[task]; e < starts[task + 1]; e++) {
                        if (--open[edges[e]] == 0) {
                            ready.add(edges[e]);
                        }
                    }
                }
            }
        }
    }

    private Plan(Network network, int slots, int running) {
        this.forwards = network;
        this.backwards = network.reversed();
        this.slots = slots;
        this.running = running;
        this.path = backwards.earliest();
        this.best = path;
    }

    /**
     * For each task how long before the end of the build it has to begin, or null if no order was found that makes the build
     * shorter than that of the longest paths does.
     *
     * @param running how many of the tasks, the first ones, run already
     */
    static double @Nullable [] of(Network network, int slots, int running) {
        Plan plan = new Plan(network, slots, running);
        return plan.improve() ? plan.best : null;
    }

    private boolean improve() {
        double[] ends = new double[path.length];
        double plain = build(path, ends);
        least = plain;
        double floor = Math.max(
                Arrays.stream(path).max().orElse(0),
                Arrays.stream(forwards.seconds()).sum() / slots);
        refine(ends, floor);
        refine(forwards.earliest(), floor);
        return least < plain;
    }

    /** Lays the build out from its end, the last to end first, and from its beginning again. */
    private void refine(double[] from, double floor) {
        double[] ends = from.clone();
        for (int round = 0; round < ROUNDS && least > floor; round++) {
            double[] left = new double[ends.length];
            backwards.run(slots, negated(ends), left);
            double took = build(left, ends);
            if (took < least) {
                least = took;
                best = left;
            }
        }
    }

    /** Builds it, the greatest of {@code urgency} first behind those that run; tells when each task ends, and when the last. */
    private double build(double[] urgency, double[] ends) {
        double[] order = negated(urgency);
        Arrays.fill(order, 0, running, Double.NEGATIVE_INFINITY);
        return forwards.run(slots, order, ends);
    }

    private static double[] negated(double[] values) {
        double[] negated = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = -values[i];
        }
        return negated;
    }
}
