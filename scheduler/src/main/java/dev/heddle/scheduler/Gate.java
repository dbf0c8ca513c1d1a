package dev.heddle.scheduler;

/**
 * A pool, an exclusive lock, which is a pool of one, or a limit of fetches: what holds a place, and the tasks that were put aside until one is
 * free. Owned by the loop's thread.
 */
final class Gate {

    private final String name;
    final boolean exclusive;
    /** Tasks put aside, most urgent first. */
    final TaskHeap aside;

    private final int depth;
    private int taken;

    /**
     * @param name what messages call it
     */
    Gate(String name, boolean exclusive, int depth, TaskHeap aside) {
        this.name = name;
        this.exclusive = exclusive;
        this.depth = depth;
        this.aside = aside;
    }

    boolean isFull() {
        return taken >= depth;
    }

    int depth() {
        return depth;
    }

    void enter() {
        if (isFull()) {
            throw new AssertionError("BUG: " + this + " holds more than " + depth);
        }
        taken++;
    }

    void leave() {
        if (--taken < 0) {
            throw new AssertionError("BUG: " + this + " was left more often than entered");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
