package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one collection, or one look at the roots, reads of the temporary roots of all processes. Each call of {@link #next}
 * goes on where the last one ended, since the files only grow.
 *
 * <p>A file belongs to a dead process if nobody has locked it and no process has its number. Nix locks in a way that Java
 * cannot see, so the number alone keeps the file of a living Nix.
 *
 * <p>Used by one thread.
 */
final class TemporaryRootScan {

    /** Is told each root. */
    @FunctionalInterface
    interface Visitor {
        void root(long pid, StorePath path) throws IOException;
    }

    private static final Pattern NAME = Pattern.compile("([0-9]{1,18})(-[0-9]{1,9})?");
    private static final int BUFFER = 1 << 16;
    /** Longer than any path that a file system takes. */
    private static final int LONGEST_ROOT = 8192;

    private final Path directory;
    private final @Nullable PathKeeper own;
    private final LongPredicate alive;
    private final Map<String, Progress> seen = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER];

    /**
     * A look at the roots in {@code layout}.
     *
     * @param own this process's, or null if it keeps none
     */
    TemporaryRootScan(StoreLayout layout, @Nullable PathKeeper own) {
        this(layout, own, pid -> ProcessHandle.of(pid).isPresent());
    }

    TemporaryRootScan(StoreLayout layout, @Nullable PathKeeper own, LongPredicate alive) {
        this.directory = layout.temporaryRoots();
        this.own = own;
        this.alive = alive;
    }

    /**
     * Removes the files of dead processes. Only while the collector's lock is held, and before lasting roots are looked for: what
     * a process made a lasting root of before it died is found then.
     */
    void removeDead() throws IOException {
        for (Path file : files()) {
            if (isDead(file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Tells the roots that were noted since the last call, those of processes that died meanwhile included. */
    void next(Visitor visitor) throws IOException {
        try (Closeable same = own == null ? () -> {} : own.reading()) {
            for (Path file : files()) {
                try {
                    read(file, visitor);
                } catch (NoSuchFileException gone) {
                    // Its owner has ended or goes on with another file, and had no collector to fear when it did.
                }
            }
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (NAME.matcher(nameOf(entry)).matches()) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException none) {
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private static String nameOf(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    private static long pidOf(Path file) {
        String name = nameOf(file);
        int dash = name.indexOf('-');
        return Long.parseLong(dash < 0 ? name : name.substring(0, dash));
    }

    private boolean isOwn(Path file) {
        return own != null && file.equals(own.file());
    }

    private boolean isDead(Path file) throws IOException {
        if (isOwn(file)) {
            return false;
        }
        long pid = pidOf(file);
        if (pid != ProcessHandle.current().pid() && alive.test(pid)) {
            return false;
        }
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, StandardOpenOption.READ)) {
            FileLock free = channel.tryLock(0, Long.MAX_VALUE, true);
            return free != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private void read(Path file, Visitor visitor) throws IOException {
        if (isOwn(file)) {
            Progress progress = seen.computeIfAbsent(nameOf(file), name -> new Progress(name));
            PathKeeper roots = Objects.requireNonNull(own);
            progress.offset += roots(file, from -> roots.read(from, buffer), progress.offset, visitor);
            return;
        }
        Object key = Objects.requireNonNullElse(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "");
        Progress progress = seen.get(nameOf(file));
        if (progress == null || !progress.key.equals(key)) {
            progress = new Progress(key);
            seen.put(nameOf(file), progress);
        }
        if (Files.size(file) > progress.offset) {
            try (SeekableByteChannel content = Files.newByteChannel(file)) {
                Source source = from -> content.position(from).read(ByteBuffer.wrap(buffer));
                progress.offset += roots(file, source, progress.offset, visitor);
            }
        }
    }

    /** Tells whole roots from {@code offset} on, and returns how many bytes they were: the last one may still be written. */
    private long roots(Path file, Source source, long offset, Visitor visitor) throws IOException {
        ByteArrayOutputStream root = new ByteArrayOutputStream();
        long told = 0;
        long at = offset;
        for (int count = source.read(at); count > 0; count = source.read(at)) {
            for (int i = 0; i < count; i++) {
                if (buffer[i] != 0) {
                    root.write(buffer[i]);
                } else {
                    // A power cut leaves zeroes where a file's length was written and its content was not.
                    if (root.size() > 0) {
                        visitor.root(pidOf(file), parse(file, root));
                    }
                    told += root.size() + 1;
                    root.reset();
                }
                if (root.size() > LONGEST_ROOT) {
                    throw unreadable(file, "has a root of more than " + LONGEST_ROOT + " bytes", null);
                }
            }
            at += count;
        }
        return told;
    }

    private static StorePath parse(Path file, ByteArrayOutputStream root) throws StoreException {
        try {
            return StorePath.parse(root.toString(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw unreadable(file, "has a root that is none: " + e.getMessage(), e);
        }
    }

    private static StoreException unreadable(Path file, String why, @Nullable Throwable cause) {
        String text = file + ": the file of temporary roots of a living process " + why
                + "; nothing is collected before that process has ended or the file is removed";
        return cause == null ? new StoreException(text) : new StoreException(text, cause);
    }

    /** Reads bytes from an offset on into the buffer. */
    @FunctionalInterface
    private interface Source {
        int read(long offset) throws IOException;
    }

    /** How far a file was read. */
    private static final class Progress {
        /** Tells the file from a later one of the same name. */
        private final Object key;

        private long offset;

        Progress(Object key) {
            this.key = key;
        }
    }
}
