package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import java.util.Arrays;

/**
 * Heddle's compact framing, version {@value #VERSION}: the form of the journal. Specified in {@code docs/hlog.md}, of
 * which this is the summary.
 *
 * <pre>
 * stream     = head frame*
 * head       = 89 'H' 'L' 'F' '1' 0D 0A 1A, mark (8 random bytes), varint version, varint tick in microseconds
 * 80-EF      DATA, source and channel of the DATA before, length tag - 7F (1-112)
 * F0-FF b    DATA, source and channel of the DATA before, length 113 + (low 4 bits of tag &lt;&lt; 8 | b)
 * 10-17      DATA, channel tag - 10, varint source, varint length
 * 20         TASK, varint source, varint length, body
 * 28         SESSION, varint milliseconds since 1970
 * 30         END, varint source, varint length, body
 * 38         NOTE, varint source, varint length, body (varint kind, varint value)
 * 40         TIME, varint ticks since the last TIME
 * 50         EVENT, varint length, one JSON object
 * 7F         CHECKPOINT, mark, varint length, body (varint own offset, varint ticks, varint next source), CRC-32C
 * </pre>
 *
 * <p>A checkpoint's checksum covers every byte since the end of the checkpoint before it (or the head) up to itself. After a
 * checkpoint nothing refers to what stood before it, so that a reader can begin at any checkpoint. A reader that lost its
 * place looks for {@code 7F} and the mark, and takes it for a checkpoint only if the offset written in it is where it was
 * found; a payload cannot know both.
 *
 * <p><b>Limits.</b> Checked before memory is taken: {@link #MAX_DATA}, {@link #MAX_BODY}, {@link #MAX_INTERVAL}.
 */
public final class CompactFormat {

    /** The version this class reads and writes. */
    public static final int VERSION = 1;
    /** Longest payload of a DATA frame in bytes; a reader need never hold more than one. */
    public static final int MAX_DATA = 64 * 1024;
    /** Longest body of a TASK or END frame in bytes. */
    public static final int MAX_BODY = 64 * 1024;
    /** Most bytes from one checkpoint to the end of the next. */
    public static final int MAX_INTERVAL = 256 * 1024;
    /** Longest name of a task or component in bytes of UTF-8. */
    public static final int MAX_NAME = 4096;
    /** Longest description of a task in bytes of UTF-8; a longer one is cut. */
    public static final int MAX_DESCRIPTION = 16 * 1024;
    /** Longest EVENT in bytes. */
    public static final int MAX_EVENT = 32 * 1024;
    /** Longest summary of how a job ended, in bytes. */
    public static final int MAX_SUMMARY = 1024;
    /** Length of the head that {@link CompactEncoder} writes, in bytes. */
    public static final int HEAD_LENGTH = 19;

    static final int MARK_LENGTH = 8;
    static final int TICK_MICROS = 1000;
    static final int SAME_SHORT = 0x80;
    static final int SAME_LONG = 0xF0;
    static final int LONGEST_SHORT = SAME_LONG - SAME_SHORT;
    static final int LONGEST_SAME = LONGEST_SHORT + 0x1000;
    static final int DATA = 0x10;
    static final int TASK = 0x20;
    static final int SESSION = 0x28;
    static final int END = 0x30;
    static final int NOTE = 0x38;
    static final int TIME = 0x40;
    static final int EVENT = 0x50;
    static final int CHECKPOINT = 0x7F;
    static final int FLAG_COMPONENT = 1;
    static final int FLAG_LIVE = 2;
    static final int FLAG_DESCRIPTION = 4;

    private static final byte[] MAGIC = {(byte) 0x89, 'H', 'L', 'F', '1', '\r', '\n', 0x1A};

    private CompactFormat() {}

    /** The number that stands for a channel. */
    @SuppressWarnings("EnumOrdinal") // the order of the channels is fixed for this very use
    public static int code(Channel channel) {
        return channel.ordinal();
    }

    /** The number that stands for how a job ended. */
    @SuppressWarnings("EnumOrdinal") // the order of the kinds is fixed for this very use
    static int code(JobEnding.Kind kind) {
        return kind.ordinal();
    }

    /** The number that stands for a note. */
    @SuppressWarnings("EnumOrdinal") // the order of the notes is fixed for this very use
    static int code(SourceNote note) {
        return note.ordinal();
    }

    static byte[] magic() {
        return MAGIC.clone();
    }

    /** Whether the bytes begin as a stream of this format does, whatever its version. */
    public static boolean isHead(byte[] bytes, int length) {
        return length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
