package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes the {@linkplain CompactFormat compact framing} into a buffer of its own, which the caller takes with {@link #take}.
 *
 * <p>Not safe for several threads. The buffer grows with what is put in between two takes; whoever puts more than
 * {@link CompactFormat#MAX_INTERVAL} bytes without a {@link #checkpoint} makes a stream that readers refuse.
 */
public final class CompactEncoder {

    private final byte[] mark;
    private final long tickNanos;
    private final CRC32C crc = new CRC32C();
    private byte[] buffer = new byte[CompactFormat.MAX_DATA + 4096];
    private int length;
    private int checksummed;
    private long base;
    private long intervalStart;
    private long ticks;
    private int lastSource = -1;
    private int lastChannel = -1;
    private byte[][] lastStrings = new byte[4][0];

    /**
     * Begins a stream.
     *
     * @param mark 8 bytes that nobody can guess
     */
    public CompactEncoder(byte[] mark) {
        this(mark, CompactFormat.TICK_MICROS * 1000L, 0, 0);
        raw(CompactFormat.magic());
        raw(mark);
        varint(CompactFormat.VERSION);
        varint(CompactFormat.TICK_MICROS);
        checksummed = length;
        intervalStart = length;
    }

    CompactEncoder(byte[] mark, long tickNanos, long offset, long ticks) {
        if (mark.length != CompactFormat.MARK_LENGTH) {
            throw new IllegalArgumentException("a mark has 8 bytes, not " + mark.length);
        }
        this.mark = mark.clone();
        this.tickNanos = tickNanos;
        this.base = offset;
        this.intervalStart = offset;
        this.ticks = ticks;
    }

    /** The bytes since the last checkpoint, which were written by someone else. */
    void cover(byte[] array, int from, int to) {
        crc.update(array, from, to - from);
        intervalStart -= to - from;
    }

    /** Offset in the stream of the next byte. */
    public long offset() {
        return base + length;
    }

    /** Bytes put since the last checkpoint. */
    public long sinceCheckpoint() {
        return offset() - intervalStart;
    }

    /** The precision of the stream's time, in nanoseconds. */
    public long tickNanos() {
        return tickNanos;
    }

    /** Notes that a writer begins here. */
    public void session(long epochMillis) {
        put(CompactFormat.SESSION);
        varint(epochMillis);
    }

    /** Moves the time forward; a time before the last one changes nothing. */
    public void time(long nanos) {
        long now = nanos / tickNanos;
        if (now > ticks) {
            put(CompactFormat.TIME);
            varint(now - ticks);
            ticks = now;
        }
    }

    /** Announces a source. Names longer than {@link CompactFormat#MAX_NAME} and long descriptions are cut. */
    public void task(int source, JobInfo job, boolean live) {
        boolean described = !job.description().equals(job.task());
        String component = job.component();
        int flags = (component == null ? 0 : CompactFormat.FLAG_COMPONENT)
                | (live ? CompactFormat.FLAG_LIVE : 0)
                | (described ? CompactFormat.FLAG_DESCRIPTION : 0);
        put(CompactFormat.TASK);
        varint(source);
        int at = length;
        put(flags);
        varint((job.job() << 1 ^ job.job() >> 63) & Long.MAX_VALUE);
        varint(Math.max(0, job.attempt()));
        string(0, job.task(), CompactFormat.MAX_NAME);
        string(1, job.host(), CompactFormat.MAX_NAME);
        if (component != null) {
            string(2, component, CompactFormat.MAX_NAME);
        }
        if (described) {
            string(3, job.description(), CompactFormat.MAX_DESCRIPTION);
        }
        insertLength(at);
    }

    /** Begins a DATA frame whose payload must follow with {@link #payload}; gives the offset of the payload. */
    public long data(int source, Channel channel, int size) {
        if (size < 1 || size > CompactFormat.MAX_DATA) {
            throw new IllegalArgumentException(
                    "a DATA frame has 1 to " + CompactFormat.MAX_DATA + " bytes, not " + size);
        }
        if (source == lastSource && CompactFormat.code(channel) == lastChannel && size <= CompactFormat.LONGEST_SAME) {
            if (size <= CompactFormat.LONGEST_SHORT) {
                put(CompactFormat.SAME_SHORT + size - 1);
            } else {
                int rest = size - CompactFormat.LONGEST_SHORT - 1;
                put(CompactFormat.SAME_LONG | rest >> 8);
                put(rest);
            }
        } else {
            put(CompactFormat.DATA + CompactFormat.code(channel));
            varint(source);
            varint(size);
            lastSource = source;
            lastChannel = CompactFormat.code(channel);
        }
        return offset();
    }

    /** Puts some of the payload of the frame begun last. */
    public void payload(byte[] bytes, int from, int count) {
        room(count);
        System.arraycopy(bytes, from, buffer, length, count);
        length += count;
    }

    /** Notes a fact about a source. */
    public void note(int source, SourceNote note, long value) {
        put(CompactFormat.NOTE);
        varint(source);
        int at = length;
        varint(CompactFormat.code(note));
        varint(value);
        insertLength(at);
    }

    /** Notes the end of a source. */
    public void end(int source, JobEnding ending, long[] totals) {
        put(CompactFormat.END);
        varint(source);
        int at = length;
        put(CompactFormat.code(ending.kind()) << 1 | (ending.exitCode().isPresent() ? 1 : 0));
        if (ending.exitCode().isPresent()) {
            int code = ending.exitCode().getAsInt();
            varint(((long) code << 1 ^ code >> 31) & 0xFFFFFFFFL);
        }
        byte[] summary = clip(ending.summary(), CompactFormat.MAX_SUMMARY).getBytes(StandardCharsets.UTF_8);
        varint(summary.length);
        raw(summary);
        int channels = 0;
        for (int i = 0; i < totals.length; i++) {
            channels |= totals[i] == 0 ? 0 : 1 << i;
        }
        put(channels);
        for (long total : totals) {
            if (total != 0) {
                varint(total);
            }
        }
        insertLength(at);
    }

    /**
     * Notes a fact about the build.
     *
     * @param json 1 to {@link CompactFormat#MAX_EVENT} bytes: a JSON object in UTF-8, which is not looked at here
     */
    public void event(byte[] json) {
        if (json.length < 1 || json.length > CompactFormat.MAX_EVENT) {
            throw new IllegalArgumentException(
                    "an EVENT has 1 to " + CompactFormat.MAX_EVENT + " bytes, not " + json.length);
        }
        put(CompactFormat.EVENT);
        varint(json.length);
        raw(json);
    }

    /** Puts a checkpoint; what follows refers to nothing before it. */
    public void checkpoint(int nextSource) {
        long own = offset();
        put(CompactFormat.CHECKPOINT);
        raw(mark);
        int at = length;
        varint(own);
        varint(ticks);
        varint(nextSource);
        insertLength(at);
        crc.update(buffer, checksummed, length - checksummed);
        int sum = (int) crc.getValue();
        for (int shift = 0; shift < 32; shift += 8) {
            put(sum >> shift);
        }
        crc.reset();
        checksummed = length;
        intervalStart = offset();
        lastSource = -1;
        lastChannel = -1;
        lastStrings = new byte[4][0];
    }

    /** Where the bytes put since the last {@link #take} stand, from index 0. */
    public byte[] buffer() {
        return buffer;
    }

    /** Number of bytes put since the last call; they stay in {@link #buffer} until more is put. */
    public int take() {
        crc.update(buffer, checksummed, length - checksummed);
        int taken = length;
        base += taken;
        length = 0;
        checksummed = 0;
        return taken;
    }

    /**
     * Takes note of payload that the caller writes behind what {@link #take} gave, and that is not in {@link #buffer}: all of
     * the payload of the frame begun last.
     */
    public void passed(byte[] bytes, int from, int count) {
        if (length > 0) {
            throw new IllegalStateException(length + " bytes must be taken before payload can pass");
        }
        crc.update(bytes, from, count);
        base += count;
    }

    // Commands of one build share long beginnings, so a string names how much of the one before it repeats.
    private void string(int slot, String text, int limit) {
        byte[] bytes = clip(text, limit).getBytes(StandardCharsets.UTF_8);
        int shared = Arrays.mismatch(bytes, lastStrings[slot]);
        shared = shared < 0 ? bytes.length : shared;
        varint(shared);
        varint(bytes.length - shared);
        payload(bytes, shared, bytes.length - shared);
        lastStrings[slot] = bytes;
    }

    private void insertLength(int at) {
        int size = length - at;
        int width = size < 0x80 ? 1 : size < 0x4000 ? 2 : 3;
        room(width);
        System.arraycopy(buffer, at, buffer, at + width, size);
        length = at;
        varint(size);
        length += size;
    }

    private void varint(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a varint is not negative: " + value);
        }
        long rest = value;
        while (rest >= 0x80) {
            put((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        put((int) rest);
    }

    private void raw(byte[] bytes) {
        payload(bytes, 0, bytes.length);
    }

    private void put(int b) {
        room(1);
        buffer[length++] = (byte) b;
    }

    private void room(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
    }

    /** The text cut to at most {@code limit} bytes of UTF-8, between characters, with a mark where it was cut. */
    private static String clip(String text, int limit) {
        if (text.length() * 3L <= limit) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= limit) {
            return text;
        }
        int end = limit - 3;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "\u2026";
    }
}
