package dev.heddle.store.nar;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Passes content on with hash parts exchanged for others of the same length, wherever they stand: for outputs that were made
 * at another path than their own. What is compressed or encoded is not found.
 *
 * <p>Holds back the last 31 bytes until {@link #finish}. Used by one thread at a time; does not close what it writes to.
 */
public final class HashRewriter extends OutputStream {

    private static final int BUFFER_BYTES = 1 << 16;
    /** What a hash part becomes where a tree is hashed that names itself. */
    private static final byte[] BLANK = new byte[HashParts.LENGTH];

    private final OutputStream out;
    private final HashParts parts;
    private final List<byte[]> replacements;
    private final LongConsumer matches;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** Bytes in the buffer, and the first of them that may still begin a hash part. */
    private int used;

    private int searched;
    /** Bytes that have left the buffer. */
    private long passed;

    private HashRewriter(OutputStream out, SortedMap<String, byte[]> rewrites, LongConsumer matches) {
        this.out = out;
        this.parts = new HashParts(rewrites.keySet());
        this.replacements = List.copyOf(rewrites.values());
        this.matches = matches;
    }

    /**
     * Exchanges each key for its value.
     *
     * @throws IllegalArgumentException if one of them is no hash part of a store path
     */
    public static HashRewriter of(SortedMap<String, String> rewrites, OutputStream out) {
        new HashParts(rewrites.values());
        SortedMap<String, byte[]> bytes = new TreeMap<>();
        rewrites.forEach((from, to) -> bytes.put(from, to.getBytes(StandardCharsets.ISO_8859_1)));
        return new HashRewriter(out, bytes, at -> {});
    }

    /** Blanks {@code hashPart} with zero bytes and tells where each stood: how a tree is hashed that names itself. */
    static HashRewriter blanking(String hashPart, OutputStream out, LongConsumer matches) {
        return new HashRewriter(out, new TreeMap<>(Map.of(hashPart, BLANK)), matches);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, buffer.length - used);
            System.arraycopy(bytes, from + done, buffer, used, count);
            used += count;
            done += count;
            searched = parts.find(buffer, searched, used, true, this::replace);
            if (used == buffer.length) {
                pass(Math.min(searched, used));
            }
        }
    }

    private void replace(int at, int part) {
        System.arraycopy(replacements.get(part), 0, buffer, at, HashParts.LENGTH);
        matches.accept(passed + at);
    }

    private void pass(int count) throws IOException {
        out.write(buffer, 0, count);
        System.arraycopy(buffer, count, buffer, 0, used - count);
        used -= count;
        searched -= count;
        passed += count;
    }

    /** Passes on what was held back: the content has ended. Flushes. */
    public void finish() throws IOException {
        pass(used);
        out.flush();
    }
}
