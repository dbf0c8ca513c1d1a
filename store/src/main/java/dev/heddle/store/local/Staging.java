package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.TreeRemoval;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * This process's private directory in {@link StoreLayout#staging}, and what is made in it: stages and trashes. Its name is
 * locked as long as the process lives; what others left behind whose lock is free is removed by {@link #sweep}.
 *
 * <p>Any thread may use it.
 */
final class Staging implements Closeable {

    /** Far more processes than can have crashed in one store since it was opened last. */
    private static final long MOST_LEFTOVERS = 1_000_000;

    /** Stands between a process and a stage, in a name that the database keeps. */
    static final String BETWEEN = ":";

    private static final int NAME_DIGITS = 32;
    private static final String DIGITS = "0123456789abcdfghijklmnpqrsvwxyz";

    private final StoreLayout layout;
    private final Disk disk;
    private final PathLocks locks;
    private final RandomGenerator random;
    private final Folder all;
    private final AtomicLong count = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    /** Made when it is needed first, since that takes space, which a full disk has not; guarded by {@link #lock}. */
    private @Nullable Own own;

    private volatile boolean closed;
    private volatile boolean sweepEnds;

    private Staging(StoreLayout layout, Disk disk, PathLocks locks, RandomGenerator random) throws IOException {
        this.layout = layout;
        this.disk = disk;
        this.locks = locks;
        this.random = random;
        this.all = disk.openOrCreate(layout.staging());
    }

    /** The directory of this process, with its name and the lock of that. */
    private record Own(RawName name, Folder folder, Closeable held) {}

    /** Opens the directory of all processes, and makes it where it is missing. */
    static Staging open(StoreLayout layout, Disk disk, PathLocks locks, RandomGenerator random) throws IOException {
        return new Staging(layout, disk, locks, random);
    }

    /** The directory of this process, under a random name, which is locked before it can be seen. */
    private Own own() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            if (own == null) {
                own = make(name(random));
            }
            return own;
        } finally {
            lock.unlock();
        }
    }

    private Own make(String name) throws IOException {
        Closeable held = tryHold(name)
                .orElseThrow(() -> new IOException(all.path() + "/" + name + ": somebody else has this name"));
        try {
            RawName raw = RawName.of(name);
            return new Own(raw, all.createFolder(raw), held);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, held);
            throw e;
        }
    }

    static void closeAfter(Exception failure, @Nullable Closeable open) {
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static String name(RandomGenerator random) {
        StringBuilder text = new StringBuilder(NAME_DIGITS);
        // The value of 32 digits has 160 bits: every digit is free.
        for (int i = 0; i < NAME_DIGITS; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return text.toString();
    }

    /** Takes the lock of a process's name, if that process lives no more: the lock of a path that no content can have. */
    Optional<Closeable> tryHold(String process) throws IOException {
        return locks.tryLock(List.of(new StorePath(layout.storeDirectory(), process, "staging")));
    }

    private static boolean isName(RawName name) {
        return name.length() == NAME_DIGITS && name.toString().chars().allMatch(digit -> DIGITS.indexOf(digit) >= 0);
    }

    /** A new private directory for a tree or several; the caller closes it. */
    Stage stage() throws IOException {
        return new Stage(own().folder(), RawName.of("s" + count.getAndIncrement()));
    }

    /** A new empty trash; the caller closes it, which deletes what it took. */
    Trash trash() throws IOException {
        return new Trash(stage());
    }

    /** Writes everything that was staged to the medium. */
    void sync() throws IOException {
        disk.sync(own().folder());
    }

    /** The name by which a stage of this process is found again after a crash, in {@link StoreLayout#staging}. */
    String pathOf(Stage stage) throws IOException {
        return own().name() + BETWEEN + stage.name();
    }

    /**
     * Opens a stage of another process, by the name that {@link #pathOf} gave it.
     *
     * @return the directory, which the caller closes; empty if it is not there
     */
    Optional<Folder> find(String path) throws IOException {
        int between = path.indexOf(BETWEEN);
        if (between < 1 || path.indexOf(BETWEEN, between + 1) >= 0) {
            throw new StoreException("'" + path + "' is no name in the staging directory " + all.path());
        }
        RawName process = RawName.of(path.substring(0, between));
        RawName stage = RawName.of(path.substring(between + 1));
        if (!all.exists(process)) {
            return Optional.empty();
        }
        try (Folder theirs = all.folder(process)) {
            return theirs.exists(stage) ? Optional.of(theirs.folder(stage)) : Optional.empty();
        }
    }

    /**
     * Removes what processes left behind that live no more; ends early when the staging is closed meanwhile.
     *
     * @throws IOException if something could not be removed; everything else was
     */
    void sweep() throws IOException {
        IOException first = null;
        for (RawName other : all.names(MOST_LEFTOVERS)) {
            if (closed || sweepEnds) {
                break;
            }
            try {
                sweep(other);
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Makes a sweep end after the tree that it is at. */
    void endSweep() {
        sweepEnds = true;
    }

    private void sweep(RawName other) throws IOException {
        if (!isName(other)) {
            return;
        }
        Optional<Closeable> free = tryHold(other.toString());
        if (free.isPresent()) {
            try (Closeable held = free.get()) {
                TreeRemoval.remove(all, other);
            }
        }
    }

    /** Removes the directory with everything in it. A second close does nothing. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try (all) {
                if (own != null) {
                    remove(own);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void remove(Own mine) throws IOException {
        try (Closeable held = mine.held()) {
            mine.folder().close();
            TreeRemoval.remove(all, mine.name());
        }
    }
}
