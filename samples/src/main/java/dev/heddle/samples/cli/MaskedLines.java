package dev.heddle.samples.cli;

import dev.heddle.logmux.OutputMultiplexer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes lines of JSON on with their secrets masked. Holds one line; used by one thread, but for {@link #maskAs}.
 */
final class MaskedLines extends OutputStream {

    private final OutputStream to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile @Nullable OutputMultiplexer multiplexer;

    MaskedLines(OutputStream to) {
        this.to = to;
    }

    /** From now on what the multiplexer masks is masked here too. */
    void maskAs(OutputMultiplexer known) {
        multiplexer = known;
    }

    @Override
    public void write(int b) throws IOException {
        line.write(b);
        if (b == '\n') {
            OutputMultiplexer known = multiplexer;
            to.write(known == null ? line.toByteArray() : known.maskedJson(line.toByteArray()));
            line.reset();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    @Override
    public void close() throws IOException {
        try (to) {
            line.writeTo(to);
        }
    }
}
