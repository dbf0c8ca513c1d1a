package dev.heddle.logmux.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a {@linkplain GuixTraces Guix stream}, bare or as the NEXT frames of the worker protocol.
 *
 * <p>What one builder prints within {@link #DELAY_NANOS} becomes one fragment, because the cost of the form is one of
 * fragments, not of bytes: a head of about 20 bytes, and about as much for a frame. A trace and the daemon's own text come
 * behind everything that was given before them. If the daemon's text ended in the middle of a line, the line is ended before
 * a trace or a fragment, which a client would take for text otherwise. A fragment ends inside a character only if the rest of
 * it did not come in time.
 *
 * <p><b>Time</b> is an argument, in nanoseconds from any fixed point; {@link #deadline} tells when {@link #timer} is due.
 *
 * <p><b>Memory.</b> At most {@link #MAX_HELD} bytes wait in all, and {@link #MAX_FRAGMENT} of one builder.
 *
 * <p><b>Failure.</b> What the stream throws is thrown, and the writer is of no use afterwards. {@link #close} writes what
 * waits and closes the stream.
 *
 * <p>Not safe for several threads.
 */
public final class GuixWriter implements Closeable {

    /** For how long what a builder prints may wait for more, in nanoseconds. */
    public static final long DELAY_NANOS = 20_000_000;
    /** Longest fragment in bytes. */
    public static final int MAX_FRAGMENT = 32 * 1024;
    /** Most bytes that wait in all. */
    public static final int MAX_HELD = 1024 * 1024;

    /** No deadline. */
    private static final long NEVER = Long.MAX_VALUE;

    private final OutputStream out;
    private final GuixTraces.Framing framing;
    private final GuixTraces.Keyword keyword;
    /** What waits, the oldest first. */
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();

    private int held;
    private boolean midLine;

    /** Some bytes of one builder; {@code due} is when they go. */
    private static final class Waiting {
        private byte[] bytes = new byte[256];
        private int length;
        private long due;

        Waiting(long due) {
            this.due = due;
        }

        void add(byte[] from, int at, int count) {
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.min(MAX_FRAGMENT, bytes.length * 2)));
            }
            System.arraycopy(from, at, bytes, length, count);
            length += count;
        }
    }

    /** Writes to a stream, which should be a buffered one. */
    public GuixWriter(OutputStream out, GuixTraces.Framing framing, GuixTraces.Keyword keyword) {
        this.out = out;
        this.framing = framing;
        this.keyword = keyword;
    }

    /** Writes a trace, behind all that was given before. */
    public void trace(GuixTrace trace) throws IOException {
        if (trace instanceof GuixTrace.BuildLog) {
            throw new IllegalArgumentException("the head of a fragment goes with its bytes: use builderText");
        }
        byte[] line = (trace.line() + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > GuixTraces.MAX_LINE) {
            throw new IllegalArgumentException(
                    "a trace has at most " + GuixTraces.MAX_LINE + " bytes, not " + line.length);
        }
        writeHeld();
        endLine();
        put(line, new byte[0], 0, 0);
    }

    /** Writes words of the daemon itself, behind all that was given before. A line may come in several pieces. */
    public void daemonText(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        writeHeld();
        for (int at = from; at < from + length; at += GuixTraces.MAX_FRAME) {
            put(new byte[0], bytes, at, Math.min(GuixTraces.MAX_FRAME, from + length - at));
        }
        midLine = bytes[from + length - 1] != '\n';
    }

    /** Takes what a builder printed; it is written by {@link #deadline} at the latest. */
    public void builderText(long pid, byte[] bytes, int from, int length, long nowNanos) throws IOException {
        timer(nowNanos);
        for (int at = from, end = from + length; at < end; ) {
            Waiting own = waiting.computeIfAbsent(pid, key -> new Waiting(nowNanos + DELAY_NANOS));
            int count = Math.min(MAX_FRAGMENT - own.length, end - at);
            own.add(bytes, at, count);
            held += count;
            at += count;
            if (own.length == MAX_FRAGMENT) {
                waiting.remove(pid);
                keepCharacter(pid, own, nowNanos);
            }
        }
        if (held > MAX_HELD) {
            writeHeld();
        }
    }

    /** When {@link #timer} is to be called, or {@code Long.MAX_VALUE}. */
    public long deadline() {
        return waiting.isEmpty() ? NEVER : waiting.values().iterator().next().due;
    }

    /** Writes what is due. */
    public void timer(long nowNanos) throws IOException {
        while (deadline() <= nowNanos) {
            Map.Entry<Long, Waiting> first = waiting.entrySet().iterator().next();
            waiting.remove(first.getKey());
            keepCharacter(first.getKey(), first.getValue(), nowNanos);
        }
    }

    /** Writes all that waits and flushes the stream. */
    public void flush() throws IOException {
        writeHeld();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            writeHeld();
        }
    }

    private void writeHeld() throws IOException {
        for (Iterator<Map.Entry<Long, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Long, Waiting> one = all.next();
            all.remove();
            fragment(one.getKey(), one.getValue().bytes, one.getValue().length);
        }
        held = 0;
    }

    // Writes it but for a character at its end that is not complete; a client decodes each fragment for itself.
    private void keepCharacter(long pid, Waiting own, long now) throws IOException {
        int whole = own.length - incomplete(own.bytes, own.length);
        if (whole == 0) {
            whole = own.length;
        }
        fragment(pid, own.bytes, whole);
        held -= whole;
        if (whole < own.length) {
            Waiting rest = new Waiting(now + DELAY_NANOS);
            rest.add(own.bytes, whole, own.length - whole);
            waiting.put(pid, rest);
        }
    }

    /** How many bytes at the end are the beginning of a character of UTF-8. */
    private static int incomplete(byte[] bytes, int length) {
        for (int back = 1; back <= Math.min(3, length); back++) {
            int b = bytes[length - back] & 0xFF;
            if (b >= 0xC0) {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return back < needed ? back : 0;
            }
            if (b < 0x80) {
                return 0;
            }
        }
        return 0;
    }

    private void fragment(long pid, byte[] bytes, int length) throws IOException {
        endLine();
        String head = "@ " + keyword.text() + " " + pid + " " + length + "\n";
        put(head.getBytes(StandardCharsets.US_ASCII), bytes, 0, length);
    }

    private void endLine() throws IOException {
        if (midLine) {
            put(new byte[] {'\n'}, new byte[0], 0, 0);
            midLine = false;
        }
    }

    private void put(byte[] head, byte[] bytes, int from, int length) throws IOException {
        int sum = head.length + length;
        if (framing == GuixTraces.Framing.WORKER) {
            word(GuixTraces.NEXT);
            word(sum);
        }
        out.write(head);
        out.write(bytes, from, length);
        if (framing == GuixTraces.Framing.WORKER) {
            out.write(new byte[-sum & (GuixTraces.WORD - 1)]);
        }
    }

    private void word(long value) throws IOException {
        byte[] bytes = new byte[GuixTraces.WORD];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >> (8 * i));
        }
        out.write(bytes);
    }
}
