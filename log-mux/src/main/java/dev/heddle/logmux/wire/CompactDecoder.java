package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@linkplain CompactFormat compact framing} as its bytes come, cut anywhere.
 *
 * <p>{@link #decode} takes whole frames and leaves the rest to the caller, who gives it again with more behind it: at most
 * {@link CompactFormat#MAX_DATA} bytes and a header. A frame is handed to the visitor before its checksum is known; who
 * must know first holds back one interval, as the journal's reader does.
 *
 * <p>Not safe for several threads. After an exception the decoder is of no use, but for {@link #resume}.
 */
public final class CompactDecoder {

    private static final Channel[] CHANNELS = Channel.values();
    private static final JobEnding.Kind[] KINDS = JobEnding.Kind.values();
    private static final SourceNote[] NOTES = SourceNote.values();

    private final FrameVisitor visitor;
    private final CRC32C crc = new CRC32C();
    private byte @Nullable [] mark;
    private long tickNanos;
    private long offset;
    private long intervalStart;
    private long ticks;
    private int lastSource = -1;
    private int lastChannel;
    private byte[][] lastStrings = new byte[4][0];

    // The frame that is being read: where it is in the caller's array.
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean cut;

    /** Expects the head of a stream. */
    public CompactDecoder(FrameVisitor visitor) {
        this.visitor = visitor;
    }

    /** A decoder for the same stream that has seen its head and is to {@link #resume} at a checkpoint. */
    public CompactDecoder sibling(FrameVisitor other) {
        CompactDecoder decoder = new CompactDecoder(other);
        decoder.mark = mark;
        decoder.tickNanos = tickNanos;
        return decoder;
    }

    /** Offset in the stream of the next frame. */
    public long offset() {
        return offset;
    }

    /** Time of the next frame in nanoseconds since the stream began. */
    public long nanos() {
        return ticks * tickNanos;
    }

    /** Length of a tick in nanoseconds; 0 as long as the head was not read. */
    public long tickNanos() {
        return tickNanos;
    }

    /**
     * An encoder that goes on where this decoder stands, which must be the end of the stream. Its first frame must be a
     * checkpoint.
     *
     * @param array holds the bytes since the last checkpoint
     * @param to index behind the last of them
     * @throws IllegalStateException if the head was not read
     */
    public CompactEncoder encoder(byte[] array, int to) {
        byte[] known = mark;
        if (known == null) {
            throw new IllegalStateException("the head of the stream was not read yet");
        }
        CompactEncoder encoder = new CompactEncoder(known, tickNanos, offset, ticks);
        encoder.cover(array, to - (int) (offset - intervalStart), to);
        return encoder;
    }

    /** The mark in the head, or null as long as the head was not read. */
    public byte @Nullable [] mark() {
        byte[] known = mark;
        return known == null ? null : known.clone();
    }

    /**
     * Goes on behind a checkpoint.
     *
     * @param checkpoint a checkpoint that {@link #findCheckpoint} found
     */
    public void resume(Checkpoint checkpoint) {
        offset = checkpoint.end();
        ticks = checkpoint.ticks();
        beginInterval();
        crc.reset();
    }

    /**
     * Takes all whole frames from {@code from} to {@code to}.
     *
     * @return index behind the last whole frame
     * @throws WireFormatException if there is something that is not a frame
     */
    public int decode(byte[] array, int from, int to) throws WireFormatException {
        return decode(array, from, to, false);
    }

    /**
     * Takes whole frames until the head or a checkpoint was taken, which {@link #isAtInterval} then tells, or as
     * {@link #decode}.
     *
     * @return index behind the last whole frame
     * @throws WireFormatException if there is something that is not a frame
     */
    public int decodeInterval(byte[] array, int from, int to) throws WireFormatException {
        return decode(array, from, to, true);
    }

    /**
     * Hands on what is there of a DATA frame that the stream ends inside of, if a byte of its payload is. The decoder stays where
     * it is, so the frame can be read again when more of it is there.
     *
     * @param from index of the frame's first byte, where {@link #decode} ended
     * @param to index behind the last byte of the stream
     * @throws WireFormatException if there is something that is not a frame
     */
    public void decodeCut(byte[] array, int from, int to) throws WireFormatException {
        int tag = from < to ? array[from] & 0xFF : 0;
        if (mark == null || !(tag >= CompactFormat.SAME_SHORT || isData(tag))) {
            return;
        }
        bytes = array;
        at = from;
        end = to;
        cut = true;
        try {
            frame(from);
        } finally {
            cut = false;
        }
    }

    private static boolean isData(int tag) {
        return tag >= CompactFormat.DATA && tag < CompactFormat.DATA + CHANNELS.length;
    }

    /** Whether the decoder stands right behind the head or a checkpoint. */
    public boolean isAtInterval() {
        return mark != null && offset == intervalStart;
    }

    /** The place where the decoder stands, to {@link #resume} there; it must be {@linkplain #isAtInterval at an interval}. */
    public Checkpoint place() {
        if (!isAtInterval()) {
            throw new IllegalStateException("not behind a checkpoint, but at byte " + offset);
        }
        return new Checkpoint(offset, offset, ticks, 0);
    }

    private int decode(byte[] array, int from, int to, boolean interval) throws WireFormatException {
        bytes = array;
        end = to;
        int done = from;
        while (done < to) {
            at = done;
            boolean whole = mark == null ? head() : frame(done);
            if (!whole) {
                break;
            }
            if (!isAtInterval()) {
                crc.update(array, done, at - done);
            }
            done = at;
            if (interval && isAtInterval()) {
                break;
            }
            if (offset - intervalStart > CompactFormat.MAX_INTERVAL) {
                throw error("no checkpoint within " + CompactFormat.MAX_INTERVAL + " bytes");
            }
        }
        return done;
    }

    /**
     * A checkpoint found by its mark. Its checksum is not looked at.
     *
     * @param start offset of its first byte
     * @param end offset behind its last byte
     * @param ticks time in ticks
     * @param nextSource number of the next source
     */
    public record Checkpoint(long start, long end, long ticks, int nextSource) {}

    /**
     * Looks for a checkpoint of this stream whose own offset is right.
     *
     * @param array bytes of the stream
     * @param from index to look from
     * @param to index to look before
     * @param streamOffset offset in the stream of index 0
     */
    public @Nullable Checkpoint findCheckpoint(byte[] array, int from, int to, long streamOffset) {
        for (int i = from; i < to; i++) {
            if (array[i] == CompactFormat.CHECKPOINT) {
                Checkpoint found = checkpointAt(array, i, to, streamOffset + i);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable Checkpoint checkpointAt(byte[] array, int index, int to, long own) {
        byte[] known = mark;
        int body = index + 1 + CompactFormat.MARK_LENGTH;
        if (known == null || body >= to || !Arrays.equals(array, index + 1, body, known, 0, known.length)) {
            return null;
        }
        CompactDecoder reader = sibling(visitor);
        reader.bytes = array;
        reader.at = body;
        reader.end = to;
        try {
            long length = reader.varint();
            long written = length < 0 ? -1 : reader.varint();
            long time = written < 0 ? -1 : reader.varint();
            long next = time < 0 ? -1 : reader.varint();
            boolean right = next >= 0 && next <= Integer.MAX_VALUE && written == own && reader.at + 4 <= to;
            return right ? new Checkpoint(own, own + reader.at + 4 - index, time, (int) next) : null;
        } catch (WireFormatException e) {
            return null;
        }
    }

    private void beginInterval() {
        intervalStart = offset;
        lastSource = -1;
        lastStrings = new byte[4][0];
    }

    private boolean head() throws WireFormatException {
        byte[] magic = CompactFormat.magic();
        int length = Math.min(magic.length, end - at);
        int wrong = Arrays.mismatch(bytes, at, at + length, magic, 0, length);
        if (wrong >= 0) {
            throw new WireFormatException(offset + wrong, "this is not a Heddle journal");
        }
        at += length;
        if (end - at < CompactFormat.MARK_LENGTH) {
            return false;
        }
        byte[] found = Arrays.copyOfRange(bytes, at, at + CompactFormat.MARK_LENGTH);
        int start = at - magic.length;
        at += CompactFormat.MARK_LENGTH;
        long version = varint();
        long micros = version < 0 ? -1 : varint();
        if (version > CompactFormat.VERSION || version == 0) {
            throw error("journal of version " + version + "; this program reads version " + CompactFormat.VERSION);
        }
        if (micros > 1_000_000 || micros == 0) {
            throw error("a tick of " + micros + " microseconds is not between 1 and 1000000");
        }
        if (micros < 0) {
            return false;
        }
        mark = found;
        tickNanos = micros * 1000;
        offset += at - start;
        beginInterval();
        return true;
    }

    private boolean frame(int start) throws WireFormatException {
        int tag = bytes[at++] & 0xFF;
        boolean whole;
        if (tag >= CompactFormat.SAME_SHORT) {
            whole = same(tag, start);
        } else if (isData(tag)) {
            whole = data(tag - CompactFormat.DATA, start);
        } else {
            whole = switch (tag) {
                case CompactFormat.TASK -> task();
                case CompactFormat.SESSION -> session();
                case CompactFormat.END -> end();
                case CompactFormat.NOTE -> note();
                case CompactFormat.TIME -> time();
                case CompactFormat.EVENT -> event();
                case CompactFormat.CHECKPOINT -> checkpoint(start);
                default -> throw error("no frame begins with " + Integer.toHexString(tag));
            };
        }
        if (whole && tag != CompactFormat.CHECKPOINT) {
            offset += at - start;
        }
        return whole;
    }

    private boolean same(int tag, int start) throws WireFormatException {
        if (lastSource < 0) {
            throw error("data of the same source as before, but there is none before");
        }
        int length = tag - CompactFormat.SAME_SHORT + 1;
        if (tag >= CompactFormat.SAME_LONG) {
            if (at == end) {
                return false;
            }
            length = CompactFormat.LONGEST_SHORT + 1 + (((tag & 15) << 8) | (bytes[at++] & 0xFF));
        }
        return deliver(length, start);
    }

    private boolean data(int channel, int start) throws WireFormatException {
        long source = varint();
        long length = source < 0 ? -1 : varint();
        if (length < 0) {
            return false;
        }
        if (length == 0 || length > CompactFormat.MAX_DATA) {
            throw error("a payload of " + length + " bytes is not between 1 and " + CompactFormat.MAX_DATA);
        }
        if (end - at < length && !cut) {
            return false;
        }
        lastSource = sourceNumber(source);
        lastChannel = channel;
        return deliver((int) length, start);
    }

    private boolean deliver(int length, int start) {
        int here = Math.min(length, end - at);
        boolean whole = here == length;
        if (whole || (cut && here > 0)) {
            visitor.data(lastSource, CHANNELS[lastChannel], offset + at - start, new Slice(bytes, at, here));
            at += here;
        }
        return whole;
    }

    private boolean session() throws WireFormatException {
        long millis = varint();
        if (millis >= 0) {
            visitor.session(millis);
        }
        return millis >= 0;
    }

    private boolean time() throws WireFormatException {
        long passed = varint();
        if (passed < 0) {
            return false;
        }
        if (passed > Long.MAX_VALUE / tickNanos - ticks) {
            throw error("a time of " + passed + " ticks is out of range");
        }
        ticks += passed;
        visitor.time(nanos());
        return true;
    }

    private boolean event() throws WireFormatException {
        long length = varint();
        if (length == 0 || length > CompactFormat.MAX_EVENT) {
            throw error("an event of " + length + " bytes is not between 1 and " + CompactFormat.MAX_EVENT);
        }
        if (length < 0 || end - at < length) {
            return false;
        }
        visitor.event(new Slice(bytes, at, (int) length));
        at += (int) length;
        return true;
    }

    private boolean task() throws WireFormatException {
        long source = varint();
        int body = source < 0 ? -1 : body();
        if (body < 0) {
            return false;
        }
        int bodyEnd = body;
        int limit = end;
        end = bodyEnd;
        int flags = bytes[at++];
        long job = need(varint());
        long attempt = need(varint());
        if ((flags & ~7) != 0 || attempt > Integer.MAX_VALUE || source == 0) {
            throw error("a task with unknown flags or numbers");
        }
        String name = string(0, CompactFormat.MAX_NAME);
        String host = string(1, CompactFormat.MAX_NAME);
        String component = (flags & CompactFormat.FLAG_COMPONENT) == 0 ? null : string(2, CompactFormat.MAX_NAME);
        String description =
                (flags & CompactFormat.FLAG_DESCRIPTION) == 0 ? name : string(3, CompactFormat.MAX_DESCRIPTION);
        closeBody(bodyEnd, limit);
        JobInfo info = new JobInfo(job >>> 1 ^ -(job & 1), name, component, description, host, (int) attempt);
        visitor.task(sourceNumber(source), info, (flags & CompactFormat.FLAG_LIVE) != 0);
        return true;
    }

    private boolean end() throws WireFormatException {
        long source = varint();
        int body = source < 0 ? -1 : body();
        if (body < 0) {
            return false;
        }
        int limit = end;
        end = body;
        int kind = bytes[at++];
        if (kind < 0 || kind >> 1 >= KINDS.length) {
            throw error("an end of unknown kind " + kind);
        }
        OptionalInt code = OptionalInt.empty();
        if ((kind & 1) != 0) {
            long zigzag = need(varint());
            code = OptionalInt.of((int) (zigzag >>> 1 ^ -(zigzag & 1)));
        }
        long size = need(varint());
        if (size > CompactFormat.MAX_SUMMARY || size > end - at) {
            throw error("a summary of " + size + " bytes does not fit");
        }
        String summary = new String(bytes, at, (int) size, StandardCharsets.UTF_8);
        at += (int) size;
        need(end - at - 1L);
        int channels = bytes[at++];
        long[] totals = new long[CHANNELS.length];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = (channels >> i & 1) == 0 ? 0 : need(varint());
        }
        closeBody(body, limit);
        visitor.end(sourceNumber(source), new JobEnding(KINDS[kind >> 1], code, summary), totals);
        return true;
    }

    // What stands behind the value, and notes of later kinds, is for programs that know it.
    private boolean note() throws WireFormatException {
        long source = varint();
        int body = source < 0 ? -1 : body();
        if (body < 0) {
            return false;
        }
        int limit = end;
        end = body;
        long kind = need(varint());
        long value = need(varint());
        at = body;
        closeBody(body, limit);
        if (kind < NOTES.length) {
            visitor.note(sourceNumber(source), NOTES[(int) kind], value);
        }
        return true;
    }

    private boolean checkpoint(int start) throws WireFormatException {
        int markEnd = at + CompactFormat.MARK_LENGTH;
        int seen = Math.min(markEnd, end) - at;
        byte[] known = java.util.Objects.requireNonNull(mark);
        if (!Arrays.equals(bytes, at, at + seen, known, 0, seen)) {
            throw error("a checkpoint without the mark of this journal");
        }
        if (end <= markEnd) {
            return false;
        }
        at = markEnd;
        long length = varint();
        long own = length < 0 ? -1 : varint();
        long time = own < 0 ? -1 : varint();
        long next = time < 0 ? -1 : varint();
        if (next < 0 || end - at < 4) {
            return false;
        }
        if (own != offset || next > Integer.MAX_VALUE || time < ticks) {
            throw error("a checkpoint that belongs elsewhere: it names byte " + own);
        }
        crc.update(bytes, start, at - start);
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum |= (bytes[at++] & 0xFF) << shift;
        }
        if (sum != (int) crc.getValue()) {
            throw error("the checksum of the bytes from " + intervalStart + " is wrong");
        }
        crc.reset();
        long where = offset;
        offset += at - start;
        ticks = time;
        beginInterval();
        visitor.checkpoint(where, (int) next);
        return true;
    }

    // Index of the end of a body whose length comes next, or -1 if not all of it is here.
    private int body() throws WireFormatException {
        long length = varint();
        if (length > CompactFormat.MAX_BODY || length == 0) {
            throw error("a body of " + length + " bytes is not between 1 and " + CompactFormat.MAX_BODY);
        }
        return length < 0 || end - at < length ? -1 : at + (int) length;
    }

    private void closeBody(int bodyEnd, int limit) throws WireFormatException {
        if (at != bodyEnd) {
            throw error("a body of another length than it says");
        }
        end = limit;
    }

    private String string(int slot, int limit) throws WireFormatException {
        long shared = need(varint());
        long rest = need(varint());
        byte[] before = lastStrings[slot];
        if (shared > before.length || rest > end - at || shared + rest > limit) {
            throw error("a text of " + shared + " + " + rest + " bytes does not fit");
        }
        byte[] text = Arrays.copyOf(before, (int) (shared + rest));
        System.arraycopy(bytes, at, text, (int) shared, (int) rest);
        at += (int) rest;
        lastStrings[slot] = text;
        return new String(text, StandardCharsets.UTF_8);
    }

    private int sourceNumber(long source) throws WireFormatException {
        if (source > Integer.MAX_VALUE) {
            throw error("source number " + source + " is out of range");
        }
        return (int) source;
    }

    private long need(long value) throws WireFormatException {
        if (value < 0) {
            throw error("a body that ends too early");
        }
        return value;
    }

    // The next varint, or -1 if not all of it is here. Only the shortest form is taken, of at most 9 bytes.
    private long varint() throws WireFormatException {
        long value = 0;
        for (int shift = 0, i = at; i < end; i++, shift += 7) {
            int b = bytes[i];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw error("a number that is longer than needed");
                }
                at = i + 1;
                return value;
            }
            if (shift == 56) {
                throw error("a number of more than 63 bits");
            }
        }
        return -1;
    }

    private WireFormatException error(String message) {
        return new WireFormatException(offset, message);
    }
}
