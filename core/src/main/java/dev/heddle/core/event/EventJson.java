package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import dev.heddle.core.json.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Events as lines of JSON: the first line names the version of the format, {@value #VERSION}, every further line is one event.
 * {@code docs/event-json.md} of this module describes the format.
 *
 * <p>What an action threw is written as text; read back, it is an exception with that text and without a stack trace.
 */
public final class EventJson {

    /** The version of the format. */
    public static final int VERSION = 1;

    private static final String VERSION_FIELD = "heddleEvents";

    private EventJson() {}

    /**
     * Begins a recording.
     *
     * @param out gets each event in one write; best an unbuffered file, so that a reader may follow it
     */
    public static Writer writer(OutputStream out) throws IOException {
        return new Writer(out);
    }

    /**
     * Begins to read a recording.
     *
     * @param in lines in UTF-8
     * @param name what to call it in messages
     */
    public static Reader reader(InputStream in, String name) {
        return new Reader(in, name);
    }

    /**
     * One event as a line without its end.
     *
     * @return a JSON object in UTF-8
     */
    public static byte[] line(BuildEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = new JsonFormat().write(out)) {
            EventKinds.EVENTS.write(event, json);
        } catch (IOException e) {
            throw new AssertionError("BUG: memory refused bytes", e);
        }
        return out.toByteArray();
    }

    /**
     * Reads what {@link #line} wrote.
     *
     * @param line a JSON object in UTF-8
     * @param name what to call it in messages
     * @throws EventFormatException if it is no event
     */
    public static BuildEvent event(byte[] line, String name) throws EventFormatException {
        try {
            return event(new JsonFormat().open(line, line.length, name, 1));
        } catch (JsonInputException | IllegalArgumentException e) {
            throw wrong(e, name);
        } catch (IOException e) {
            throw new AssertionError("BUG: memory failed", e);
        }
    }

    private static BuildEvent event(JsonInput json) throws IOException {
        BuildEvent event = EventKinds.EVENTS.read(json);
        json.end();
        return event;
    }

    // A value that a record does not take is as wrong as one that is not JSON.
    private static EventFormatException wrong(Exception e, String place) {
        return new EventFormatException(
                e instanceof JsonInputException json ? json.place() : place, String.valueOf(e.getMessage()));
    }

    /**
     * Writes events. As a listener it is called by one thread; {@link #close} closes the stream, and a second close does nothing.
     */
    public static final class Writer implements BuildEventListener, Closeable {
        private final OutputStream out;
        private final LineBuffer line = new LineBuffer();
        private final JsonGenerator json;
        private boolean closed;

        private Writer(OutputStream out) throws IOException {
            this.out = out;
            this.json = new JsonFormat().write(line);
            json.setRootValueSeparator(null);
            json.writeStartObject();
            json.writeNumberField(VERSION_FIELD, VERSION);
            json.writeEndObject();
            endLine();
        }

        /** Writes one event. */
        public void write(BuildEvent event) throws IOException {
            if (closed) {
                throw new IOException("the recording is closed");
            }
            EventKinds.EVENTS.write(event, json);
            endLine();
        }

        /**
         * Writes one event.
         *
         * @throws UncheckedIOException if that fails, after which a feed drops and reports this listener
         */
        @Override
        public void onEvent(BuildEvent event) {
            try {
                write(event);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void endLine() throws IOException {
            json.writeRaw('\n');
            json.flush();
            line.drainTo(out);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                json.close();
                out.close();
            }
        }
    }

    /** Reads events. For one thread; {@link #close} closes the stream. */
    public static final class Reader implements Closeable {
        private final InputStream in;
        private final JsonLines lines;
        private boolean begun;

        private Reader(InputStream in, String name) {
            this.in = in;
            this.lines = new JsonLines(in, name);
        }

        /**
         * The next event, or null after the last.
         *
         * @throws EventFormatException if the next line is no event: it is damaged, or cut because the build that wrote it was
         *     killed. The lines after it can still be read
         */
        public @Nullable BuildEvent next() throws IOException {
            try {
                if (!begun) {
                    begun = true;
                    readVersion();
                }
                return lines.next() ? event(lines.open()) : null;
            } catch (JsonInputException | IllegalArgumentException e) {
                throw wrong(e, lines.place());
            }
        }

        private void readVersion() throws IOException {
            lines.next();
            JsonInput json = lines.open();
            json.beginObject();
            if (!VERSION_FIELD.equals(json.nextField())) {
                throw json.error("not a recording of events: the first line must be {\"" + VERSION_FIELD + "\":1}");
            }
            int version = json.integer(0, Integer.MAX_VALUE);
            if (version != VERSION) {
                throw json.error(
                        "this is version " + version + " of the format; only version " + VERSION + " is known");
            }
            String more = json.nextField();
            if (more != null) {
                throw json.unknownField(more, VERSION_FIELD);
            }
            json.end();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
