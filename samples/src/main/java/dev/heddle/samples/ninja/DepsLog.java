package dev.heddle.samples.ninja;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code .ninja_deps}: which files each output turned out to depend on. Version 4, as ninja 1.10 and later write it.
 *
 * <p>After {@code # ninjadeps} and a version come records, all of ints with the lowest byte first. A record begins with its
 * size in bytes; the highest bit of the size tells the two kinds apart:
 *
 * <ul>
 *   <li>bit clear: a path, filled up with NUL to a multiple of 4, and the complement of its number. Paths are numbered from 0
 *       in the order of their records.
 *   <li>bit set: number of an output, its time (two ints, nanoseconds), and the numbers of what it depends on. The last record
 *       of an output counts.
 * </ul>
 *
 * <p>The first record that is not of this form ends the log: what follows it is cut off at the first write. A record is in the
 * file when {@link #record} returns, also on a thread that is being interrupted. When most records are of no use any more, the
 * file is rewritten through a new one and a rename.
 *
 * <p>One thread at a time. Takes at most 2 GiB, records of at most {@link #LARGEST_RECORD} bytes.
 */
final class DepsLog implements Closeable {

    static final int LARGEST_RECORD = (1 << 19) - 1;

    private static final byte[] HEADER = Raw.bytes("# ninjadeps\n\4\0\0\0");
    private static final int FEW_RECORDS = 1000;
    private static final int WORTHWHILE = 3;

    private static final class Fresh {
        final long mtime;
        final int[] inputs;

        Fresh(long mtime, int[] inputs) {
            this.mtime = mtime;
            this.inputs = inputs;
        }
    }

    private final Path file;
    private final Manifest manifest;
    private final Live live;
    private byte[] bytes = new byte[0];
    private long size;
    private int valid;
    private final IntList nodeOfId = new IntList(1024);
    // By node: its number in the file plus 1, and where its last record is in bytes; 0 for none.
    private int[] idOfNode;
    private int[] recordOfNode;
    private final Map<Integer, Fresh> fresh = new HashMap<>();
    private int records;
    private int outputs;
    private boolean startOver;
    private boolean rewrite;
    private @Nullable RandomAccessFile open;
    private boolean broken;

    private DepsLog(Path file, Manifest manifest, Live live) {
        this.file = file;
        this.manifest = manifest;
        this.live = live;
        idOfNode = new int[manifest.nodeCount() + 1024];
        recordOfNode = new int[idOfNode.length];
    }

    /** Reads a log; a missing one is an empty one. The names it knows are added to the manifest's paths. */
    static DepsLog read(Path file, Manifest manifest, Live live, Consumer<String> warnings) throws NinjaException {
        DepsLog log = new DepsLog(file, manifest, live);
        try {
            log.size = Files.size(file);
            if (log.size > Integer.MAX_VALUE - 16) {
                warnings.accept("deps log is larger than 2 GiB; starting over");
                log.startOver = true;
                return log;
            }
            log.bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            log.startOver = true;
            return log;
        } catch (IOException e) {
            throw new NinjaException("loading deps log " + file + ": " + Disk.reason(e));
        }
        log.parse(warnings);
        return log;
    }

    private void parse(Consumer<String> warnings) {
        if (bytes.length < HEADER.length || !Arrays.equals(bytes, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            if (bytes.length > 0) {
                warnings.accept("bad deps log signature or version; starting over");
            }
            startOver = true;
            return;
        }
        int at = HEADER.length;
        while (at < bytes.length) {
            int next = record(at);
            if (next < 0) {
                warnings.accept("premature end of file; recovering");
                break;
            }
            at = next;
        }
        valid = at;
        rewrite = records > FEW_RECORDS && records > outputs * WORTHWHILE;
    }

    // The place behind the record, or -1 if it is no record.
    private int record(int at) {
        if (bytes.length - at < 4) {
            return -1;
        }
        int head = intAt(at);
        int size = head & 0x7fffffff;
        int body = at + 4;
        if (size > LARGEST_RECORD || size > bytes.length - body || size % 4 != 0) {
            return -1;
        }
        return (head < 0 ? outputRecord(body, size) : pathRecord(body, size)) ? body + size : -1;
    }

    private boolean outputRecord(int body, int size) {
        if (size < 12) {
            return false;
        }
        int ids = nodeOfId.size();
        int out = intAt(body);
        if (out < 0 || out >= ids) {
            return false;
        }
        for (int at = body + 12; at < body + size; at += 4) {
            int id = intAt(at);
            if (id < 0 || id >= ids) {
                return false;
            }
        }
        records++;
        int node = nodeOfId.get(out);
        if (recordOfNode[node] == 0) {
            outputs++;
        }
        recordOfNode[node] = body;
        return true;
    }

    private boolean pathRecord(int body, int size) {
        int length = size - 4;
        if (length <= 0 || intAt(body + length) != ~nodeOfId.size()) {
            return false;
        }
        for (int i = 0; i < 3 && length > 0 && bytes[body + length - 1] == 0; i++) {
            length--;
        }
        int node = manifest.paths.add(bytes, body, length);
        makeRoom(node);
        if (idOfNode[node] != 0) {
            return false;
        }
        nodeOfId.add(node);
        idOfNode[node] = nodeOfId.size();
        return true;
    }

    private void makeRoom(int node) {
        if (node >= idOfNode.length) {
            idOfNode = Arrays.copyOf(idOfNode, Math.max(node + 1, idOfNode.length * 2));
            recordOfNode = Arrays.copyOf(recordOfNode, idOfNode.length);
        }
    }

    private int intAt(int at) {
        return (bytes[at] & 0xff)
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    /** Whether the file is no longer the one that was read. */
    boolean isOutdated() {
        return file.toFile().length() != size;
    }

    /** Whether anything is known of an output. */
    boolean has(int node) {
        return (node < recordOfNode.length && recordOfNode[node] != 0) || fresh.containsKey(node);
    }

    /** When the output that {@link #has} an entry was made, in nanoseconds. */
    long mtime(int node) {
        Fresh known = fresh.get(node);
        if (known != null) {
            return known.mtime;
        }
        int at = recordOfNode[node];
        return (intAt(at + 4) & 0xffffffffL) | (long) intAt(at + 8) << 32;
    }

    /** What the output that {@link #has} an entry depends on. */
    int[] inputs(int node) {
        Fresh known = fresh.get(node);
        if (known != null) {
            return known.inputs;
        }
        int at = recordOfNode[node];
        int count = (intAt(at - 4) & 0x7fffffff) / 4 - 3;
        int[] inputs = new int[count];
        for (int i = 0; i < count; i++) {
            inputs[i] = nodeOfId.get(intAt(at + 12 + 4 * i));
        }
        return inputs;
    }

    /** All outputs with an entry. */
    int[] outputs() {
        IntList list = new IntList(outputs);
        for (int node = 0; node < manifest.nodeCount(); node++) {
            if (has(node)) {
                list.add(node);
            }
        }
        return list.toArray();
    }

    /** Notes what an output depends on. */
    void record(int output, long mtime, int[] inputs) throws IOException {
        if (has(output) && mtime(output) == mtime && Arrays.equals(inputs(output), inputs)) {
            return;
        }
        RandomAccessFile out = open();
        ByteSink sink = new ByteSink(64 + 4 * inputs.length);
        appendPath(sink, output);
        for (int input : inputs) {
            appendPath(sink, input);
        }
        int size = 12 + 4 * inputs.length;
        if (size > LARGEST_RECORD) {
            throw new IOException("'" + manifest.paths.text(output) + "' depends on " + inputs.length
                    + " files, more than the deps log can hold");
        }
        appendRecord(sink, output, mtime, inputs);
        write(out, sink);
        fresh.put(output, new Fresh(mtime, inputs.clone()));
    }

    private void appendRecord(ByteSink sink, int output, long mtime, int[] inputs) {
        sink.putInt((12 + 4 * inputs.length) | 0x80000000);
        sink.putInt(idOfNode[output] - 1);
        sink.putInt((int) mtime);
        sink.putInt((int) (mtime >>> 32));
        for (int input : inputs) {
            sink.putInt(idOfNode[input] - 1);
        }
    }

    private void appendPath(ByteSink sink, int node) throws IOException {
        makeRoom(node);
        if (idOfNode[node] != 0) {
            return;
        }
        int length = manifest.paths.length(node);
        int padded = (length + 3) & ~3;
        if (length == 0 || padded + 4 > LARGEST_RECORD) {
            throw new IOException("a path of " + length + " bytes cannot be held in the deps log");
        }
        sink.putInt(padded + 4);
        manifest.paths.appendTo(sink, node);
        for (int i = length; i < padded; i++) {
            sink.put(0);
        }
        sink.putInt(~nodeOfId.size());
        nodeOfId.add(node);
        idOfNode[node] = nodeOfId.size();
    }

    private RandomAccessFile open() throws IOException {
        if (broken) {
            throw new IOException("an earlier write to " + file + " failed");
        }
        RandomAccessFile out = open;
        if (out == null) {
            if (rewrite) {
                rewrite();
            }
            // Not a channel: an interrupt would close that.
            out = new RandomAccessFile(file.toFile(), "rw");
            open = out;
            if (startOver) {
                out.setLength(0);
                write(out, headerSink());
                startOver = false;
            } else {
                out.setLength(valid);
                out.seek(valid);
            }
        }
        return out;
    }

    /** Which outputs are still of use. */
    @FunctionalInterface
    interface Live {
        boolean test(int node) throws IOException;
    }

    /** Writes the log anew, with the last record of each live output alone. */
    void rewrite() throws IOException {
        close();
        int[] known = outputs();
        Path next = file.resolveSibling(file.getFileName() + ".recompact");
        Files.deleteIfExists(next);
        Map<Integer, Fresh> kept = new HashMap<>();
        for (int node : known) {
            if (live.test(node)) {
                kept.put(node, new Fresh(mtime(node), inputs(node)));
            }
        }
        nodeOfId.clear();
        Arrays.fill(idOfNode, 0);
        Arrays.fill(recordOfNode, 0);
        fresh.clear();
        long length = writeAll(next, known, kept);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        bytes = new byte[0];
        valid = (int) length;
        outputs = kept.size();
        records = outputs;
        rewrite = false;
        startOver = false;
    }

    private long writeAll(Path next, int[] known, Map<Integer, Fresh> kept) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(next.toFile(), "rw")) {
            ByteSink sink = headerSink();
            for (int node : known) {
                Fresh entry = kept.get(node);
                if (entry != null) {
                    appendPath(sink, node);
                    for (int input : entry.inputs) {
                        appendPath(sink, input);
                    }
                    appendRecord(sink, node, entry.mtime, entry.inputs);
                    fresh.put(node, entry);
                }
                if (sink.length() > 1 << 16) {
                    write(out, sink);
                    sink.clear();
                }
            }
            write(out, sink);
            return out.getFilePointer();
        }
    }

    private static ByteSink headerSink() {
        ByteSink sink = new ByteSink(1 << 10);
        sink.put(HEADER, 0, HEADER.length);
        return sink;
    }

    // After a failure the numbers in memory and those in the file are not the same; the next run reads what is there.
    private void write(RandomAccessFile out, ByteSink sink) throws IOException {
        try {
            out.write(sink.array(), 0, sink.length());
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        RandomAccessFile out = open;
        open = null;
        if (out != null) {
            valid = (int) out.getFilePointer();
            out.close();
        }
    }
}
