package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rolling file of what tasks took, in {@link RollingFormat}, the newest line last.
 *
 * <p><b>Several builds at once</b>, also of several processes, lose nothing of each other: whoever adds lines or writes the file
 * anew holds a lock on a file beside it, {@code history.lock}, that is never removed.
 *
 * <p><b>Crashes.</b> Lines are added by one write; what a crash leaves of one is left out when it is read, and the next one begins on a
 * line of its own. The file is written anew as {@code history.part}, which takes its place when it is on the disk.
 *
 * <p><b>Bounds.</b> {@value #KEPT} lines a task, as dpb keeps, and {@link KnownRuns#MOST_TASKS} tasks, once it is written anew; it
 * is when more than half of it is of no use.
 */
final class HistoryFile {

    /** Runs of a task that stay when the file is written anew. */
    static final int KEPT = 25;

    private static final int FEW_LINES = 1_000;

    private final Path file;
    private final Path lockFile;
    private final Path part;

    HistoryFile(Path directory) {
        this.file = directory.resolve("history");
        this.lockFile = directory.resolve("history.lock");
        this.part = directory.resolve("history.part");
    }

    Path path() {
        return file;
    }

    /** Hands over every line; bad ones are left out and counted. A file that is not there has none. */
    LogLines.Damage read(LogLines.Reader reader) throws IOException {
        try (InputStream in = Files.newInputStream(OrdinaryFile.at(file))) {
            return LogLines.read(file.toString(), in, false, reader);
        } catch (NoSuchFileException e) {
            return LogLines.Damage.NONE;
        }
    }

    /**
     * Adds runs.
     *
     * @throws FileSystemException if that cannot be done
     */
    void append(List<TimedRun> runs) throws IOException {
        if (!runs.isEmpty()) {
            locked(() -> appendLocked(runs));
        }
    }

    /** Adds those of the runs that the file does not have yet, and gives their number. */
    int appendNew(List<TimedRun> runs) throws IOException {
        return locked(() -> {
            Set<String> there = new HashSet<>();
            read(line -> there.add(line.text()));
            List<TimedRun> fresh = new ArrayList<>();
            for (TimedRun run : runs) {
                if (there.add(RollingFormat.write(run))) {
                    fresh.add(run);
                }
            }
            return appendLocked(fresh);
        });
    }

    private int appendLocked(List<TimedRun> runs) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (TimedRun run : runs) {
            String line = RollingFormat.write(run);
            if (line.length() < LogLines.MAX_LINE) {
                lines.append(line).append('\n');
            }
        }
        try (FileChannel out = FileChannel.open(
                OrdinaryFile.at(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = out.size();
            String before = isTorn(out, end) ? "\n" : "";
            ByteBuffer bytes = ByteBuffer.wrap((before + lines).getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                end += out.write(bytes, end);
            }
        }
        return runs.size();
    }

    private static boolean isTorn(FileChannel file, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end > 0 && file.read(last, end - 1) == 1 && last.get(0) != '\n';
    }

    /** Writes the file anew if more than half of its lines are of no use; gives whether it did. */
    boolean trim() throws IOException {
        if (!isWorthwhile()) {
            return false;
        }
        return locked(() -> {
            if (!isWorthwhile()) { // Somebody else did it meanwhile.
                return false;
            }
            rewrite();
            return true;
        });
    }

    private boolean isWorthwhile() throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int[] lines = {0, 0};
        LogLines.Damage damage = read(line -> {
            lines[0]++;
            int count = counts.merge(line.word("the name of a task"), 1, Integer::sum);
            lines[1] += count > KEPT ? 1 : 0;
        });
        long unused = lines[1] + damage.count();
        return lines[0] + damage.count() > FEW_LINES && unused * 2 > lines[0];
    }

    private void rewrite() throws IOException {
        Map<String, Deque<String>> kept = new LinkedHashMap<>();
        read(line -> {
            String task = line.word("the name of a task");
            RollingFormat.read(new LogLine(file.toString(), 1, line.text())); // A line that is none is not kept.
            Deque<String> lines = kept.remove(task);
            if (lines == null) {
                lines = new ArrayDeque<>();
            }
            kept.put(task, lines); // To the end: the task that ran longest ago is the first.
            lines.add(line.text());
            if (lines.size() > KEPT) {
                lines.remove();
            }
        });
        int surplus = kept.size() - KnownRuns.MOST_TASKS;
        try (FileChannel channel = FileChannel.open(
                OrdinaryFile.at(part),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            for (Deque<String> lines : kept.values()) {
                if (--surplus >= 0) {
                    continue;
                }
                for (String line : lines) {
                    out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            out.flush();
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private interface Locked<T> {
        T run() throws IOException;
    }

    // The system's lock keeps processes apart. Within one it does not: closing any channel of the file would give the
    // lock back.
    // An interned text is the one object that all builds of a process share for a file.
    private <T> T locked(Locked<T> work) throws IOException {
        try {
            return lockedOrThrow(work);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private FileSystemException unwritable(IOException e) {
        String other = e instanceof FileSystemException named ? named.getFile() : null;
        String where = other == null || other.equals(file.toString()) ? "" : other + ": ";
        FileSystemException told =
                new FileSystemException(file.toString(), null, "cannot be written: " + where + FailureText.of(e));
        told.initCause(e);
        return told;
    }

    private <T> T lockedOrThrow(Locked<T> work) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createFile(lockFile);
        } catch (FileAlreadyExistsException e) {
            // As nearly always: it stays for ever.
        }
        String shared = ("dev.heddle.scheduler.history:" + lockFile.toRealPath()).intern();
        synchronized (shared) {
            try (FileChannel channel = FileChannel.open(OrdinaryFile.at(lockFile), StandardOpenOption.WRITE)) {
                var unused = channel.lock(); // Given back when the channel is closed.
                return work.run();
            }
        }
    }
}
