package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.scheduler.LockNote.UnreadableLock;
import dev.heddle.scheduler.ProcessMark.Life;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A directory of lock files that schedulers of any number of processes and machines share.
 *
 * <p>A lock is taken by link and count: a file of a name that nobody else uses is written whole, linked to the lock's name, and
 * counts as the lock if it then has one link more. That holds on NFS as well, where a link may be told to have failed that was
 * made. So a lock is never seen half written, and two never have it. It is let go by removing it.
 *
 * <p>May be used from any thread; blocks on the disk.
 */
final class LockDirectory {

    /** How it stands with a lock that someone else has. */
    enum Hold {
        /** A process that is alive, or of which this machine knows nothing: it will let go. */
        WORKING,
        /** A job failed, and left it for a person to remove. */
        FAILED,
        /** The process that had it is dead: nobody will let go. */
        DEAD,
        /** The file is no lock that could be read. Never removed. */
        UNREADABLE
    }

    /** What came of an attempt to take the locks of a task. */
    sealed interface Taking {}

    /**
     * All are taken.
     *
     * @param task the file of the task, which stays if the job fails
     * @param others the files of exclusive locks
     * @param note what is written in all of them
     */
    record Held(Path task, List<Path> others, LockNote note) implements Taking {}

    /**
     * Another one has one of them, and nothing is taken.
     *
     * @param file the file that is in the way
     * @param hold how it stands with it
     * @param owner who has it, for people
     */
    record Busy(Path file, Hold hold, String owner) implements Taking {}

    /** Left-overs of a machine of which nothing is known are swept when they are older. */
    private static final long SWEPT_AFTER_MILLIS = TimeUnit.DAYS.toMillis(1);

    private static final int CLEARINGS = 8;
    private static final String FRESH = ".new-";
    private static final String GUARD = ".clear";

    private final SharedFiles files;
    private final Path directory;
    private final ProcessMark own;
    private final InstantSource clock;
    private final boolean clearsDead;
    private final String id = UUID.randomUUID().toString();
    private final AtomicLong numbers = new AtomicLong();
    private final Queue<String> cleared = new ConcurrentLinkedQueue<>();
    /** Whether it was told that locks of the dead cannot be removed. */
    private final AtomicBoolean clearsNothing = new AtomicBoolean();

    private volatile boolean opened;

    /**
     * Names what it needs; nothing is touched.
     *
     * @param clearsDead whether locks of the dead are removed
     */
    LockDirectory(Path directory, ProcessMark own, InstantSource clock, boolean clearsDead) {
        this(new DiskFiles(), directory, own, clock, clearsDead);
    }

    /** The same with files that need not be the disk's. */
    LockDirectory(SharedFiles files, Path directory, ProcessMark own, InstantSource clock, boolean clearsDead) {
        this.files = files;
        this.directory = directory;
        this.own = own;
        this.clock = clock;
        this.clearsDead = clearsDead;
    }

    /**
     * Makes the directory if it is not there, sees that locks can be taken in it, and removes what the dead left half done.
     *
     * @throws IOException if it cannot be used, with the reason
     */
    void open() throws IOException {
        if (opened) {
            return;
        }
        files.makeDirectory(directory);
        Path probe = directory.resolve(FRESH + "probe-" + unique());
        Path fresh = write(new byte[0]);
        try {
            if (!link(probe, fresh, 2)) {
                throw new IOException(directory + ": its file system does not count links; put the locks elsewhere");
            }
        } catch (UnsupportedOperationException e) {
            throw new IOException(directory + ": its file system has no hard links; put the locks elsewhere", e);
        } finally {
            files.remove(fresh);
            files.remove(probe);
        }
        sweep();
        opened = true;
    }

    private String unique() {
        return own.boot() + "-" + own.pid() + "-" + own.born() + "-" + id + "-" + numbers.incrementAndGet();
    }

    private void sweep() throws IOException {
        long now = clock.millis();
        String others = FRESH + own.boot() + "-";
        for (Path file : files.list(directory, FRESH)) {
            String name = String.valueOf(file.getFileName());
            if (name.startsWith(others) ? isOfTheDead(name.substring(others.length())) : isOld(file, now)) {
                files.remove(file);
            }
        }
    }

    private boolean isOfTheDead(String rest) {
        String[] parts = rest.split("-", 3);
        try {
            ProcessMark mark = new ProcessMark(
                    own.host(), Long.parseLong(parts[0]), parts[1], own.boot(), own.space(), own.machine());
            return own.lifeOf(mark) == Life.DEAD;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    private boolean isOld(Path file, long now) throws IOException {
        try {
            return files.changed(file) < now - SWEPT_AFTER_MILLIS;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Takes the lock of a task and those that it names, all or none.
     *
     * @param task name of the task
     * @param exclusive names of exclusive locks
     * @param host where the job is to run
     * @throws IOException if it cannot be told whether they are free, or the disk does not do it
     */
    Taking take(String task, Iterable<String> exclusive, String host) throws IOException {
        open();
        Path taskFile = directory.resolve(LockName.ofTask(task));
        List<Path> others = new ArrayList<>();
        TreeSet<String> sorted = new TreeSet<>();
        exclusive.forEach(sorted::add);
        sorted.forEach(name -> others.add(directory.resolve(LockName.ofExclusive(name))));
        List<Path> wanted = new ArrayList<>(others);
        wanted.add(0, taskFile);
        for (Path file : wanted) {
            Busy busy = look(file);
            if (busy != null) {
                return busy;
            }
        }
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        LockNote note = new LockNote(task, own, now, host, id + "-" + numbers.incrementAndGet(), null);
        Path inTheWay = link(wanted, note);
        if (inTheWay == null) {
            return new Held(taskFile, List.copyOf(others), note);
        }
        Busy busy = look(inTheWay);
        // Whoever had it let go meanwhile: as good as a lock that is about to be let go.
        return busy != null ? busy : new Busy(inTheWay, Hold.WORKING, "another scheduler, a moment ago");
    }

    /** Gives the first file that another one has, after letting go of those before it; null if all are linked. */
    private @Nullable Path link(List<Path> wanted, LockNote note) throws IOException {
        Path fresh = write(note.toBytes());
        int linked = 0;
        boolean all = false;
        try {
            for (Path file : wanted) {
                if (!link(file, fresh, linked + 2)) {
                    return file;
                }
                linked++;
            }
            all = true;
            return null;
        } finally {
            if (!all) {
                // One more than is known to be linked: a link may have been made that was told to have failed.
                for (Path file : wanted.subList(0, Math.min(wanted.size(), linked + 1))) {
                    removeIfOwn(file, note.id());
                }
            }
            files.remove(fresh);
        }
    }

    private boolean link(Path file, Path fresh, int links) throws IOException {
        IOException failed = null;
        try {
            files.link(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // So it is, or NFS told so of a link that was made: the count decides.
        } catch (IOException e) {
            failed = e;
        }
        boolean made = files.links(fresh) == links;
        if (!made && failed != null) {
            throw failed;
        }
        return made;
    }

    private Path write(byte[] content) throws IOException {
        Path fresh = directory.resolve(FRESH + unique());
        files.create(fresh, content);
        return fresh;
    }

    /** Lets go. A lock that a person removed, and perhaps another one has now, is left alone. */
    void release(Held held) throws IOException {
        removeIfOwn(held.task, held.note.id());
        releaseOthers(held);
    }

    private void releaseOthers(Held held) throws IOException {
        for (Path file : held.others) {
            removeIfOwn(file, held.note.id());
        }
    }

    private void removeIfOwn(Path file, String expected) throws IOException {
        if (isOwn(file, expected)) {
            files.remove(file);
        }
    }

    private boolean isOwn(Path file, String expected) throws IOException {
        try {
            return read(file).id().equals(expected);
        } catch (NoSuchFileException | UnreadableLock e) {
            return false;
        }
    }

    /**
     * Leaves the lock of a task whose job failed, with how it failed, and lets go of the others.
     *
     * @return the lock's file, or null if a person removed it while the job ran
     */
    @Nullable
    Busy fail(Held held, LockNote.End end) throws IOException {
        releaseOthers(held);
        if (!isOwn(held.task, held.note.id())) {
            return null;
        }
        LockNote old = held.note;
        LockNote note = new LockNote(old.task(), old.owner(), old.start(), old.on(), old.id(), end);
        Path fresh = write(note.toBytes());
        try {
            files.replace(fresh, held.task);
        } finally {
            files.remove(fresh);
        }
        return new Busy(held.task, Hold.FAILED, note.describe());
    }

    /**
     * Looks who has a lock. One of the dead is removed first, if that is wanted.
     *
     * @return null if it is free
     */
    @Nullable
    Busy look(Path file) throws IOException {
        for (int i = 0; i < CLEARINGS; i++) {
            try {
                LockNote note = read(file);
                Hold hold = hold(note);
                if (hold != Hold.DEAD || !clearsDead || !clear(file, note)) {
                    return new Busy(file, hold, note.describe());
                }
            } catch (NoSuchFileException e) {
                return null;
            } catch (UnreadableLock e) {
                return new Busy(file, Hold.UNREADABLE, String.valueOf(e.getMessage()));
            }
        }
        return new Busy(file, Hold.WORKING, "schedulers that die one after the other");
    }

    /** What to tell of a lock that was removed since the last call, or cannot be, or null. */
    @Nullable
    String nextCleared() {
        return cleared.poll();
    }

    private Hold hold(LockNote note) {
        if (note.end() != null) {
            return Hold.FAILED;
        }
        return note.life(own) == Life.DEAD ? Hold.DEAD : Hold.WORKING;
    }

    private LockNote read(Path file) throws IOException, UnreadableLock {
        String oddity = files.oddity(file);
        if (!oddity.isEmpty()) {
            throw new UnreadableLock(file + ":1:1: not a file but " + oddity);
        }
        byte[] bytes;
        try {
            bytes = files.read(file, LockNote.MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("Stale")) {
                throw new NoSuchFileException(file.toString()); // NFS: removed between the look and the reading.
            }
            throw new UnreadableLock(file + ":1:1: cannot be read: " + FailureText.of(e));
        }
        return LockNote.parse(file.toString(), bytes);
    }

    /**
     * Removes a lock of a dead process of this machine. Processes of this machine do so one at a time, and each looks again first:
     * otherwise the second of two would remove the lock that the first has taken since. Others never do: they cannot know.
     *
     * @return false if that could not be done, as on a file system without locks of its own
     */
    private boolean clear(Path file, LockNote note) {
        Path guard = directory.resolve(GUARD);
        boolean done = files.alone(guard, () -> {
            if (isOwn(file, note.id())) {
                files.remove(file);
                cleared.add(file + " was removed: " + OneLine.of(note.describe()) + " is dead, which had it for task '"
                        + OneLine.of(note.task()) + "'");
            }
        });
        if (!done && clearsNothing.compareAndSet(false, true)) {
            cleared.add("locks of the dead are not removed: " + guard + whyNot(guard));
        }
        return done;
    }

    private String whyNot(Path guard) {
        try {
            String oddity = files.oddity(guard);
            return oddity.isEmpty() ? " cannot be locked" : " is not a file but " + oddity;
        } catch (IOException e) {
            return " cannot be made: " + FailureText.of(e);
        }
    }
}
