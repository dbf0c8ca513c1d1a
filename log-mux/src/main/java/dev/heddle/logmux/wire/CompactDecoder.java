package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import java.util.Arrays;
import java.util.Objects;
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

    private final FrameVisitor visitor;
    private final CRC32C crc = new CRC32C();
    private byte @Nullable [] mark;
    private long tickNanos;
    private long intervalStart;
    private long ticks;
    private int lastSource = -1;
    private int lastChannel;
    private boolean cut;
    private final FrameBytes in = new FrameBytes();
    private final BodyDecoder bodies;

    /** Expects the head of a stream. */
    public CompactDecoder(FrameVisitor visitor) {
        this.visitor = visitor;
        this.bodies = new BodyDecoder(in, visitor);
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
        return in.offset;
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
        CompactEncoder encoder = new CompactEncoder(known, tickNanos, in.offset, ticks);
        encoder.cover(array, to - (int) (in.offset - intervalStart), to);
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
        in.offset = checkpoint.end();
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
        in.bytes = array;
        in.at = from;
        in.end = to;
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
        return mark != null && in.offset == intervalStart;
    }

    /** The place where the decoder stands, to {@link #resume} there; it must be {@linkplain #isAtInterval at an interval}. */
    public Checkpoint place() {
        if (!isAtInterval()) {
            throw new IllegalStateException("not behind a checkpoint, but at byte " + in.offset);
        }
        return new Checkpoint(in.offset, in.offset, ticks, 0);
    }

    private int decode(byte[] array, int from, int to, boolean interval) throws WireFormatException {
        in.bytes = array;
        in.end = to;
        int done = from;
        while (done < to) {
            in.at = done;
            boolean whole = mark == null ? head() : frame(done);
            if (!whole) {
                break;
            }
            if (!isAtInterval()) {
                crc.update(array, done, in.at - done);
            }
            done = in.at;
            if (interval && isAtInterval()) {
                break;
            }
            if (in.offset - intervalStart > CompactFormat.MAX_INTERVAL) {
                throw in.error("no checkpoint within " + CompactFormat.MAX_INTERVAL + " bytes");
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
        FrameBytes reader = new FrameBytes();
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
        intervalStart = in.offset;
        lastSource = -1;
        bodies.beginInterval();
    }

    private boolean head() throws WireFormatException {
        byte[] magic = CompactFormat.magic();
        int length = Math.min(magic.length, in.end - in.at);
        int wrong = Arrays.mismatch(in.bytes, in.at, in.at + length, magic, 0, length);
        if (wrong >= 0) {
            throw new WireFormatException(in.offset + wrong, "this is not a Heddle journal");
        }
        in.at += length;
        if (in.end - in.at < CompactFormat.MARK_LENGTH) {
            return false;
        }
        byte[] found = Arrays.copyOfRange(in.bytes, in.at, in.at + CompactFormat.MARK_LENGTH);
        int start = in.at - magic.length;
        in.at += CompactFormat.MARK_LENGTH;
        long version = in.varint();
        long micros = version < 0 ? -1 : in.varint();
        if (version > CompactFormat.VERSION || version == 0) {
            throw in.error("journal of version " + version + "; this program reads version " + CompactFormat.VERSION);
        }
        if (micros > 1_000_000 || micros == 0) {
            throw in.error("a tick of " + micros + " microseconds is not between 1 and 1000000");
        }
        if (micros < 0) {
            return false;
        }
        mark = found;
        tickNanos = micros * 1000;
        in.offset += in.at - start;
        beginInterval();
        return true;
    }

    private boolean frame(int start) throws WireFormatException {
        int tag = in.bytes[in.at++] & 0xFF;
        boolean whole;
        if (tag >= CompactFormat.SAME_SHORT) {
            whole = same(tag, start);
        } else if (isData(tag)) {
            whole = data(tag - CompactFormat.DATA, start);
        } else {
            whole = switch (tag) {
                case CompactFormat.TASK -> bodies.task();
                case CompactFormat.SESSION -> bodies.session();
                case CompactFormat.END -> bodies.end();
                case CompactFormat.NOTE -> bodies.note();
                case CompactFormat.TIME -> time();
                case CompactFormat.EVENT -> bodies.event();
                case CompactFormat.CHECKPOINT -> checkpoint(start);
                default -> throw in.error("no frame begins with " + Integer.toHexString(tag));
            };
        }
        if (whole && tag != CompactFormat.CHECKPOINT) {
            in.offset += in.at - start;
        }
        return whole;
    }

    private boolean same(int tag, int start) throws WireFormatException {
        if (lastSource < 0) {
            throw in.error("data of the same source as before, but there is none before");
        }
        int length = tag - CompactFormat.SAME_SHORT + 1;
        if (tag >= CompactFormat.SAME_LONG) {
            if (in.at == in.end) {
                return false;
            }
            length = CompactFormat.LONGEST_SHORT + 1 + (((tag & 15) << 8) | (in.bytes[in.at++] & 0xFF));
        }
        return deliver(length, start);
    }

    private boolean data(int channel, int start) throws WireFormatException {
        long source = in.varint();
        long length = source < 0 ? -1 : in.varint();
        if (length < 0) {
            return false;
        }
        if (length == 0 || length > CompactFormat.MAX_DATA) {
            throw in.error("a payload of " + length + " bytes is not between 1 and " + CompactFormat.MAX_DATA);
        }
        if (in.end - in.at < length && !cut) {
            return false;
        }
        lastSource = in.sourceNumber(source);
        lastChannel = channel;
        return deliver((int) length, start);
    }

    private boolean deliver(int length, int start) {
        int here = Math.min(length, in.end - in.at);
        boolean whole = here == length;
        if (whole || (cut && here > 0)) {
            visitor.data(
                    lastSource, CHANNELS[lastChannel], in.offset + in.at - start, new Slice(in.bytes, in.at, here));
            in.at += here;
        }
        return whole;
    }

    private boolean time() throws WireFormatException {
        long passed = in.varint();
        if (passed < 0) {
            return false;
        }
        if (passed > Long.MAX_VALUE / tickNanos - ticks) {
            throw in.error("a time of " + passed + " ticks is out of range");
        }
        ticks += passed;
        visitor.time(nanos());
        return true;
    }

    private boolean checkpoint(int start) throws WireFormatException {
        int markEnd = in.at + CompactFormat.MARK_LENGTH;
        int seen = Math.min(markEnd, in.end) - in.at;
        byte[] known = Objects.requireNonNull(mark);
        if (!Arrays.equals(in.bytes, in.at, in.at + seen, known, 0, seen)) {
            throw in.error("a checkpoint without the mark of this journal");
        }
        if (in.end <= markEnd) {
            return false;
        }
        in.at = markEnd;
        long length = in.varint();
        long own = length < 0 ? -1 : in.varint();
        long time = own < 0 ? -1 : in.varint();
        long next = time < 0 ? -1 : in.varint();
        if (next < 0 || in.end - in.at < 4) {
            return false;
        }
        if (own != in.offset || next > Integer.MAX_VALUE || time < ticks) {
            throw in.error("a checkpoint that belongs elsewhere: it names byte " + own);
        }
        crc.update(in.bytes, start, in.at - start);
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum |= (in.bytes[in.at++] & 0xFF) << shift;
        }
        if (sum != (int) crc.getValue()) {
            throw in.error("the checksum of the bytes from " + intervalStart + " is wrong");
        }
        crc.reset();
        long where = in.offset;
        in.offset += in.at - start;
        ticks = time;
        beginInterval();
        visitor.checkpoint(where, (int) next);
        return true;
    }
}
