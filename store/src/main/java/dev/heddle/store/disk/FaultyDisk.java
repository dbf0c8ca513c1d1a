package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk that fails when it is told to, in front of another one: to see what a program does when a disk is full, broken or
 * gone, at each call that it makes. Until {@link #fail} it only counts.
 *
 * <p>A call that fails is not passed on, with three exceptions: of a write the first half is written, since a disk that fills
 * up takes what still fits; a close closes; and a {@link Disk#openOrCreate} may have made some of the directories.
 *
 * <p>May be used from any thread, if the other disk may. Numbers are only the same in each run if the calls are made in the same
 * order.
 */
public final class FaultyDisk implements Disk {

    private final Object lock = new Object();
    private final Disk disk;

    private long calls;
    private @Nullable DiskFault armed;
    /** How many calls that can fail so are still let through. */
    private long spared;

    private boolean forEver;
    private boolean shortWrites;
    private long failures;
    private @Nullable DiskCall first;

    /** A disk that passes everything on to {@code disk}. */
    public FaultyDisk(Disk disk) {
        this.disk = Objects.requireNonNull(disk);
    }

    /**
     * Lets a call fail from now on, and forgets earlier failures.
     *
     * @param fault how; only calls that the system answers so are counted and fail
     * @param nth which of these calls: 1 for the next one
     * @param always whether all such calls after it fail too, until {@link #heal}
     */
    public void fail(DiskFault fault, long nth, boolean always) {
        synchronized (lock) {
            if (nth < 1) {
                throw new IllegalArgumentException("calls are counted from 1, not " + nth);
            }
            armed = Objects.requireNonNull(fault);
            spared = nth - 1;
            forEver = always;
            failures = 0;
            first = null;
        }
    }

    /** Lets no further call fail. What failed is still told. */
    public void heal() {
        synchronized (lock) {
            armed = null;
        }
    }

    /** Whether each write takes only a part of what it is given, as any write may. */
    public void shortWrites(boolean wanted) {
        synchronized (lock) {
            shortWrites = wanted;
        }
    }

    /** How many calls were made. */
    public long calls() {
        synchronized (lock) {
            return calls;
        }
    }

    /** How many of them failed since {@link #fail}. */
    public long failures() {
        synchronized (lock) {
            return failures;
        }
    }

    /** The first call that failed since {@link #fail}; empty if there was none: everything that was done took fewer calls. */
    public Optional<DiskCall> firstFailure() {
        synchronized (lock) {
            return Optional.ofNullable(first);
        }
    }

    @Override
    public Folder open(Path directory) throws IOException {
        check(Operation.OPEN_DIRECTORY, directory);
        return new FaultyFolder(this, disk.open(directory));
    }

    @Override
    public Folder openOrCreate(Path directory) throws IOException {
        check(Operation.OPEN_OR_CREATE, directory);
        return new FaultyFolder(this, disk.openOrCreate(directory));
    }

    @Override
    public void sync(Folder folder) throws IOException {
        check(Operation.SYNC_ALL, folder.path());
        disk.sync(folder instanceof FaultyFolder faulty ? faulty.folder() : folder);
    }

    boolean writesShort() {
        synchronized (lock) {
            return shortWrites;
        }
    }

    /** Counts a call, and throws if it is one that shall fail. */
    void check(Operation operation, Path path) throws IOException {
        synchronized (lock) {
            calls++;
            DiskFault fault = armed;
            if (fault == null || !fault.operations().contains(operation)) {
                return;
            }
            if (spared > 0) {
                spared--;
                return;
            }
            if (!forEver) {
                armed = null;
            }
            failures++;
            if (first == null) {
                first = new DiskCall(calls, operation, path);
            }
            throw fault.exception(operation, path);
        }
    }
}
