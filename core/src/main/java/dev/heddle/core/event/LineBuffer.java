package dev.heddle.core.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Collects a line, so that it goes out in one write. */
final class LineBuffer extends ByteArrayOutputStream {
    private static final int KEPT = 1 << 16;

    void drainTo(OutputStream out) throws IOException {
        out.write(buf, 0, count);
        out.flush();
        count = 0;
        if (buf.length > KEPT) {
            buf = new byte[KEPT];
        }
    }
}
