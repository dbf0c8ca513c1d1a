package dev.heddle.logmux.sink;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Compressed blocks (zlib, RFC 1950) in a file that is removed when it is closed, so that a report takes no memory while it
 * comes into being. Owned by one thread.
 */
final class HtmlSpill implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    /** Text is gathered up to this length. */
    private static final int TEXT = 1 << 16;
    /** Logs are so alike that more effort makes them hardly smaller. */
    private static final int EFFORT = 4;

    private final Path file;
    private final DataOutputStream out;
    private final Deflater deflater = new Deflater(EFFORT);
    private final StringBuilder text = new StringBuilder();
    private int count;
    private long bytes;

    /** Takes a block. */
    @FunctionalInterface
    interface Reader {
        void block(byte[] compressed) throws IOException;
    }

    /** A new file, in place of one that a killed process left. */
    HtmlSpill(Path file) throws IOException {
        this.file = file;
        Files.deleteIfExists(file);
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
    }

    /** Writes one block. */
    void block(byte[] plain) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(BUFFER);
        deflater.reset();
        try (OutputStream to = new DeflaterOutputStream(compressed, deflater)) {
            to.write(plain);
        }
        out.writeInt(compressed.size());
        compressed.writeTo(out);
        count++;
        bytes += compressed.size();
    }

    /** Adds text, which becomes blocks of its own size. */
    void text(String more) throws IOException {
        text.append(more);
        if (text.length() >= TEXT) {
            endText();
        }
    }

    /** Ends the last block of text. */
    void endText() throws IOException {
        if (text.length() > 0) {
            byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
            text.setLength(0);
            block(plain);
        }
    }

    /** How many blocks there are. */
    int count() {
        return count;
    }

    /** Length of all blocks together. */
    long bytes() {
        return bytes;
    }

    /** Reads all blocks in order. Nothing may be written afterwards. */
    void read(Reader reader) throws IOException {
        out.close();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
            for (int i = 0; i < count; i++) {
                reader.block(in.readNBytes(in.readInt()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        deflater.end();
        try {
            out.close();
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
