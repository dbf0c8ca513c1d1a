package dev.heddle.logmux.sink;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.JobTimes;
import dev.heddle.logmux.Sink;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a person would have seen as an asciicast of version 2, which players of terminal recordings show: a line with an
 * object, and a line {@code [SECONDS, "o", TEXT]} for all that was shown at one time. The text is that of {@link TextRenderer},
 * with colours. The form holds text alone: bytes that are no UTF-8 become U+FFFD, and its last event says how many they were.
 *
 * <p>Holds what is shown at one time, at most about {@value #MOST_HELD} bytes and a group's piece.
 */
final class AsciicastSink implements Sink, JobTimes {

    private static final int COLUMNS = 120;
    private static final int ROWS = 40;
    private static final int MOST_HELD = 64 * 1024;
    private static final long NANOS_PER_MICRO = 1000;
    private static final long MICROS = 1_000_000;

    private final OutputStream out;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final TextRenderer renderer = new TextRenderer(shown, TextRenderer.Form.of(true));
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final JsonText json = new JsonText();
    private long epochMillis;
    private long now;
    /** Time of what is held. */
    private long heldAt;

    private long invalid;
    private boolean begun;

    AsciicastSink(OutputStream stream) {
        this.out = new BufferedOutputStream(stream, MOST_HELD);
    }

    @Override
    public JobTimes times() {
        return this;
    }

    @Override
    public void time(long nanos) {
        now = nanos;
    }

    @Override
    public void session(long millis) {
        epochMillis = epochMillis == 0 ? millis : epochMillis;
    }

    @Override
    public void began(int source, JobInfo job) {
        // Shown by what it says.
    }

    @Override
    public void ended(int source, JobEnding ending, long bytes) {
        // Shown when all that it said was.
    }

    @Override
    public void write(Group group) throws IOException {
        atNow();
        renderer.write(group);
        limit();
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        atNow();
        renderer.ended(source, job, ending);
        limit();
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        atNow();
        renderer.skipped(bytes, sources);
    }

    // What is held was shown before the time that it is now.
    private void atNow() throws IOException {
        if (now > heldAt) {
            emit(false);
            heldAt = now;
        }
    }

    private void limit() throws IOException {
        if (shown.size() > MOST_HELD) {
            emit(false);
        }
    }

    private void emit(boolean last) throws IOException {
        if (!begun) {
            begun = true;
            String head = String.format(
                    Locale.ROOT,
                    "{\"version\": 2, \"width\": %d, \"height\": %d, \"timestamp\": %d, \"env\": {\"TERM\": \"xterm-256color\"}}%n",
                    COLUMNS,
                    ROWS,
                    epochMillis / 1000);
            out.write(head.getBytes(StandardCharsets.US_ASCII));
        }
        renderer.flush(last);
        String text = text(last);
        if (!text.isEmpty()) {
            long micros = heldAt / NANOS_PER_MICRO;
            String time = String.format(Locale.ROOT, "[%d.%06d, \"o\", ", micros / MICROS, micros % MICROS);
            out.write(time.getBytes(StandardCharsets.US_ASCII));
            out.write(json.quoted(text));
            out.write(new byte[] {']', '\n'});
        }
    }

    // A terminal that is not told otherwise goes down, but not to the left, at the end of a line.
    private String text(boolean last) {
        ByteBuffer bytes = ByteBuffer.wrap(shown.toByteArray());
        shown.reset();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.reset();
        while (true) {
            CoderResult result = decoder.decode(bytes, characters, last);
            if (!result.isMalformed()) {
                break;
            }
            invalid += result.length();
            bytes.position(bytes.position() + result.length());
            characters.put('\uFFFD');
        }
        shown.write(bytes.array(), bytes.position(), bytes.remaining());
        return characters.flip().toString().replace("\n", "\r\n");
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() throws IOException {
        // What is held is written with what comes at the next time.
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            atNow();
            renderer.finish();
            emit(true);
            if (invalid > 0) {
                renderer.note(invalid + " bytes that are no UTF-8 are shown as \uFFFD here");
                renderer.finish();
                emit(true);
            }
        }
    }

    @Override
    public String toString() {
        return "an asciicast";
    }
}
