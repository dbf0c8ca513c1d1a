package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import dev.heddle.core.Task;
import java.util.Map;

/**
 * In which order tasks that could start now are started.
 *
 * <p>{@link #urgency} is asked once whenever a task becomes ready, and again when its downstream path grows; the higher
 * answer goes first, then the higher {@linkplain Task#priority priority}, then the task inserted first. It is asked on the
 * engine's own thread: it must be quick and must not block. The same answers for the same candidates make a build
 * repeatable.
 */
@FunctionalInterface
public interface QueuePolicy {

    /** How urgent a task is that could start now. {@code NaN} counts as the least urgent. */
    double urgency(Candidate candidate);

    /** Which of the tasks that could start a slow host is given. */
    default SlowHosts slowHosts() {
        return SlowHosts.IN_TIME;
    }

    /**
     * Whether the engine may go on by a plan of its own as soon as slots are short: it builds what is left in memory a few times and
     * keeps the order that makes the shortest build. Only for a policy that wants just that, since it is then no longer asked about
     * the tasks that are in the plan.
     */
    default boolean plansAhead() {
        return false;
    }

    /** What hosts are given that are slower than others. */
    enum SlowHosts {
        /**
         * The most urgent task that they would end before the build does anyhow, even if it takes as long as one of ten does; one
         * of which nothing is known is thought to take as long as the longest one known.
         */
        IN_TIME,
        /**
         * As dpb does: their share, by speed, of all the work that could start, counted from the light end in bins of tasks of
         * similar length; of these the heaviest first. Costs a walk over the queue for each start.
         */
        BY_BINS,
        /** The most urgent task, like any other host. */
        ANYTHING
    }

    /** A task that could start now, as it is when the policy is asked: not to be kept. */
    interface Candidate {

        /** The task. */
        Task task();

        /**
         * How long it is thought to take: from the history, or its hint, or as long as the longest one known if there is
         * neither, or 1.
         */
        double weight();

        /** Weight of the heaviest chain of dependents that wait for it, itself included. */
        double path();

        /**
         * Weight of all the tasks together that wait for it, directly or not, itself included. Found by a walk over all of them
         * whenever it is asked.
         */
        double downstream();

        /** How many tasks became ready before it in this build. */
        long ready();
    }

    /** The heaviest chain of dependents first, and by a plan where that makes a shorter build on the slots there are. */
    static QueuePolicy criticalPath() {
        return new QueuePolicy() {
            @Override
            public double urgency(Candidate candidate) {
                return candidate.path();
            }

            @Override
            public boolean plansAhead() {
                return true;
            }
        };
    }

    /** In the order in which tasks became ready. */
    static QueuePolicy fifo() {
        return candidate -> -candidate.ready();
    }

    /** The task with the greatest weight first, whatever depends on it. */
    static QueuePolicy longest() {
        return Candidate::weight;
    }

    /**
     * As dpb does: the task first that the most work waits for, counted as the sum over all its dependents; where nothing is
     * known of times, the one that the most tasks wait for.
     */
    static QueuePolicy dpb() {
        return new QueuePolicy() {
            @Override
            public double urgency(Candidate candidate) {
                return candidate.downstream();
            }

            @Override
            public SlowHosts slowHosts() {
                return SlowHosts.BY_BINS;
            }
        };
    }

    /**
     * Another order, in which some tasks and all that they need go before others of equal urgency and less: their urgency is
     * raised by a number in the unit of the other order, which for {@link #criticalPath} are seconds where times are known. Of
     * several numbers for a task the largest counts.
     *
     * @param other the order
     * @param graph has the tasks; what it gains later is not raised
     * @param headStarts by name or alias of a task, at least 0
     * @throws dev.heddle.core.GraphException if the graph has no such task
     * @throws IllegalArgumentException if a number is negative or none
     */
    static QueuePolicy headStart(QueuePolicy other, GraphView graph, Map<String, Double> headStarts) {
        return new HeadStart(other, graph, headStarts);
    }

    /** An order drawn at random, the same for the same seed and graph. */
    static QueuePolicy random(long seed) {
        return candidate -> scramble(seed + candidate.task().index() * 0x9E3779B97F4A7C15L);
    }

    // The finalizer of SplitMix64: every bit of the input changes about half of the output.
    private static double scramble(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) >>> 11;
    }
}
