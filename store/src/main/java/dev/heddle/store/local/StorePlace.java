package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens the directories of a store, after a look at whether a store can be safe there. */
final class StorePlace {

    private static final int OTHERS_WRITE = 0002;
    private static final int STICKY = 01000;

    private StorePlace() {}

    /**
     * Opens the store directory.
     *
     * @param create whether it is made where it is missing
     * @throws StoreException if there is none, something else is there, or others may exchange it
     */
    static Folder open(StoreLayout layout, Disk disk, boolean create) throws IOException {
        Path real = layout.real();
        Path above = real.getParent();
        Path last = real.getFileName();
        if (above == null || last == null) {
            throw new StoreException(real + ": the root of the file system cannot be a store");
        }
        RawName name = RawPaths.toName(last);
        try (Folder parent = create ? disk.openOrCreate(above) : disk.open(above)) {
            checkOthers(above, parent.facts());
            if (parent.exists(name)) {
                FileFacts.Kind kind = parent.kind(name);
                if (kind == FileFacts.Kind.LINK) {
                    throw new StoreException(real + ": is a symbolic link, which could lead elsewhere tomorrow;"
                            + " open the store at the directory that it leads to");
                }
                if (kind != FileFacts.Kind.DIRECTORY) {
                    throw new StoreException(real + ": is no directory, so there is no store in it");
                }
                checkOthers(real, parent.facts(name));
            } else if (!create) {
                throw new StoreException(real + ": there is no store, and one that is opened read-only is not made");
            }
        } catch (java.nio.file.NoSuchFileException e) {
            throw new StoreException(real + ": there is no store, and one that is opened read-only is not made", e);
        } catch (java.nio.file.NotDirectoryException e) {
            throw new StoreException(above + ": is no directory, so there is no store in it", e);
        }
        return create ? disk.openOrCreate(real) : disk.open(real);
    }

    private static void checkOthers(Path directory, FileFacts facts) throws IOException {
        if ((facts.mode() & OTHERS_WRITE) != 0 && !isSticky(directory)) {
            throw new StoreException(directory + ": everybody may write there, and so exchange what is in the store;"
                    + " take that away (chmod o-w) or open a store elsewhere");
        }
    }

    /** Whether only owners may rename what is in the directory, as in {@code /tmp}; a {@link Folder} does not tell. */
    private static boolean isSticky(Path directory) throws IOException {
        return Files.getAttribute(directory, "unix:mode") instanceof Integer mode && (mode & STICKY) != 0;
    }

    /**
     * Checks the directory of what Nix does not know: trees are made in it and moved into the store.
     *
     * @throws StoreException if moving would be copying, or the directory is another user's
     */
    static void checkOwn(StoreLayout layout, Disk disk, Folder store) throws IOException {
        Path state = layout.state();
        try (Folder parent = disk.open(state);
                Folder own = disk.openOrCreate(layout.own())) {
            RawName name = RawPaths.toName(layout.own().getFileName());
            if (parent.kind(name) != FileFacts.Kind.DIRECTORY) {
                throw new StoreException(layout.own() + ": must be a directory, not a link to one");
            }
            FileFacts facts = own.facts();
            checkOthers(layout.own(), facts);
            if (facts.device() != store.facts().device()) {
                throw new StoreException(layout.own() + ": is on another file system than " + layout.real()
                        + ", so that nothing can be moved between them; put both on one");
            }
        }
    }

    /**
     * Brings the names of a store's directories to the medium, and those of the directories above: else a power cut could take
     * a store away that was just made, with all that was told to be valid in it. Costs next to nothing when there is nothing
     * new.
     */
    static void sync(StoreLayout layout, Disk disk, Folder store) throws IOException {
        long device = store.facts().device();
        Set<Path> synced = new HashSet<>();
        for (Path directory : List.of(layout.real(), layout.database(), layout.own())) {
            for (Path at = directory; at != null && synced.add(at); at = at.getParent()) {
                try (Folder folder = disk.open(at)) {
                    if (folder.facts().device() != device) {
                        // The name of a mount is nobody's to lose.
                        break;
                    }
                    folder.sync();
                } catch (AccessDeniedException notOurs) {
                    // Who may not even list a directory has made nothing in it.
                }
            }
        }
    }
}
