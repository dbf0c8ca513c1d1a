package dev.heddle.scheduler;

import java.util.Arrays;

/**
 * The tasks that wait for one thing, the most urgent first: a binary heap whose tasks know their place, so that any of them
 * is taken out or moved in logarithmic time. A task is in at most one heap. Owned by the loop's thread.
 */
final class TaskHeap {

    private final TaskStates states;
    private final TaskOrder order;
    private int[] heap = new int[4];
    private int size;

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
    }

    private void put(int place, int task) {
        heap[place] = task;
        states.heapPlace[task] = place;
    }
}
