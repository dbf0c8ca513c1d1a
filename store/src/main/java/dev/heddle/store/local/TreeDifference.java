package dev.heddle.store.local;

import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.TreeCopy.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Finds where two trees differ, as far as a store tells them apart: names, kinds, content, targets of links, and whether a file
 * is executable. Ends at a number of differences; reads with two buffers of a fixed size.
 */
final class TreeDifference {

    private static final int BUFFER_BYTES = 1 << 16;

    private final int most;
    private final List<String> found = new ArrayList<>();
    private final ByteBuffer ours = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer theirs = ByteBuffer.allocate(BUFFER_BYTES);

    private TreeDifference(int most) {
        this.most = most;
    }

    /**
     * At most {@code most} differences, one line each, in the order of the files' names; {@code .} is the tree itself.
     *
     * @param before the tree that was there
     * @param now the one that came now
     */
    static List<String> between(Place before, Place now, int most) throws IOException {
        TreeDifference difference = new TreeDifference(most);
        difference.compare(before, now, "");
        return difference.found;
    }

    private void compare(Place before, Place now, String path) throws IOException {
        if (found.size() >= most) {
            return;
        }
        FileFacts first = before.folder().facts(before.name());
        FileFacts second = now.folder().facts(now.name());
        if (first.kind() != second.kind()) {
            note(path, "was " + word(first.kind()) + ", is " + word(second.kind()));
            return;
        }
        switch (first.kind()) {
            case FILE -> files(before, now, first, second, path);
            case DIRECTORY -> directories(before, now, path);
            case LINK -> {
                RawName was = before.folder().readLink(before.name());
                RawName is = now.folder().readLink(now.name());
                if (!was.equals(is)) {
                    note(path, "links to " + is + ", not to " + was);
                }
            }
            case OTHER -> note(path, "is something that a store cannot hold");
        }
    }

    private static String word(FileFacts.Kind kind) {
        return switch (kind) {
            case FILE -> "a file";
            case DIRECTORY -> "a directory";
            case LINK -> "a link";
            case OTHER -> "something else";
        };
    }

    private void note(String path, String what) {
        if (found.size() < most) {
            found.add((path.isEmpty() ? "." : path) + ": " + what);
        }
    }

    private void files(Place before, Place now, FileFacts first, FileFacts second, String path) throws IOException {
        if (first.executable() != second.executable()) {
            note(path, second.executable() ? "is executable now" : "is not executable now");
        }
        if (first.size() != second.size()) {
            note(path, "has " + second.size() + " bytes, not " + first.size());
            return;
        }
        try (SeekableByteChannel was = before.folder().read(before.name());
                SeekableByteChannel is = now.folder().read(now.name())) {
            long at = mismatch(was, is);
            if (at >= 0) {
                note(path, "differs from byte " + at + " on");
            }
        }
    }

    private long mismatch(SeekableByteChannel was, SeekableByteChannel is) throws IOException {
        for (long at = 0; ; ) {
            fill(was, ours);
            fill(is, theirs);
            int differs = ours.mismatch(theirs);
            if (differs >= 0) {
                return at + differs;
            }
            if (ours.limit() < ours.capacity()) {
                return -1;
            }
            at += ours.limit();
        }
    }

    private static void fill(SeekableByteChannel from, ByteBuffer into) throws IOException {
        into.clear();
        while (into.hasRemaining() && from.read(into) >= 0) {
            // Until it is full or the file has ended.
        }
        into.flip();
    }

    private void directories(Place before, Place now, String path) throws IOException {
        try (Folder first = before.folder().folder(before.name());
                Folder second = now.folder().folder(now.name())) {
            TreeSet<RawName> was = new TreeSet<>(first.names(NarLimits.DEFAULT_ENTRIES));
            TreeSet<RawName> is = new TreeSet<>(second.names(NarLimits.DEFAULT_ENTRIES));
            TreeSet<RawName> all = new TreeSet<>(was);
            all.addAll(is);
            for (RawName name : all) {
                String inner = path.isEmpty() ? name.toString() : path + "/" + name;
                if (!was.contains(name)) {
                    note(inner, "is new");
                } else if (!is.contains(name)) {
                    note(inner, "is missing now");
                } else {
                    compare(new Place(first, name), new Place(second, name), inner);
                }
            }
        }
    }
}
