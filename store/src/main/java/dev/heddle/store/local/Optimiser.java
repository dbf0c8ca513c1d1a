package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.CanonicalForm;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes equal files of a store one file with several names. As Nix does, one name of each content is kept in the store's
 * {@code .links}, under the SHA-256 of the file's NAR in base 32: so a file that may be executed is not linked to one that may
 * not.
 *
 * <p>Before a file gives way to a kept one, both are compared byte by byte, so that damage of one never spreads; a kept file
 * that is not what its name says is dropped. Where a file has all the names that the file system allows, or there is no room
 * for another, nothing is done and nothing is lost. A file changes into another name of an equal one in one step; modes and
 * times of directories are as before.
 *
 * <p>Used by one thread; any number at once, in any number of processes.
 */
final class Optimiser {

    private static final int PAGE = 1000;
    private static final int BUFFER = 1 << 16;
    /** Deeper than archives can be. */
    private static final int DEEPEST = 80;

    private static final int WRITABLE = 0222;

    private final StoreDatabase database;
    private final Folder store;
    private final Staging staging;
    private final ByteBuffer left = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer right = ByteBuffer.allocate(BUFFER);
    private long files;
    private long linked;
    private long bytes;
    private long damaged;

    Optimiser(StoreDatabase database, Folder store, Staging staging) {
        this.database = database;
        this.store = store;
        this.staging = staging;
    }

    /**
     * Links the files of all valid paths.
     *
     * @throws InterruptedIOException if the thread is interrupted; what is linked stays so
     */
    OptimiseResult run() throws IOException {
        try (Folder links = links();
                Stage stage = staging.stage()) {
            StorePath last = null;
            for (List<StorePath> page = database.page(last, PAGE); !page.isEmpty(); page = database.page(last, PAGE)) {
                for (StorePath path : page) {
                    path(path, links, stage.folder());
                }
                last = page.get(page.size() - 1);
            }
        }
        return new OptimiseResult(files, linked, bytes, damaged);
    }

    private Folder links() throws IOException {
        try {
            Folder made = store.createFolder(LeftoverRemoval.LINKS);
            made.setMode(0755);
            return made;
        } catch (FileAlreadyExistsException e) {
            return store.folder(LeftoverRemoval.LINKS);
        }
    }

    private void path(StorePath path, Folder links, Folder spare) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("linking equal files was interrupted after " + files + " files");
        }
        try {
            entry(store, RawName.of(path.baseName()), links, spare, DEEPEST);
        } catch (NoSuchFileException vanished) {
            // Collected meanwhile, or missing: a verification tells of that.
        } catch (IOException e) {
            // What is being collected is moved away and deleted while it is looked at.
            if (database.isValid(path)) {
                throw e;
            }
        }
    }

    private void entry(Folder folder, RawName name, Folder links, Folder spare, int depth) throws IOException {
        FileFacts facts = folder.facts(name);
        if (facts.kind() == FileFacts.Kind.DIRECTORY && depth > 0) {
            try (Folder inner = folder.folder(name)) {
                for (RawName each : inner.names(Integer.MAX_VALUE)) {
                    entry(inner, each, links, spare, depth - 1);
                }
            }
        } else if (facts.kind() == FileFacts.Kind.FILE && (facts.mode() & WRITABLE) == 0) {
            // What somebody may write to is not what was registered, and must not change other paths.
            files++;
            file(folder, name, facts, links, spare);
        }
    }

    private void file(Folder folder, RawName name, FileFacts facts, Folder links, Folder spare) throws IOException {
        RawName key = RawName.of(key(folder, name));
        FileFacts kept = kept(folder, name, facts, links, key);
        if (kept == null || kept.sameFile(facts)) {
            return;
        }
        if (replace(folder, name, links, key, spare)) {
            linked++;
            bytes += facts.size();
        }
    }

    private static String key(Folder folder, RawName name) throws IOException {
        NarHash.Sink hash = new NarHash.Sink(OutputStream.nullOutputStream());
        NarWriter.dump(folder, name, hash, NarLimits.DEFAULT);
        return hash.result().digest().nix32();
    }

    /** The kept file that is equal to one; null if there is none and none can be made. */
    private @Nullable FileFacts kept(Folder folder, RawName name, FileFacts facts, Folder links, RawName key)
            throws IOException {
        for (int tries = 0; tries < 2; tries++) {
            try {
                FileFacts kept = links.facts(key);
                if (kept.sameFile(facts) || isEqual(folder, name, facts, links, key, kept)) {
                    return kept;
                }
                // The content of the other file has just given the name, so it is the kept one that is damaged.
                links.delete(key);
                damaged++;
            } catch (NoSuchFileException none) {
                // Then this one is kept.
            }
            try {
                folder.hardLink(name, links, key);
                return facts;
            } catch (FileAlreadyExistsException another) {
                // Somebody was faster: once more.
            } catch (NoSuchFileException e) {
                throw e;
            } catch (FileSystemException full) {
                // Too many names, or no room for one: a file of its own is as good.
                return null;
            }
        }
        return null;
    }

    private boolean isEqual(Folder folder, RawName name, FileFacts facts, Folder links, RawName key, FileFacts kept)
            throws IOException {
        if (kept.kind() != FileFacts.Kind.FILE
                || kept.size() != facts.size()
                || kept.executable() != facts.executable()
                || (kept.mode() & WRITABLE) != 0) {
            return false;
        }
        try (SeekableByteChannel one = folder.read(name);
                SeekableByteChannel other = links.read(key)) {
            while (true) {
                fill(one, left);
                fill(other, right);
                if (!left.equals(right)) {
                    return false;
                }
                if (!left.hasRemaining()) {
                    return true;
                }
            }
        }
    }

    private static void fill(SeekableByteChannel from, ByteBuffer into) throws IOException {
        into.clear();
        while (into.hasRemaining() && from.read(into) >= 0) {
            // A short read is not the end.
        }
        into.flip();
    }

    /** Gives the kept file the name of an equal one, in one step; tells whether that could be done. */
    private static boolean replace(Folder folder, RawName name, Folder links, RawName key, Folder spare)
            throws IOException {
        try {
            links.hardLink(key, spare, key);
        } catch (FileSystemException full) {
            // Too many names, no room for one, or it has just been collected.
            return false;
        }
        int mode = folder.facts().mode();
        boolean inTree = folder.facts().modified() == CanonicalForm.SECONDS;
        try {
            if ((mode & 0200) == 0) {
                folder.setMode(mode | 0200);
            }
            spare.move(key, folder, name);
            return true;
        } catch (AccessDeniedException e) {
            // Another one has just finished with this directory and given it its mode back.
            return false;
        } finally {
            if (spare.exists(key)) {
                spare.delete(key);
            }
            if ((mode & 0200) == 0) {
                folder.setMode(mode);
            }
            if (inTree) {
                folder.setTime(CanonicalForm.SECONDS);
            }
        }
    }
}
