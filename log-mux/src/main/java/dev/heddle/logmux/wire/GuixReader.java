package dev.heddle.logmux.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@linkplain GuixTraces Guix stream}, bare or inside the worker protocol, in whatever pieces it comes.
 *
 * <p>What a builder printed is never looked at: whatever it looks like, it is its text (but see {@link #trustBuilderTraces}).
 * Bytes are counted before anything is decoded. A head of a fragment whose numbers are not decimal numbers up to 2,147,483,647
 * is the daemon's text, and so is a line that begins like a trace and is longer than {@link GuixTraces#MAX_LINE}.
 *
 * <p><b>Memory.</b> One line of at most {@link GuixTraces#MAX_LINE} bytes, only while it may become a trace, and as much of
 * an error's message; everything else is passed on as it comes.
 *
 * <p><b>Failure.</b> No bytes make it throw; {@link GuixVisitor#damaged} is told of bad ones. In the worker protocol the
 * place is found again at the next word that begins a frame.
 *
 * <p>Not safe for several threads.
 */
public final class GuixReader {

    private static final int BUFFER = 32 * 1024;

    private final GuixVisitor visitor;
    private final GuixText text;
    private GuixTraces.@Nullable Framing framing;
    private @Nullable WorkerFrames frames;
    private final byte[] beginning = new byte[GuixTraces.WORD];
    private int begun;
    private long offset;

    /** Reads a stream that is bare or framed, as its first 8 bytes tell. */
    public GuixReader(GuixVisitor visitor) {
        this.visitor = visitor;
        this.text = new GuixText(visitor);
    }

    /** Reads a stream of the framing told. */
    public GuixReader(GuixVisitor visitor, GuixTraces.Framing framing) {
        this(visitor);
        decide(framing);
    }

    /**
     * Lets builders tell about downloads and about where a build is done, as Guix's client does: a line of a fragment that
     * begins with {@code @ download-} or {@code @ build-remote} is handed on as {@link GuixVisitor#builderTrace} if it is a
     * known trace, and not as text. Any builder can then forge these.
     */
    public GuixReader trustBuilderTraces() {
        text.trustBuilderTraces();
        return this;
    }

    /** Number of bytes read. */
    public long offset() {
        return offset;
    }

    /** What lies around the stream, or null as long as that is not known. */
    public GuixTraces.@Nullable Framing framing() {
        return framing;
    }

    /** Reads some bytes. The array is not kept. */
    public void read(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        while (framing == null && at < end) {
            beginning[begun++] = bytes[at++];
            detect();
        }
        if (at < end) {
            pass(bytes, at, end);
        }
    }

    /** Reads all of {@code bytes}. */
    public void read(byte[] bytes) {
        read(bytes, 0, bytes.length);
    }

    /**
     * Reads everything, to the end, and {@linkplain #finish ends}. The stream is not closed.
     *
     * @throws IOException if the stream throws it
     */
    public void readAll(InputStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            read(buffer, 0, count);
        }
        finish();
    }

    /**
     * Reads everything, to the end, and {@linkplain #finish ends}. The channel, which must be a blocking one, is not closed.
     *
     * @throws IOException if the channel throws it
     */
    public void readAll(ReadableByteChannel channel) throws IOException {
        byte[] buffer = new byte[BUFFER];
        ByteBuffer view = ByteBuffer.wrap(buffer);
        while (channel.read(view) >= 0) {
            read(buffer, 0, view.position());
            view.clear();
        }
        finish();
    }

    /** The stream has ended: hands on what waits, and tells of what was cut off. */
    public void finish() {
        if (framing == null) {
            decide(GuixTraces.Framing.BARE);
        }
        if (frames != null) {
            frames.finish(offset);
        }
        text.finish(offset);
    }

    private void detect() {
        long word = WorkerFrames.word(beginning, begun);
        if (begun == GuixTraces.WORD && GuixTraces.beginsFramed(word)) {
            decide(GuixTraces.Framing.WORKER);
        } else if (!GuixTraces.mayBeginFramed(word, begun)) {
            decide(GuixTraces.Framing.BARE);
        }
    }

    private void decide(GuixTraces.Framing decided) {
        framing = decided;
        if (decided == GuixTraces.Framing.WORKER) {
            frames = new WorkerFrames(visitor, text);
        }
        pass(Arrays.copyOf(beginning, begun), 0, begun);
        begun = 0;
    }

    private void pass(byte[] bytes, int from, int to) {
        if (frames != null) {
            frames.read(bytes, from, to, offset);
        } else {
            text.read(bytes, from, to, offset);
        }
        offset += to - from;
    }
}
