package dev.heddle.scheduler;

/** Numbers below a bound, each at most once, by a key of each: the least first, among equals the least number. */
final class KeyHeap {

    private final double[] keys;
    private final int[] items;
    private int size;

    /**
     * @param keys of all numbers; that of a number must not change while it is in the heap
     */
    KeyHeap(double[] keys) {
        this.keys = keys;
        this.items = new int[keys.length];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int first() {
        return items[0];
    }

    void add(int item) {
        int place = size++;
        while (place > 0 && before(item, items[(place - 1) >>> 1])) {
            items[place] = items[(place - 1) >>> 1];
            place = (place - 1) >>> 1;
        }
        items[place] = item;
    }

    int removeFirst() {
        int first = items[0];
        int moved = items[--size];
        int place = 0;
        for (int child = 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && before(items[child + 1], items[child])) {
                child++;
            }
            if (!before(items[child], moved)) {
                break;
            }
            items[place] = items[child];
            place = child;
        }
        items[place] = moved;
        return first;
    }

    private boolean before(int a, int b) {
        return keys[a] < keys[b] || (keys[a] == keys[b] && a < b);
    }
}
