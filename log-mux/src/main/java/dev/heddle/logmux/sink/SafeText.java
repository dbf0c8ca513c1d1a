package dev.heddle.logmux.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one source says on one channel, on its way to a {@link Screen}: control sequences pass or are made visible as a
 * {@link ControlPolicy} tells, carriage returns fold the line, UTF-8 and sequences that are cut are kept until their rest
 * comes. Holds at most {@value #LONGEST_SEQUENCE} bytes. Owned by one thread.
 */
final class SafeText {

    private static final int LONGEST_SEQUENCE = 64;
    private static final int ESC = 0x1B;
    private static final byte[] BACKSLASH = {'\\'};
    private static final boolean[] PLAIN = new boolean[256];

    static {
        Arrays.fill(PLAIN, 0x20, 0x7F, true);
        PLAIN['\t'] = true;
    }

    private final ControlPolicy policy;
    private final boolean guarded;
    private final boolean colors;
    final ColorState color = new ColorState();
    private byte[] carry = new byte[0];
    private boolean returned;
    /** Whether nothing that takes room was put on this line yet: what comes next could pass for the engine's. */
    private boolean lineStart = true;
    /** Whether the line was closed with a mark, so that its rest needs one too. */
    boolean cut;

    /**
     * Text of one channel.
     *
     * @param policy what passes
     * @param colors whether colours pass where the policy lets them
     * @param guarded whether lines that look like the engine's get a mark
     */
    SafeText(ControlPolicy policy, boolean colors, boolean guarded) {
        this.policy = policy;
        this.colors = colors && policy != ControlPolicy.PLAIN;
        this.guarded = guarded && policy != ControlPolicy.TRUST;
    }

    /** The screen shows another line from here on. */
    void newLine() {
        lineStart = true;
    }

    void write(byte[] bytes, int from, int length, Screen to) throws IOException {
        if (policy == ControlPolicy.TRUST) {
            trust(bytes, from, length, to);
        } else if (carry.length > 0) {
            byte[] joined = Arrays.copyOf(carry, carry.length + length);
            System.arraycopy(bytes, from, joined, carry.length, length);
            carry = new byte[0];
            filter(joined, 0, joined.length, to);
        } else {
            filter(bytes, from, from + length, to);
        }
    }

    /** Nothing comes any more: shows what was kept. */
    void end(Screen to) {
        for (byte b : carry) {
            visible(b & 0xFF, to);
        }
        carry = new byte[0];
    }

    private static void trust(byte[] bytes, int from, int length, Screen to) throws IOException {
        int at = from;
        for (int i = from; i < from + length; i++) {
            if (bytes[i] == '\n') {
                to.put(bytes, at, i - at);
                to.open();
                to.endLine(false);
                to.relieve();
                at = i + 1;
            }
        }
        to.put(bytes, at, from + length - at);
    }

    private void filter(byte[] bytes, int from, int to, Screen screen) throws IOException {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && PLAIN[bytes[at] & 0xFF]) {
                at++;
            }
            if (at > start) {
                text(bytes, start, at - start, screen);
            }
            if (at < to) {
                at = special(bytes, at, to, screen);
            }
        }
    }

    private void text(byte[] bytes, int from, int count, Screen screen) {
        if (returned) {
            foldLine(screen);
        }
        screen.put(bytes, from, count);
        lineStart = false;
    }

    private void foldLine(Screen screen) {
        returned = false;
        if (!screen.fold()) {
            // The old state of the line has gone out already; the new one gets a line of its own.
            screen.endLine(false);
        }
        lineStart = true;
    }

    private int special(byte[] bytes, int at, int to, Screen screen) throws IOException {
        int b = bytes[at] & 0xFF;
        if (b == '\n') {
            returned = false;
            screen.open();
            screen.endLine(false);
            screen.relieve();
            lineStart = true;
            return at + 1;
        }
        if (b == '\r' && policy != ControlPolicy.LIVE) {
            returned = true;
            return at + 1;
        }
        if (b == ESC) {
            return escape(bytes, at, to, screen);
        }
        if (b >= 0xC2 && b <= 0xF4) {
            return character(bytes, at, to, screen);
        }
        if (policy == ControlPolicy.LIVE && (b == '\r' || b == '\b')) {
            screen.put(bytes, at, 1);
            lineStart |= b == '\r';
        } else {
            visible(b, screen);
        }
        return at + 1;
    }

    private int escape(byte[] bytes, int at, int to, Screen screen) {
        int i = at + 1;
        if (i < to && bytes[i] == '[') {
            i++;
            while (i < to && i - at < LONGEST_SEQUENCE && isParameter(bytes[i])) {
                i++;
            }
        }
        if (i == to && i - at < LONGEST_SEQUENCE) {
            carry = Arrays.copyOfRange(bytes, at, to);
            return to;
        }
        boolean csi = i < to && i - at >= 2;
        if (csi && bytes[i] == 'm') {
            if (colors) {
                screen.open();
                color.apply(new String(bytes, at + 2, i - at - 2, StandardCharsets.US_ASCII));
                screen.sequence(Arrays.copyOfRange(bytes, at, i + 1));
            }
            return i + 1;
        }
        if (csi && policy == ControlPolicy.LIVE && "KCDGPX@".indexOf(bytes[i]) >= 0) {
            screen.put(bytes, at, i + 1 - at);
            return i + 1;
        }
        if (csi && isEraseToEnd(bytes, at, i)) {
            return i + 1;
        }
        visible(ESC, screen);
        return at + 1;
    }

    // gcc puts one behind every colour. Nothing is right of the place where text is added, so there is nothing to
    // erase.
    private static boolean isEraseToEnd(byte[] bytes, int at, int end) {
        return bytes[end] == 'K' && (end == at + 2 || (end == at + 3 && bytes[at + 2] == '0'));
    }

    private static boolean isParameter(byte b) {
        return (b >= '0' && b <= '9') || b == ';' || b == ':';
    }

    private int character(byte[] bytes, int at, int to, Screen screen) {
        int lead = bytes[at] & 0xFF;
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int code = lead & (0xFF >> (length + 1));
        for (int i = 1; i < length; i++) {
            if (at + i == to) {
                carry = Arrays.copyOfRange(bytes, at, to);
                return to;
            }
            int b = bytes[at + i] & 0xFF;
            if ((b & 0xC0) != 0x80) {
                visible(lead, screen);
                return at + 1;
            }
            code = (code << 6) | (b & 0x3F);
        }
        boolean overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            visible(lead, screen);
            return at + 1;
        }
        if (isHidden(code)) {
            ascii(String.format("\\u%04x", code), screen);
        } else {
            boolean first = lineStart || returned;
            if (first && guarded && EngineLines.isLead(code)) {
                text(BACKSLASH, 0, 1, screen);
            }
            text(bytes, at, length, screen);
            lineStart = first && EngineLines.isInvisible(code);
        }
        return at + length;
    }

    private static boolean isHidden(int code) {
        return (code >= 0x80 && code < 0xA0)
                || code == 0x061C
                || code == 0x200E
                || code == 0x200F
                || (code >= 0x2028 && code <= 0x202E)
                || (code >= 0x2066 && code <= 0x206F);
    }

    private void visible(int b, Screen screen) {
        if (b < 0x20) {
            text(new byte[] {(byte) 0xE2, (byte) 0x90, (byte) (0x80 + b)}, 0, 3, screen);
        } else if (b == 0x7F) {
            text(new byte[] {(byte) 0xE2, (byte) 0x90, (byte) 0xA1}, 0, 3, screen);
        } else if (b >= 0x80) {
            ascii(String.format("\\x%02x", b), screen);
        } else {
            text(new byte[] {(byte) b}, 0, 1, screen);
        }
    }

    private void ascii(String text, Screen screen) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        text(bytes, 0, bytes.length, screen);
    }
}
