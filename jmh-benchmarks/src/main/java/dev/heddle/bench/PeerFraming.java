package dev.heddle.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.logmux.wire.GuixTraces;
import dev.heddle.logmux.wire.GuixWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** How others put the same pieces into one stream; each is written out, a frame for each piece, as these programs do. */
enum PeerFraming {
    /** The traces of a Guix daemon that multiplexes. */
    GUIX("Guix") {
        @Override
        void write(Recording recording, OutputStream to) throws IOException {
            guix(recording, to, GuixTraces.Framing.BARE);
        }
    },
    /** The same inside the frames of the daemon's protocol. */
    GUIX_DAEMON("Guix daemon") {
        @Override
        void write(Recording recording, OutputStream to) throws IOException {
            guix(recording, to, GuixTraces.Framing.WORKER);
        }
    },
    /** Docker's stream of a container without a terminal; it names a channel but no job. */
    STDCOPY("stdcopy") {
        @Override
        void write(Recording recording, OutputStream to) throws IOException {
            for (Recording.Event event : recording.records()) {
                if (event.kind().equals("output")) {
                    byte[] bytes = event.bytes();
                    to.write(new byte[] {1, 0, 0, 0});
                    to.write(ByteBuffer.allocate(4).putInt(bytes.length).array());
                    to.write(bytes);
                }
            }
        }
    },
    /** An object on a line for each piece, with the least that tells as much as a journal: what is no text in base 64. */
    JSON("JSON lines") {
        @Override
        void write(Recording recording, OutputStream to) throws IOException {
            JsonFactory factory = new JsonFactory();
            for (Recording.Event event : recording.records()) {
                if (event.kind().equals("output")) {
                    try (JsonGenerator json =
                            factory.createGenerator(to).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
                        json.writeStartObject();
                        json.writeNumberField("time", event.micros() / 1000);
                        json.writeNumberField("job", event.job());
                        json.writeStringField("channel", "stdout");
                        payload(json, event.bytes());
                        json.writeEndObject();
                    }
                    to.write('\n');
                }
            }
        }
    };

    private final String title;

    PeerFraming(String title) {
        this.title = title;
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    abstract void write(Recording recording, OutputStream to) throws IOException;

    /** Number of bytes of the stream that were not printed by a job. */
    long framing(Recording recording) {
        long payload = recording.records().stream()
                .filter(event -> event.kind().equals("output"))
                .mapToLong(event -> event.bytes().length)
                .sum();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            write(recording, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.size() - payload;
    }

    private static void guix(Recording recording, OutputStream to, GuixTraces.Framing framing) throws IOException {
        try (GuixWriter writer = new GuixWriter(to, framing, GuixTraces.Keyword.BUILD_LOG)) {
            for (Recording.Event event : recording.records()) {
                if (event.kind().equals("output")) {
                    byte[] bytes = event.bytes();
                    // A daemon of Guix does not wait for more of the same; it has process numbers of five digits.
                    writer.builderText(25_000L + event.job(), bytes, 0, bytes.length, event.micros() * 1000);
                    writer.flush();
                }
            }
        }
    }

    private static void payload(JsonGenerator json, byte[] bytes) throws IOException {
        try {
            json.writeStringField(
                    "text",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            json.writeFieldName("data");
            json.writeBinary(bytes);
        }
    }
}
