package dev.heddle.scheduler;

import dev.heddle.core.Task;

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

    /**
     * A task that could start now.
     *
     * @param task the task
     * @param weight how long it is thought to take: its hint, or the longest hint of the graph if it has none, or 1
     * @param path weight of the heaviest chain of dependents that wait for it, itself included
     * @param ready how many tasks became ready before it in this build
     */
    record Candidate(Task task, double weight, double path, long ready) {}

    /** The heaviest chain of dependents first: the shortest build on equal hosts. */
    static QueuePolicy criticalPath() {
        return Candidate::path;
    }

    /** In the order in which tasks became ready. */
    static QueuePolicy fifo() {
        return candidate -> -candidate.ready();
    }

    /** The task with the greatest weight first, whatever depends on it. */
    static QueuePolicy longest() {
        return Candidate::weight;
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
