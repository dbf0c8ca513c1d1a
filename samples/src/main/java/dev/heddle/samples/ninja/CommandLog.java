package dev.heddle.samples.ninja;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code .ninja_log}: which command made each output, and when. Version 5, as ninja 1.9 to 1.11 write it, version 6 of ninja
 * 1.12 and version 7 of ninja 1.13, which differ from it in the first line, and 7 in the hash. A log stays of the version it
 * is of; a new one is of version 5.
 *
 * <p>After a first line {@code # ninja log v5} each line is {@code start TAB end TAB mtime TAB output TAB hash}: milliseconds
 * since the build began, nanoseconds since the epoch, the raw name, and {@link CommandHash} of the command in hexadecimal. The
 * last line of an output counts. Lines that are not of this form are passed over, so a line that a killed program left
 * half-written costs that line alone.
 *
 * <p>A line is in the file when {@link #record} returns, also on a thread that is being interrupted: a build that is stopped
 * still notes what has ended. The file is rewritten through a new one and a rename when most of it
 * is of no use any more. A log of another version is begun anew, at the first write, and a warning says so.
 *
 * <p>One thread at a time. Takes at most 2 GiB.
 */
final class CommandLog implements Closeable {

    private static final String SIGNATURE = "# ninja log v";
    private static final int OLDEST = 5;
    private static final int NEWEST = 7;
    private static final int FEW_LINES = 100;
    private static final int WORTHWHILE = 3;

    private record Entry(long start, long end, long mtime, long hash) {}

    private final Path file;
    private final Manifest manifest;
    private final Gone gone;
    // By node; an mtime of -1 says that there is no entry.
    private long[] start;
    private long[] end;
    private long[] mtime;
    private long[] hash;
    private final Map<String, Entry> others = new LinkedHashMap<>();
    private int version = OLDEST;
    private long size;
    private int lines;
    private int entries;
    private boolean rewrite;
    private boolean cut;
    private @Nullable FileOutputStream stream;

    private CommandLog(Path file, Manifest manifest, Gone gone) {
        this.file = file;
        this.manifest = manifest;
        this.gone = gone;
        int nodes = manifest.nodeCount();
        start = new long[nodes];
        end = new long[nodes];
        mtime = new long[nodes];
        hash = new long[nodes];
        Arrays.fill(mtime, -1);
    }

    /** Reads a log; a missing one is an empty one. What is gone and not in the manifest is forgotten when it is rewritten. */
    static CommandLog read(Path file, Manifest manifest, Gone gone, Consumer<String> warnings) throws NinjaException {
        CommandLog log = new CommandLog(file, manifest, gone);
        try {
            log.size = Files.size(file);
            if (log.size > Integer.MAX_VALUE - 16) {
                warnings.accept("build log is larger than 2 GiB; starting over");
                log.rewrite = true;
                return log;
            }
            byte[] bytes = Files.readAllBytes(file);
            log.parse(bytes, warnings);
        } catch (NoSuchFileException e) {
            log.rewrite = true;
        } catch (IOException e) {
            throw new NinjaException("loading build log " + file + ": " + Disk.reason(e));
        }
        return log;
    }

    private void parse(byte[] bytes, Consumer<String> warnings) {
        if (bytes.length == 0) {
            rewrite = true;
            return;
        }
        int at = header(bytes, warnings);
        if (at < 0) {
            rewrite = true;
            return;
        }
        while (at < bytes.length) {
            int stop = at;
            while (stop < bytes.length && bytes[stop] != '\n') {
                stop++;
            }
            if (stop < bytes.length) {
                line(bytes, at, stop);
            } else {
                cut = true;
            }
            at = stop + 1;
        }
        rewrite = lines > FEW_LINES && lines > entries * WORTHWHILE;
    }

    // Reads the first line and gives the place behind it, or -1 if nothing can be made of what follows.
    private int header(byte[] bytes, Consumer<String> warnings) {
        int digits = SIGNATURE.length();
        int end = digits;
        while (end < bytes.length && end < digits + 9 && bytes[end] >= '0' && bytes[end] <= '9') {
            end++;
        }
        String found = Raw.of(bytes, 0, Math.min(digits, bytes.length));
        if (!found.equals(SIGNATURE) || end == digits || end == bytes.length || bytes[end] != '\n') {
            warnings.accept("build log version invalid; starting over, so everything is built once");
            return -1;
        }
        int number = (int) decimal(bytes, digits, end);
        if (number < OLDEST || number > NEWEST) {
            warnings.accept("build log is of version " + number + ", and known are " + OLDEST + " to " + NEWEST
                    + "; starting over, so everything is built once");
            return -1;
        }
        version = number;
        return end + 1;
    }

    /** How this log holds commands. */
    CommandHash commandHash() {
        return version < 7 ? CommandHash.MURMUR : CommandHash.RAPID;
    }

    /** Whether the file is no longer the one that was read. */
    boolean isOutdated() {
        return file.toFile().length() != size;
    }

    private void line(byte[] bytes, int from, int to) {
        int tab1 = tab(bytes, from, to);
        int tab2 = tab(bytes, tab1 + 1, to);
        int tab3 = tab(bytes, tab2 + 1, to);
        int tab4 = tab(bytes, tab3 + 1, to);
        if (tab4 >= to) {
            return;
        }
        long time = decimal(bytes, tab2 + 1, tab3);
        Entry entry = new Entry(
                decimal(bytes, from, tab1),
                decimal(bytes, tab1 + 1, tab2),
                Math.max(0, time),
                hexadecimal(bytes, tab4 + 1, to));
        lines++;
        int node = manifest.paths.find(bytes, tab3 + 1, tab4 - tab3 - 1);
        if (node >= 0) {
            set(node, entry);
        } else if (others.put(Raw.of(bytes, tab3 + 1, tab4 - tab3 - 1), entry) == null) {
            entries++;
        }
    }

    private void set(int node, Entry entry) {
        if (node >= mtime.length) {
            int size = Math.max(node + 1, mtime.length * 2);
            int old = mtime.length;
            start = Arrays.copyOf(start, size);
            end = Arrays.copyOf(end, size);
            hash = Arrays.copyOf(hash, size);
            mtime = Arrays.copyOf(mtime, size);
            Arrays.fill(mtime, old, size, -1);
        }
        if (mtime[node] < 0) {
            entries++;
        }
        start[node] = entry.start;
        end[node] = entry.end;
        mtime[node] = entry.mtime;
        hash[node] = entry.hash;
    }

    private static int tab(byte[] bytes, int from, int to) {
        int at = Math.min(from, to);
        while (at < to && bytes[at] != '\t') {
            at++;
        }
        return at;
    }

    private static long decimal(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }

    private static long hexadecimal(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to && Character.digit(bytes[i], 16) >= 0; i++) {
            value = value << 4 | Character.digit(bytes[i], 16);
        }
        return value;
    }

    /** Whether the command that made an output is known. */
    boolean has(int node) {
        return node < mtime.length && mtime[node] >= 0;
    }

    /** The time noted for an output that {@link #has} an entry. */
    long mtime(int node) {
        return mtime[node];
    }

    /** The hash of the command noted for an output that {@link #has} an entry. */
    long hash(int node) {
        return hash[node];
    }

    /** All nodes with an entry. */
    int[] nodes() {
        IntList list = new IntList(entries);
        for (int node = 0; node < mtime.length; node++) {
            if (mtime[node] >= 0) {
                list.add(node);
            }
        }
        return list.toArray();
    }

    /** Names with an entry that the manifest does not know. */
    Iterable<String> strangers() {
        return others.keySet();
    }

    /** Notes that one command made some outputs. Times are milliseconds since the build began, and nanoseconds. */
    void record(int[] outputs, long startMillis, long endMillis, long time, long commandHash) throws IOException {
        FileOutputStream out = open();
        ByteSink sink = new ByteSink(128);
        for (int node : outputs) {
            Entry entry = new Entry(startMillis, endMillis, time, commandHash);
            set(node, entry);
            append(sink, manifest.name(node), entry);
        }
        try {
            out.write(sink.array(), 0, sink.length());
        } catch (IOException e) {
            // Half a line may be there; what comes next must not become its other half.
            cut = true;
            close();
            throw e;
        }
    }

    /** Notes another time for an output that has an entry, with {@link #rewrite()} to follow. */
    void retime(int node, long time) {
        mtime[node] = time;
    }

    private FileOutputStream open() throws IOException {
        FileOutputStream out = stream;
        if (out == null) {
            if (rewrite) {
                rewrite();
            }
            // Not a channel: an interrupt would close that.
            out = new FileOutputStream(file.toFile(), true);
            stream = out;
            if (cut) {
                out.write('\n');
                cut = false;
            }
        }
        return out;
    }

    /** Which outputs that the manifest does not know are gone and may be forgotten. */
    @FunctionalInterface
    interface Gone {
        boolean test(String raw) throws IOException;
    }

    /** Writes the log anew, one line for each output, and without the outputs that are gone. */
    void rewrite() throws IOException {
        close();
        ByteSink sink = new ByteSink(1 << 16);
        sink.put(SIGNATURE + version + "\n");
        Path fresh = file.resolveSibling(file.getFileName() + ".recompact");
        Files.deleteIfExists(fresh);
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            for (int node : nodes()) {
                if (manifest.producer(node) != Manifest.NONE || !gone.test(manifest.name(node))) {
                    append(sink, manifest.name(node), new Entry(start[node], end[node], mtime[node], hash[node]));
                    flushIfLarge(out, sink);
                }
            }
            for (Map.Entry<String, Entry> other : others.entrySet()) {
                if (!gone.test(other.getKey())) {
                    append(sink, other.getKey(), other.getValue());
                    flushIfLarge(out, sink);
                }
            }
            out.write(sink.array(), 0, sink.length());
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        rewrite = false;
        cut = false;
    }

    private static void flushIfLarge(FileOutputStream out, ByteSink sink) throws IOException {
        if (sink.length() > 1 << 16) {
            out.write(sink.array(), 0, sink.length());
            sink.clear();
        }
    }

    private static void append(ByteSink sink, String output, Entry entry) {
        sink.put(Long.toString(entry.start));
        sink.put('\t');
        sink.put(Long.toString(entry.end));
        sink.put('\t');
        sink.put(Long.toString(entry.mtime));
        sink.put('\t');
        sink.put(output);
        sink.put('\t');
        sink.put(Long.toHexString(entry.hash));
        sink.put('\n');
    }

    @Override
    public void close() throws IOException {
        FileOutputStream out = stream;
        stream = null;
        if (out != null) {
            out.close();
        }
    }
}
