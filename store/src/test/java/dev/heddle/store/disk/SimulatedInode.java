package dev.heddle.store.disk;

import java.util.Arrays;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A file of a {@link SimulatedDisk}: as it is seen, and as it is on the medium. Guarded by the disk. */
abstract class SimulatedInode {

    final long number;
    int mode;
    long modified;
    private int durableMode;
    private long durableModified;

    SimulatedInode(long number, int mode, long now) {
        this.number = number;
        this.mode = mode;
        this.modified = now;
        this.durableMode = mode;
        this.durableModified = now;
    }

    abstract FileFacts.Kind kind();

    abstract long size();

    /** How many names it has, as directories tell it where that can be more than one. */
    int links = 1;

    void sync() {
        durableMode = mode;
        durableModified = modified;
    }

    /** The same after a power cut, without its names; each part that is not on the medium is asked for. */
    abstract SimulatedInode crashed(BooleanSupplier survives);

    <T extends SimulatedInode> T facts(T copy, BooleanSupplier survives) {
        boolean kept = mode == durableMode && modified == durableModified || survives.getAsBoolean();
        copy.mode = kept ? mode : durableMode;
        copy.modified = kept ? modified : durableModified;
        copy.links = 0;
        SimulatedInode inode = copy;
        inode.durableMode = copy.mode;
        inode.durableModified = copy.modified;
        return copy;
    }

    /** A regular file, which is written to the medium in blocks. */
    static final class File extends SimulatedInode {

        static final int BLOCK = 4096;

        private byte[] content = {};
        private int size;
        private byte[] durable = {};
        private final BitSet dirty = new BitSet();

        File(long number, int mode, long now) {
            super(number, mode, now);
        }

        @Override
        FileFacts.Kind kind() {
            return FileFacts.Kind.FILE;
        }

        @Override
        long size() {
            return size;
        }

        void write(int at, byte[] bytes) {
            int end = Math.addExact(at, bytes.length);
            if (end > content.length) {
                content = Arrays.copyOf(content, Math.max(end, content.length * 2));
            }
            System.arraycopy(bytes, 0, content, at, bytes.length);
            size = Math.max(size, end);
            if (bytes.length > 0) {
                dirty.set(at / BLOCK, (end - 1) / BLOCK + 1);
            }
        }

        byte[] read(long at, int most) {
            int from = (int) Math.min(at, size);
            return Arrays.copyOfRange(content, from, from + Math.min(most, size - from));
        }

        @Override
        void sync() {
            super.sync();
            durable = Arrays.copyOf(content, size);
            dirty.clear();
        }

        @Override
        SimulatedInode crashed(BooleanSupplier survives) {
            File copy = facts(new File(number, mode, modified), survives);
            copy.size = size == durable.length || survives.getAsBoolean() ? size : durable.length;
            copy.content = new byte[copy.size];
            for (int from = 0; from < copy.size; from += BLOCK) {
                boolean kept = !dirty.get(from / BLOCK) || survives.getAsBoolean();
                byte[] source = kept ? content : durable;
                int to = Math.min(copy.size, from + BLOCK);
                int there = Math.min(to, kept ? size : durable.length);
                if (there > from) {
                    System.arraycopy(source, from, copy.content, from, there - from);
                }
            }
            copy.durable = copy.content.clone();
            return copy;
        }
    }

    /** A symbolic link, which is on the medium when its name is. */
    static final class Link extends SimulatedInode {

        final RawName target;

        Link(long number, long now, RawName target) {
            super(number, 0777, now);
            this.target = target;
        }

        @Override
        FileFacts.Kind kind() {
            return FileFacts.Kind.LINK;
        }

        @Override
        long size() {
            return target.length();
        }

        @Override
        SimulatedInode crashed(BooleanSupplier survives) {
            return facts(new Link(number, modified, target), survives);
        }
    }

    /** A directory; its names on the medium are those that {@link SimulatedDisk.Change}s brought there. */
    static final class Directory extends SimulatedInode {

        final NavigableMap<RawName, SimulatedInode> entries = new TreeMap<>();
        final NavigableMap<RawName, SimulatedInode> durableEntries = new TreeMap<>();
        /** The one above; itself for the root, null once it was removed. */
        @Nullable
        Directory parent;
        /** What gave it its first name, until that is on the medium. */
        SimulatedDisk.@Nullable Change creation;

        Directory(long number, int mode, long now) {
            super(number, mode, now);
        }

        @Override
        FileFacts.Kind kind() {
            return FileFacts.Kind.DIRECTORY;
        }

        @Override
        long size() {
            return BLOCK_OF_NAMES;
        }

        private static final long BLOCK_OF_NAMES = 4096;

        @Override
        SimulatedInode crashed(BooleanSupplier survives) {
            return facts(new Directory(number, mode, modified), survives);
        }
    }
}
