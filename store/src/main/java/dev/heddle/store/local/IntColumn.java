package dev.heddle.store.local;

import java.util.ArrayList;
import java.util.List;

/** Numbers in a row that grows without being copied, so that the many of a large store need their own room and no more. */
final class IntColumn {

    private static final int BITS = 14;
    private static final int CHUNK = 1 << BITS;

    private final List<int[]> chunks = new ArrayList<>();
    private int size;

    int size() {
        return size;
    }

    int get(int at) {
        return chunks.get(at >>> BITS)[at & (CHUNK - 1)];
    }

    void set(int at, int value) {
        chunks.get(at >>> BITS)[at & (CHUNK - 1)] = value;
    }

    void add(int value) {
        if (size == chunks.size() << BITS) {
            chunks.add(new int[CHUNK]);
        }
        size = Math.addExact(size, 1);
        set(size - 1, value);
    }

    /** Takes the last one away. */
    int pop() {
        size--;
        return get(size);
    }
}
