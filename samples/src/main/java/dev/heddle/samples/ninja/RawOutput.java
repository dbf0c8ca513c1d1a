package dev.heddle.samples.ninja;

import java.io.IOException;
import java.io.OutputStream;

/** Writes raw strings to a stream as the bytes they are, through a buffer. Not safe for several threads. */
final class RawOutput {

    private static final int BUFFER = 1 << 13;

    private final OutputStream out;
    private final ByteSink buffer = new ByteSink(BUFFER);

    RawOutput(OutputStream out) {
        this.out = out;
    }

    RawOutput print(String raw) throws IOException {
        buffer.put(raw);
        if (buffer.length() >= BUFFER) {
            flush();
        }
        return this;
    }

    void println(String raw) throws IOException {
        print(raw).print("\n");
    }

    void flush() throws IOException {
        out.write(buffer.array(), 0, buffer.length());
        buffer.clear();
        out.flush();
    }
}
