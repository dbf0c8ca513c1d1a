package dev.heddle.logmux.wire;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Reads the frames of the compact framing that are neither output nor time: how sessions and tasks begin, what is noted of a
 * task, how it ends, and events. Knows the texts of the interval so far, which later ones refer to. Part of a {@link CompactDecoder}, which has read the tag.
 *
 * <p>Each method gives false, and tells nobody anything, if not all of the frame is here.
 */
final class BodyDecoder {

    private static final Channel[] CHANNELS = Channel.values();
    private static final JobEnding.Kind[] KINDS = JobEnding.Kind.values();
    private static final SourceNote[] NOTES = SourceNote.values();
    /** A task's name, host, component and description. */
    private static final int TEXTS = 4;

    private final FrameBytes in;
    private final FrameVisitor visitor;
    private byte[][] lastStrings = new byte[TEXTS][0];

    BodyDecoder(FrameBytes in, FrameVisitor visitor) {
        this.in = in;
        this.visitor = visitor;
    }

    /** Nothing refers to what was before. */
    void beginInterval() {
        lastStrings = new byte[TEXTS][0];
    }

    // The source of a frame whose body is entered, or -1 if not all of it is here.
    private long openBody() throws WireFormatException {
        long source = in.varint();
        return source < 0 || !in.openBody() ? -1 : source;
    }

    boolean task() throws WireFormatException {
        long source = openBody();
        if (source < 0) {
            return false;
        }
        int flags = in.bytes[in.at++];
        long job = in.need(in.varint());
        long attempt = in.need(in.varint());
        if ((flags & ~7) != 0 || attempt > Integer.MAX_VALUE || source == 0) {
            throw in.error("a task with unknown flags or numbers");
        }
        String name = string(0, CompactFormat.MAX_NAME);
        String host = string(1, CompactFormat.MAX_NAME);
        String component = (flags & CompactFormat.FLAG_COMPONENT) == 0 ? null : string(2, CompactFormat.MAX_NAME);
        String description =
                (flags & CompactFormat.FLAG_DESCRIPTION) == 0 ? name : string(3, CompactFormat.MAX_DESCRIPTION);
        in.closeBody();
        JobInfo info = new JobInfo(job >>> 1 ^ -(job & 1), name, component, description, host, (int) attempt);
        visitor.task(in.sourceNumber(source), info, (flags & CompactFormat.FLAG_LIVE) != 0);
        return true;
    }

    boolean end() throws WireFormatException {
        long source = openBody();
        if (source < 0) {
            return false;
        }
        int kind = in.bytes[in.at++];
        if (kind < 0 || kind >> 1 >= KINDS.length) {
            throw in.error("an end of unknown kind " + kind);
        }
        OptionalInt code = OptionalInt.empty();
        if ((kind & 1) != 0) {
            long zigzag = in.need(in.varint());
            code = OptionalInt.of((int) (zigzag >>> 1 ^ -(zigzag & 1)));
        }
        long size = in.need(in.varint());
        if (size > CompactFormat.MAX_SUMMARY || size > in.end - in.at) {
            throw in.error("a summary of " + size + " bytes does not fit");
        }
        String summary = new String(in.bytes, in.at, (int) size, StandardCharsets.UTF_8);
        in.at += (int) size;
        in.need(in.end - in.at - 1L);
        int channels = in.bytes[in.at++];
        long[] totals = new long[CHANNELS.length];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = (channels >> i & 1) == 0 ? 0 : in.need(in.varint());
        }
        in.closeBody();
        visitor.end(in.sourceNumber(source), new JobEnding(KINDS[kind >> 1], code, summary), totals);
        return true;
    }

    // What stands behind the value, and notes of later kinds, is for programs that know it.
    boolean note() throws WireFormatException {
        long source = openBody();
        if (source < 0) {
            return false;
        }
        long kind = in.need(in.varint());
        long value = in.need(in.varint());
        in.at = in.end;
        in.closeBody();
        if (kind < NOTES.length) {
            visitor.note(in.sourceNumber(source), NOTES[(int) kind], value);
        }
        return true;
    }

    boolean session() throws WireFormatException {
        long millis = in.varint();
        if (millis >= 0) {
            visitor.session(millis);
        }
        return millis >= 0;
    }

    boolean event() throws WireFormatException {
        long length = in.varint();
        if (length == 0 || length > CompactFormat.MAX_EVENT) {
            throw in.error("an event of " + length + " bytes is not between 1 and " + CompactFormat.MAX_EVENT);
        }
        if (length < 0 || in.end - in.at < length) {
            return false;
        }
        visitor.event(new Slice(in.bytes, in.at, (int) length));
        in.at += (int) length;
        return true;
    }

    private String string(int slot, int limit) throws WireFormatException {
        long shared = in.need(in.varint());
        long rest = in.need(in.varint());
        byte[] before = lastStrings[slot];
        if (shared > before.length || rest > in.end - in.at || shared + rest > limit) {
            throw in.error("a text of " + shared + " + " + rest + " bytes does not fit");
        }
        byte[] text = Arrays.copyOf(before, (int) (shared + rest));
        System.arraycopy(in.bytes, in.at, text, (int) shared, (int) rest);
        in.at += (int) rest;
        lastStrings[slot] = text;
        return new String(text, StandardCharsets.UTF_8);
    }
}
