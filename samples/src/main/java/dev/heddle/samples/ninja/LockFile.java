package dev.heddle.samples.ninja;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code .ninja_lock}: keeps a second build out of a directory and says who is in it, and tells the time as the file system
 * has it, which runs coarser than the clock of the machine and on another machine perhaps ahead of it.
 *
 * <p>The file holds the id of the process, is locked, and goes with {@link #close}. The operating system lets go of the lock
 * when the process ends, however it ends. Ninja writes a file of this name for the time alone, and locks nothing.
 *
 * <p>One thread at a time.
 */
public final class LockFile implements Closeable {

    private static final int ATTEMPTS = 10;
    private static final int LONGEST_ID = 20;

    private final Path file;
    // Not its channel: an interrupt would close that, and the lock would be gone.
    private final RandomAccessFile open;
    private final byte[] content;

    private LockFile(Path file, RandomAccessFile open, byte[] content) {
        this.file = file;
        this.open = open;
        this.content = content;
    }

    /**
     * Takes the lock.
     *
     * @throws NinjaException if another process has it
     */
    public static LockFile take(Path file) throws IOException, NinjaException {
        byte[] content = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < ATTEMPTS; i++) {
            RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
            LockFile taken = null;
            try {
                if (lock(open) == null) {
                    throw inUse(file, open);
                }
                LockFile fresh = new LockFile(file, open, content);
                taken = fresh.isInPlaceOrRemoved() ? fresh : null;
            } finally {
                if (taken == null) {
                    open.close();
                }
            }
            if (taken != null) {
                return taken;
            }
        }
        throw new IOException("other builds that begin and end take it away");
    }

    /** Whether the file names a process that this one descends from: a build that runs this program as a job. */
    static boolean isOfAncestor(Path file) throws IOException {
        String id;
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            id = id(open);
        } catch (FileNotFoundException e) {
            return false;
        }
        Optional<ProcessHandle> above = ProcessHandle.current().parent();
        while (above.isPresent()) {
            if (id.equals(Long.toString(above.get().pid()))) {
                return true;
            }
            above = above.get().parent();
        }
        return false;
    }

    private static String id(RandomAccessFile open) throws IOException {
        byte[] bytes = new byte[LONGEST_ID];
        int length = Math.max(0, open.read(bytes));
        return new String(bytes, 0, length, StandardCharsets.US_ASCII).trim();
    }

    private static @Nullable FileLock lock(RandomAccessFile open) throws IOException {
        try {
            return open.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    // On a full disk the file can be made and not be written.
    private boolean isInPlaceOrRemoved() throws IOException {
        try {
            return isInPlace();
        } catch (IOException e) {
            if (sizeByName() == 0) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    // Whoever had the file removes it when done: what was locked may be in no directory any more.
    private boolean isInPlace() throws IOException {
        open.setLength(0);
        if (sizeByName() != 0) {
            return false;
        }
        write();
        return sizeByName() == content.length;
    }

    private long sizeByName() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    private void write() throws IOException {
        open.seek(0);
        open.write(content);
    }

    private static NinjaException inUse(Path file, RandomAccessFile open) throws IOException {
        String id = id(open);
        boolean known = !id.isEmpty() && id.chars().allMatch(c -> c >= '0' && c <= '9');
        return new NinjaException(file + ": " + (known ? "process " + id : "another process") + " is building here")
                .hint("wait until it has ended" + (known ? ", or end it with 'kill " + id + "'" : ""));
    }

    /** The time in nanoseconds since the epoch, or 0 if the file was taken away: ninja does that when it has built here. */
    long now() throws IOException {
        write();
        try {
            FileTime time = Files.getLastModifiedTime(file);
            return time.to(TimeUnit.NANOSECONDS);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        // While it is locked: a file that is removed later could be the next one's.
        Files.deleteIfExists(file);
        open.close();
    }
}
