package dev.heddle.core;

import java.util.Arrays;

/**
 * Many growing lists of ints in one array. A full list moves to the end of the array with twice the room, so at most about two
 * thirds of the array are unused. Belongs to one thread.
 */
final class IntLists {
    private int[] start = new int[16];
    private int[] length = new int[16];
    private int[] room = new int[16];
    private int[] pool = new int[64];
    private int used;

    /** Sees to it that there are at least {@code count} lists. */
    void ensureLists(int count) {
        if (count > start.length) {
            int capacity = Math.max(count, start.length + (start.length >> 1));
            start = Arrays.copyOf(start, capacity);
            length = Arrays.copyOf(length, capacity);
            room = Arrays.copyOf(room, capacity);
        }
    }

    int length(int list) {
        return length[list];
    }

    int get(int list, int i) {
        if (i < 0 || i >= length[list]) {
            throw new IndexOutOfBoundsException("no entry " + i + " among " + length[list]);
        }
        return pool[start[list] + i];
    }

    void push(int list, int value) {
        if (length[list] == room[list]) {
            move(list, Math.max(2, room[list] * 2));
        }
        pool[start[list] + length[list]++] = value;
    }

    /** Makes room for as many entries as will come, so that a list need not move. */
    void reserve(int list, int count) {
        if (count > room[list]) {
            move(list, count);
        }
    }

    /** Removes the last entry of a list. */
    int pop(int list) {
        return pool[start[list] + --length[list]];
    }

    void clear(int list) {
        length[list] = 0;
    }

    private void move(int list, int capacity) {
        if ((long) used + capacity > pool.length) {
            long wanted = Math.max((long) used + capacity, pool.length + (pool.length >> 1));
            if (wanted > Integer.MAX_VALUE - 8) {
                throw new GraphException("the graph has too many dependencies");
            }
            pool = Arrays.copyOf(pool, (int) wanted);
        }
        System.arraycopy(pool, start[list], pool, used, length[list]);
        start[list] = used;
        room[list] = capacity;
        used += capacity;
    }
}
