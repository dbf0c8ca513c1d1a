package dev.heddle.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for one thing, the most urgent first: a binary heap whose tasks know their place, so that any of them
 * is taken out or moved in logarithmic time. A task is in at most one heap. Owned by the loop's thread.
 */
final class TaskHeap {

    private final TaskStates states;
    private final TaskOrder order;
    private int[] heap = new int[4];
    private int size;
    private @Nullable SlackIndex index;

    TaskHeap(TaskStates states, TaskOrder order) {
        this.states = states;
        this.order = order;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The task at a place of the heap; only the first place says anything about order. */
    int at(int place) {
        return heap[place];
    }

    boolean before(int a, int b) {
        return order.before(a, b);
    }

    /** Keeps, or keeps no more, an index of what each task may still be given to. */
    void index(@Nullable CriticalPaths paths) {
        if (paths == null) {
            index = null;
        } else if (index == null) {
            index = new SlackIndex(this, order, paths, states);
            for (int place = size - 1; place >= 0; place--) {
                index.mend(place);
            }
        }
    }

    /** The most urgent task that a slow host would end in time, or -1; the heap must be indexed. */
    int firstFitting(double budget, double ratio) {
        return index == null ? -1 : index.firstFitting(budget, ratio);
    }

    /** The heaviest chain that is expected below any of the tasks; the heap must be indexed. */
    double longestPath() {
        return index == null || size == 0 ? 0 : index.longestPath();
    }

    int first() {
        return heap[0];
    }

    boolean contains(int task) {
        int place = states.heapPlace[task];
        return place >= 0 && place < size && heap[place] == task;
    }

    void add(int task) {
        if (states.heapPlace[task] >= 0) {
            throw new AssertionError("BUG: task " + task + " is queued twice");
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        up(size++, task);
    }

    void remove(int task) {
        int place = states.heapPlace[task];
        if (!contains(task)) {
            throw new AssertionError("BUG: task " + task + " is not in this queue");
        }
        states.heapPlace[task] = -1;
        int last = heap[--size];
        if (index != null && size > 0) {
            index.mendUp((size - 1) >>> 1);
        }
        if (place < size) {
            settle(place, last);
        }
    }

    int removeFirst() {
        int first = heap[0];
        remove(first);
        return first;
    }

    /** Puts a task where it belongs after its urgency changed. */
    void update(int task) {
        settle(states.heapPlace[task], task);
    }

    private void settle(int place, int task) {
        if (place > 0 && order.before(task, heap[(place - 1) >>> 1])) {
            up(place, task);
        } else {
            down(place, task);
        }
    }

    private void up(int from, int task) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            if (!order.before(task, heap[parent])) {
                break;
            }
            put(place, heap[parent]);
            place = parent;
        }
        put(place, task);
        if (index != null) {
            index.mendUp(from);
        }
    }

    private void down(int from, int task) {
        int place = from;
        while (true) {
            int child = 2 * place + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && order.before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!order.before(heap[child], task)) {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, task);
        if (index != null) {
            index.mendUp(place);
        }
    }

    private void put(int place, int task) {
        heap[place] = task;
        states.heapPlace[task] = place;
    }
}
