package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Task;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory for the work of small tasks: {@link Scheduler.Builder#memoryScratch}. The module's {@code docs/steps.md}
 * describes it.
 *
 * <p>Immutable. May be used by several schedulers.
 */
public final class MemoryScratch {

    /** Names of tasks whose sizes are known, at most. */
    private static final int MOST_NAMES = 2_000_000;

    /** Bytes of a log, at most. */
    static final long MOST_BYTES = 1L << 30;

    private static final int NAME_BYTES = 16;
    private static final long KILO = 1024;
    private static final long MOST_KILOBYTES = Long.MAX_VALUE / KILO;

    private final Path fileSystem;
    private final long kilobytes;
    private final Map<String, Long> sizes;
    private final SecureRandom random = new SecureRandom();

    private MemoryScratch(Path fileSystem, long kilobytes, Map<String, Long> sizes) {
        this.fileSystem = fileSystem;
        this.kilobytes = kilobytes;
        this.sizes = sizes;
    }

    /**
     * A file system of which no task is known to be small yet.
     *
     * @param fileSystem an absolute path, such as {@code /dev/shm}, that is in memory on every host
     * @param kilobytes the largest size of a task that may work there, at least 1; on a host that does not tell its memory also what
     *     all that do so at once may have
     */
    public static MemoryScratch at(Path fileSystem, long kilobytes) {
        if (!fileSystem.isAbsolute()) {
            throw new IllegalArgumentException("a file system in memory needs an absolute path, not " + fileSystem);
        }
        if (kilobytes < 1 || kilobytes > MOST_KILOBYTES) {
            throw new IllegalArgumentException(
                    "the size of small tasks must be from 1 to " + MOST_KILOBYTES + " kilobytes, not " + kilobytes);
        }
        return new MemoryScratch(fileSystem, kilobytes, Map.of());
    }

    /**
     * The same with the sizes that a {@code size.log} tells, the last of each task; the two of a line count together. They go before
     * those that were known. A log of more than 1 GiB, with a line of more than 16 KiB or with more than 2,000,000 tasks is refused.
     *
     * @throws IOException if it cannot be read, is no regular file, or is too large
     * @throws HistoryException if a line is none, with its place
     */
    public MemoryScratch sizedBy(Path log) throws IOException {
        Map<String, Long> known = new HashMap<>(sizes);
        if (Files.size(OrdinaryFile.at(log)) > MOST_BYTES) {
            throw new FileSystemException(
                    log.toString(), null, "has more than " + MOST_BYTES + " bytes; keep the last lines of it");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(log))) {
            var unused = LogLines.read(log.toString(), in, true, line -> take(line, known));
        }
        return new MemoryScratch(fileSystem, kilobytes, Map.copyOf(known));
    }

    private static void take(LogLine line, Map<String, Long> known) {
        String word = line.word("the name of a task");
        String name = line.name(word, line.at() - word.length());
        long size = size(line);
        if (line.hasMore()) {
            size += size(line);
        }
        if (line.hasMore()) {
            throw line.error(line.at(), "more than a name and two sizes", null);
        }
        if (known.size() == MOST_NAMES && !known.containsKey(name)) {
            throw line.error(0, "more than " + MOST_NAMES + " tasks", null);
        }
        known.put(name, size);
    }

    private static long size(LogLine line) {
        String word = line.word("a size in kilobytes");
        return line.number(word, line.at() - word.length(), 0, MOST_KILOBYTES / 2);
    }

    /** Room for a task's job on its host, which is taken there; null if it works where it always does. */
    @Nullable
    Scratch grant(Task task, HostState host) {
        Long size = sizes.get(task.name());
        boolean commands =
                !task.steps().isEmpty() && task.steps().stream().allMatch(step -> step.work() instanceof Command);
        if (size == null || size > kilobytes || !commands || !host.takeScratch(size * KILO, kilobytes * KILO)) {
            return null;
        }
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        return new Scratch(fileSystem.resolve("heddle-" + HexFormat.of().formatHex(name)), size * KILO);
    }
}
