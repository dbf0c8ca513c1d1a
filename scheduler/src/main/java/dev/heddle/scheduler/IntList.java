package dev.heddle.scheduler;

import java.util.Arrays;

/** A list of numbers that grows; also a stack. Not safe for several threads. */
final class IntList {

    private int[] items = new int[8];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The numbers from 0 to below {@code size}. */
    static IntList upTo(int size) {
        IntList list = new IntList();
        for (int i = 0; i < size; i++) {
            list.add(i);
        }
        return list;
    }

    void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = item;
    }

    int get(int place) {
        return items[place];
    }

    int last() {
        return items[size - 1];
    }

    void setLast(int item) {
        items[size - 1] = item;
    }

    int removeLast() {
        return items[--size];
    }

    void sort() {
        Arrays.sort(items, 0, size);
    }

    void clear() {
        size = 0;
    }
}
