package dev.heddle.logmux.console;

import java.io.ByteArrayOutputStream;

/**
 * Log text on its way to the screen, gathered until the next frame, or until {@value #MOST} bytes are there while a person looks at
 * something else. Owned by the display's thread.
 */
final class Log extends ByteArrayOutputStream {

    /** A frame is painted at once when so much has gathered. */
    static final int MUCH = 64 * 1024;

    /** So much may gather while a person looks at something else. */
    static final int MOST = 1024 * 1024;

    /** What has gathered; it is gone from here. */
    byte[] take() {
        byte[] bytes = toByteArray();
        reset();
        if (buf.length > MOST) {
            buf = new byte[MUCH];
        }
        return bytes;
    }
}
