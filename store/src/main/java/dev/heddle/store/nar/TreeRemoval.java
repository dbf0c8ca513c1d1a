package dev.heddle.store.nar;

import dev.heddle.store.disk.FileFacts.Kind;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes a tree of any depth, although its directories may be read-only. Works by handle: a link is removed and never
 * followed, not even one that somebody puts in the place of a directory meanwhile.
 *
 * <p>At most {@value #MOST_OPEN} directories are open at once; one further down is first moved up to the root of the tree.
 * Memory grows with the longest listings of the directories that are open.
 */
public final class TreeRemoval {

    private static final int MOST_OPEN = 100;

    private static final int WRITABLE = 0700;

    /** How often an entry may become something else while it is removed, before somebody means it. */
    private static final int MOST_CHANGES = 1_000;

    /** The tree's own directory, while it is open. */
    private @Nullable Folder root;

    private long raised;

    private TreeRemoval() {}

    /**
     * Removes an entry of {@code parent} and everything below it; does nothing if there is none. What appears in the tree
     * meanwhile is removed too, or makes this fail.
     *
     * @throws IOException if something cannot be removed, or a directory has more than
     *     {@link NarLimits#DEFAULT_ENTRIES} entries; what was removed until then is gone
     */
    public static void remove(Folder parent, RawName name) throws IOException {
        new TreeRemoval().entry(parent, name, 0);
    }

    /** @param depth directories that are open below where the tree is */
    private void entry(Folder folder, RawName name, int depth) throws IOException {
        for (int i = 0; i < MOST_CHANGES; i++) {
            Kind kind = null;
            try {
                kind = folder.kind(name);
                if (kind != Kind.DIRECTORY) {
                    folder.delete(name);
                } else {
                    directory(folder, name, depth);
                }
                return;
            } catch (NoSuchFileException gone) {
                return;
            } catch (DirectoryNotEmptyException filled) {
                // Once more.
            } catch (IOException e) {
                if (kind == null || !folder.exists(name) || folder.kind(name) == kind) {
                    throw e;
                }
            }
        }
        throw new IOException(
                folder.path() + "/" + name + " is exchanged or filled again and again while it is removed");
    }

    private void directory(Folder folder, RawName name, int depth) throws IOException {
        Folder top = root;
        if (depth == MOST_OPEN && top != null) {
            raise(folder, name, top);
            return;
        }
        try (Folder inner = opened(folder, name)) {
            if (depth == 0) {
                root = inner;
            }
            inner.setMode(WRITABLE);
            List<RawName> names = inner.names(NarLimits.DEFAULT_ENTRIES);
            while (!names.isEmpty()) {
                for (RawName entry : names) {
                    entry(inner, entry, depth + 1);
                }
                // Directories that were moved up from below are found by looking again.
                names = depth == 0 ? inner.names(NarLimits.DEFAULT_ENTRIES) : List.of();
            }
        }
        folder.deleteFolder(name);
    }

    /** Opens a directory that its owner may not be allowed to list. */
    private static Folder opened(Folder parent, RawName name) throws IOException {
        try {
            return parent.folder(name);
        } catch (AccessDeniedException e) {
            parent.setMode(name, WRITABLE);
            return parent.folder(name);
        }
    }

    /** Moves a directory up to the root of the tree; it must be writable for that. */
    private void raise(Folder folder, RawName name, Folder top) throws IOException {
        folder.setMode(name, WRITABLE);
        RawName free = RawName.of(".raised-" + raised++);
        while (top.exists(free)) {
            free = RawName.of(".raised-" + raised++);
        }
        folder.move(/* from= */ name, top, free);
    }
}
