package dev.heddle.core;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives strings dense numbers from 0, in the order they come: open addressing over two arrays, about 13 bytes a name besides
 * the string. Not safe for several threads while it grows.
 */
final class NameTable {
    private static final int FREE = 0;

    private @Nullable String[] names = new @Nullable String[16];
    private int[] slots = new int[32]; // number + 1, or FREE; never more than half full
    private int size;

    int size() {
        return size;
    }

    String name(int id) {
        return Objects.requireNonNull(names[id]);
    }

    /** The number of a name, or -1. */
    int idOf(String name) {
        return slots[slotOf(name)] - 1;
    }

    /** The number of a name, a new one if it is not known yet. */
    int intern(String name) {
        int slot = slotOf(name);
        if (slots[slot] != FREE) {
            return slots[slot] - 1;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size + (size >> 1));
        }
        names[size++] = name;
        slots[slot] = size;
        if (size > slots.length / 2) {
            rehash(slots.length * 2);
        }
        return size - 1;
    }

    /** Forgets the names that came last, so that {@code newSize} are left. */
    void truncate(int newSize) {
        while (size > newSize) {
            // Linear probing can free the youngest entry without a tombstone: no other entry was placed because of it.
            slots[slotOf(name(--size))] = FREE;
            names[size] = null;
        }
    }

    /** Gives back memory kept for growth. */
    void trim() {
        names = Arrays.copyOf(names, Math.max(size, 1));
        int fit = Math.max(2, Integer.highestOneBit(Math.max(1, size * 2 - 1)) * 2);
        if (fit < slots.length) {
            rehash(fit);
        }
    }

    long bytes() {
        return 4L * names.length + 4L * slots.length;
    }

    private int slotOf(String name) {
        int mask = slots.length - 1;
        int slot = spread(name) & mask;
        while (slots[slot] != FREE && !name.equals(names[slots[slot] - 1])) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void rehash(int capacity) {
        slots = new int[capacity];
        int mask = capacity - 1;
        for (int id = 0; id < size; id++) {
            int slot = spread(name(id)) & mask;
            while (slots[slot] != FREE) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = id + 1;
        }
    }

    // String.hashCode leaves the high bits of short names empty and sends "Aa" and "BB" to one place.
    private static int spread(String name) {
        long hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ (hash >>> 32));
    }
}
