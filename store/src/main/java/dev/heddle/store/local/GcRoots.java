package dev.heddle.store.local;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The lasting roots of a store, as Nix has them: everything below {@code STATE/gcroots} and {@code STATE/profiles} that is a
 * symbolic link to a store path, a regular file named like one, or a link to another link that leads to one. Of the last kind
 * are indirect roots: {@code gcroots/auto/HASH}, named by the SHA-1 of the user's link in base 32, leads to that link.
 *
 * <p>What cannot be read stops the search with an error: it may be a root. (Nix passes over it.) Missing directories have no
 * roots. Relative links are followed too, unlike in Nix, which keeps more.
 *
 * <p>Any thread.
 */
final class GcRoots {

    /** Is told each root; the path may not be valid. */
    @FunctionalInterface
    interface Visitor {
        void root(String name, StorePath path) throws IOException;
    }

    private static final int DEEPEST = 64;
    private static final long MOST_ENTRIES = 50_000_000;
    private static final String AUTO = "auto";
    private static final Set<String> RESERVED = Set.of(AUTO, "profiles", "per-user", ".", "..");

    private final Disk disk;
    private final StoreLayout layout;
    private final PathSpotter spotter;

    GcRoots(Disk disk, StoreLayout layout, PathSpotter spotter) {
        this.disk = disk;
        this.layout = layout;
        this.spotter = spotter;
    }

    /**
     * Tells all roots.
     *
     * @param tidy whether indirect roots are removed whose link is no more, as a collection does
     * @throws StoreException if something cannot be read that may be a root
     */
    void find(boolean tidy, Visitor visitor) throws IOException {
        search(layout.roots(), tidy, visitor);
        search(layout.state().resolve("profiles"), false, visitor);
    }

    private void search(Path top, boolean tidy, Visitor visitor) throws IOException {
        Folder folder;
        try {
            folder = disk.open(top);
        } catch (NoSuchFileException none) {
            return;
        } catch (IOException e) {
            throw unreadable(top, e);
        }
        try (folder) {
            entries(folder, top, DEEPEST, tidy, visitor);
        }
    }

    /** {@code at} is where the folder is called to be; links may lead there. */
    private void entries(Folder folder, Path at, int depth, boolean tidy, Visitor visitor) throws IOException {
        if (depth == 0) {
            throw unreadable(at, new IOException("it lies more than " + DEEPEST + " directories deep"));
        }
        for (RawName name : names(folder)) {
            try {
                entry(folder, at.resolve(RawPaths.ofName(name)), depth, tidy, visitor);
            } catch (NoSuchFileException gone) {
                // Roots come and go while they are looked for; who makes one keeps its path in another way meanwhile.
            }
        }
    }

    private static Iterable<RawName> names(Folder folder) throws IOException {
        try {
            return folder.names(MOST_ENTRIES);
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
    }

    private void entry(Folder folder, Path at, int depth, boolean tidy, Visitor visitor) throws IOException {
        RawName name = last(at);
        switch (folder.kind(name)) {
            case DIRECTORY -> {
                try (Folder inner = open(folder, at)) {
                    entries(inner, at, depth - 1, tidy, visitor);
                }
            }
            case LINK -> {
                boolean leads = link(folder.readLink(name), at, visitor);
                if (!leads && tidy && at.startsWith(layout.roots().resolve(AUTO))) {
                    folder.delete(name);
                }
            }
            case FILE -> {
                Optional<StorePath> path = spotter.named(name.toString());
                if (path.isPresent()) {
                    visitor.root(shown(at), path.get());
                }
            }
            case OTHER -> {
                // Sockets and the like name nothing.
            }
        }
    }

    private static RawName last(Path path) {
        return RawPaths.toName(Objects.requireNonNull(path.getFileName()));
    }

    private static Folder open(Folder folder, Path at) throws IOException {
        try {
            return folder.folder(last(at));
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (IOException e) {
            throw unreadable(at, e);
        }
    }

    private static String shown(Path place) {
        return RawPaths.toName(place).toString();
    }

    /** Follows a link, and returns whether it leads anywhere. */
    private boolean link(RawName target, Path at, Visitor visitor) throws IOException {
        Optional<StorePath> direct = pathAt(target, at);
        if (direct.isPresent()) {
            visitor.root(shown(at), direct.get());
            return true;
        }
        Path there = absolute(at, target);
        Path directory = there.getParent();
        return directory == null || indirect(directory, there, visitor);
    }

    /** The store path that a link at {@code at} leads to, by its text alone. */
    private Optional<StorePath> pathAt(RawName target, Path at) {
        return spotter.leading(target).or(() -> spotter.leading(RawPaths.toName(absolute(at, target))));
    }

    private boolean indirect(Path directory, Path there, Visitor visitor) throws IOException {
        try (Folder folder = disk.open(directory)) {
            RawName name = last(there);
            if (folder.kind(name) == FileFacts.Kind.LINK) {
                Optional<StorePath> path = pathAt(folder.readLink(name), there);
                if (path.isPresent()) {
                    visitor.root(shown(there), path.get());
                }
            }
            return true;
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return false;
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(there, e);
        }
    }

    /** Where a link at {@code at} leads, by its text alone. */
    private static Path absolute(Path at, RawName target) {
        byte[] bytes = target.bytes();
        int length = 0;
        for (byte b : bytes) {
            // To the kernel several slashes are one; a Path cannot hold every number of them.
            if (b != '/' || length == 0 || bytes[length - 1] != '/') {
                bytes[length++] = b;
            }
        }
        Path path = RawPaths.ofTarget(RawName.of(Arrays.copyOf(bytes, length)));
        return at.resolveSibling(Objects.requireNonNull(path)).normalize();
    }

    private static StoreException unreadable(Path place, IOException cause) {
        return new StoreException(
                "cannot read " + RawPaths.toName(place) + ", which may keep paths alive: " + cause.getMessage()
                        + "; nothing is collected before it can be read or is removed",
                cause);
    }

    /**
     * Makes {@code link} lead to {@code path}, and notes it as an indirect root. The caller keeps the path alive meanwhile.
     *
     * @throws StoreException if {@code link} is in the store, or something is there that is no link into the store
     */
    void addIndirect(Path link, StorePath path) throws IOException {
        Path absolute = link.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        Path last = absolute.getFileName();
        if (directory == null || last == null || spotter.isInStore(absolute)) {
            throw new StoreException(
                    "cannot make a root of " + absolute + ": it must be a file outside the store directory");
        }
        try (Folder folder = durable(directory)) {
            replaceLink(folder, RawPaths.toName(last), RawName.of(path.toString()));
        }
        try (Folder auto = durable(layout.roots().resolve(AUTO))) {
            RawName target = RawPaths.toName(absolute);
            swap(auto, RawName.of(autoName(target)), target);
        }
    }

    /** The name under which a link is noted, by its own path. */
    static String autoName(RawName link) {
        return Digest.ofContent(Digest.Algorithm.SHA1, link.bytes()).nix32();
    }

    /**
     * Makes {@code gcroots/NAME} lead to {@code path}. The caller keeps the path alive meanwhile.
     *
     * @throws StoreException if the name is none, or taken by something that is no link into the store
     */
    void addPermanent(String name, StorePath path) throws IOException {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0 || RESERVED.contains(name)) {
            throw new StoreException(
                    "'" + name + "' cannot be the name of a root: it must be a file name, none of " + RESERVED);
        }
        try (Folder folder = durable(layout.roots())) {
            replaceLink(folder, RawName.of(name), RawName.of(path.toString()));
        }
    }

    /** Opens a directory, which is made with its name on the medium: a root that a power cut takes away keeps nothing. */
    private Folder durable(Path directory) throws IOException {
        Path there = directory;
        Path parent = there.getParent();
        while (parent != null && (isMissing(there) || there.startsWith(layout.roots()))) {
            // Those of the store itself may have been made, and not synced, by a process that died.
            there = parent;
            parent = there.getParent();
        }
        Folder folder = disk.openOrCreate(directory);
        try {
            for (Path above = directory; !above.equals(there); ) {
                above = Objects.requireNonNull(above.getParent());
                try (Folder holder = disk.open(above)) {
                    holder.sync();
                }
            }
            return folder;
        } catch (IOException | RuntimeException e) {
            Staging.closeAfter(e, folder);
            throw e;
        }
    }

    private boolean isMissing(Path directory) throws IOException {
        try (Folder folder = disk.open(directory)) {
            return false;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private void replaceLink(Folder folder, RawName name, RawName target) throws IOException {
        boolean ours = !folder.exists(name)
                || (folder.kind(name) == FileFacts.Kind.LINK
                        && spotter.leading(folder.readLink(name)).isPresent());
        if (!ours) {
            throw new StoreException("cannot make a root of " + folder.path().resolve(RawPaths.ofName(name))
                    + ": it exists and is no link into the store; remove it or choose another name");
        }
        swap(folder, name, target);
    }

    /** Replaces a link in one step, so that there is no moment without a root. */
    private static void swap(Folder folder, RawName name, RawName target) throws IOException {
        byte[] digest = Digest.ofContent(Digest.Algorithm.SHA1, name.bytes()).bytes();
        RawName made = RawName.of(
                "." + ProcessHandle.current().pid() + "_" + HexFormat.of().formatHex(digest) + "_"
                        + Thread.currentThread().getId());
        if (folder.exists(made)) {
            folder.delete(made);
        }
        folder.createLink(made, target);
        folder.move(made, folder, name);
        folder.sync();
    }
}
