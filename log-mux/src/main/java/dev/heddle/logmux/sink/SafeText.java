package dev.heddle.logmux.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one source says on one channel, on its way to a {@link Screen}: control sequences pass or are made visible as a
 * {@link ControlPolicy} tells, carriage returns fold the line, UTF-8 and sequences that are cut are kept until their rest
 * comes. Holds at most {@value SequenceParser#LONGEST} bytes. Owned by one thread.
 */
final class SafeText {

    private static final int ESC = 0x1B;
    private static final byte[] BACKSLASH = {'\\'};

    private final ControlPolicy policy;
    private final boolean colors;
    private final LineGuard guard;
    private final SequenceParser sequences = new SequenceParser();
    final ColorState color = new ColorState();
    private byte[] carry = new byte[0];
    /** Whether a carriage return came, so that the next text takes the place of the line's. */
    private boolean returned;
    /** Whether the line was closed with a mark, so that its rest needs one too. */
    boolean cut;

    /**
     * Text of one channel.
     *
     * @param policy what passes
     * @param colors whether colours pass where the policy lets them
     * @param guard marks what could pass for the engine's
     */
    SafeText(ControlPolicy policy, boolean colors, LineGuard guard) {
        this.policy = policy;
        this.colors = colors && policy.passes(ControlCategory.COLOR);
        this.guard = guard;
    }

    /** The screen shows another line from here on. */
    void newLine() {
        guard.newLine();
    }

    /** The line goes on behind a mark, as one that was closed before its end. */
    void goOn(Screen to) {
        cut = false;
        to.put(EngineLines.MARK);
        guard.passes(EngineLines.MARK_CODE);
    }

    void write(byte[] bytes, int from, int length, Screen to) throws IOException {
        int at = from;
        int end = from + length;
        while (carry.length > 0 && at < end) {
            // Only as much is joined as the character or sequence can need; the rest stays where it is.
            int had = carry.length;
            int taken = Math.min(end - at, SequenceParser.LONGEST);
            byte[] joined = Arrays.copyOf(carry, had + taken);
            System.arraycopy(bytes, at, joined, had, taken);
            carry = new byte[0];
            filter(joined, 0, joined.length, to);
            at += taken;
        }
        filter(bytes, at, end, to);
    }

    /** Nothing comes any more: shows what was kept. */
    void end(Screen to) throws IOException {
        byte[] kept = carry;
        carry = new byte[0];
        for (int at = 0; at < kept.length; at++) {
            malformed(kept, at, to);
        }
    }

    private void filter(byte[] bytes, int from, int to, Screen screen) throws IOException {
        int at = from;
        while (at < to) {
            if (guard.isAtEase() && !returned) {
                int end = PlainText.end(bytes, at, to);
                if (end > at) {
                    screen.putLines(bytes, at, end);
                    if (bytes[end - 1] == '\n') {
                        guard.newLine();
                    }
                    at = end;
                    continue;
                }
            }
            at = next(bytes, at, to, screen);
        }
    }

    // Takes one character or sequence; gives the index behind it.
    private int next(byte[] bytes, int at, int to, Screen screen) throws IOException {
        int b = bytes[at];
        if (b == '\n') {
            returned = false;
            screen.endText();
            guard.newLine();
            return at + 1;
        }
        if (b == ESC) {
            return escape(bytes, at, to, screen);
        }
        if (b < 0) {
            return character(bytes, at, to, screen);
        }
        if ((b >= ' ' && b < 0x7F) || b == '\t') {
            text(b, bytes, at, 1, screen);
        } else if (b == '\r' && !policy.passes(ControlCategory.CURSOR_IN_LINE)) {
            returned = true;
        } else {
            control(bytes, at, screen);
        }
        return at + 1;
    }

    private void control(byte[] bytes, int at, Screen screen) {
        int b = bytes[at];
        ControlCategory category = switch (b) {
            case '\r', '\b' -> ControlCategory.CURSOR_IN_LINE;
            case 0x05 -> ControlCategory.DEVICE_QUERY;
            case 0x0E, 0x0F -> ControlCategory.MODE;
            default -> ControlCategory.OTHER;
        };
        if (policy.passes(category)) {
            screen.put(bytes, at, 1);
            if (category == ControlCategory.CURSOR_IN_LINE) {
                guard.newLine();
            }
        } else {
            visible(b, screen);
        }
    }

    private void text(int code, byte[] bytes, int from, int count, Screen screen) {
        if (returned) {
            foldLine(screen);
        }
        if (guard.replaces(code)) {
            for (byte b : EngineLines.inAscii(code).getBytes(StandardCharsets.US_ASCII)) {
                text(b, new byte[] {b}, 0, 1, screen);
            }
            return;
        }
        if (guard.marks(code)) {
            screen.put(BACKSLASH);
        }
        screen.put(bytes, from, count);
    }

    private void foldLine(Screen screen) {
        returned = false;
        if (!screen.fold()) {
            // The old state of the line has gone out already; the new one gets a line of its own.
            screen.endLine(false);
        }
        guard.newLine();
    }

    private int escape(byte[] bytes, int at, int to, Screen screen) throws IOException {
        int end = sequences.parse(bytes, at, to);
        if (end == SequenceParser.CUT) {
            carry = Arrays.copyOfRange(bytes, at, to);
            return to;
        }
        if (end == SequenceParser.NONE) {
            malformed(bytes, at, screen);
            return at + 1;
        }
        ControlCategory category = sequences.category();
        if (category == ControlCategory.COLOR) {
            if (colors) {
                color(bytes, at, end, screen);
            }
        } else if (policy.passes(category)) {
            screen.open();
            if (category == ControlCategory.HYPERLINK) {
                color.link(Arrays.copyOfRange(bytes, at, end));
            }
            screen.sequence(bytes, at, end - at);
            // Behind a colour or an erased end, text goes on where it was.
            if (category == ControlCategory.CURSOR_IN_LINE || category == ControlCategory.CURSOR) {
                guard.newLine();
            }
        } else if (!SequenceParser.erasesToEnd(bytes, at, end)) {
            refuse(bytes, at, end, screen);
        }
        return end;
    }

    // Shows a whole sequence, so that no part of it, as the bell at its end, passes for something else.
    private void refuse(byte[] bytes, int from, int to, Screen screen) {
        int at = from;
        while (at < to) {
            int code = Characters.decode(bytes, at, to);
            if (code < ' ') {
                visible(code, screen);
            } else {
                text(code, bytes, at, Characters.length(code), screen);
            }
            at += Characters.length(code);
        }
    }

    private void color(byte[] bytes, int at, int end, Screen screen) {
        String parameters = new String(bytes, at + 2, end - at - 3, StandardCharsets.US_ASCII);
        if (policy.isGuarded() && ColorState.conceals(parameters)) {
            refuse(bytes, at, end, screen);
            return;
        }
        screen.open();
        color.apply(parameters);
        if (color.isPainted()) {
            // What the source switches off is not what the channel has switched on.
            byte[] all = color.open();
            screen.sequence(all, 0, all.length);
        } else {
            screen.sequence(bytes, at, end - at);
        }
    }

    private int character(byte[] bytes, int at, int to, Screen screen) throws IOException {
        int code = Characters.decode(bytes, at, to);
        if (code == Characters.CUT) {
            carry = Arrays.copyOfRange(bytes, at, to);
            return to;
        }
        if (code == Characters.INVALID) {
            malformed(bytes, at, screen);
            return at + 1;
        }
        int length = Characters.length(code);
        boolean hidden = (Characters.isEightBitControl(code) && !policy.passes(ControlCategory.EIGHT_BIT))
                || (Characters.turnsDirection(code) && !policy.passes(ControlCategory.DIRECTION));
        if (hidden) {
            ascii(Characters.characterEscape(code), screen);
        } else {
            text(code, bytes, at, length, screen);
        }
        return at + length;
    }

    private void malformed(byte[] bytes, int at, Screen screen) {
        int b = bytes[at] & 0xFF;
        if (policy.passes(ControlCategory.MALFORMED)) {
            screen.put(bytes, at, 1);
        } else if (b == ESC || b >= 0x80) {
            visible(b, screen);
        } else if (b >= ' ' && b < 0x7F) {
            text(b, bytes, at, 1, screen);
        } else {
            control(bytes, at, screen);
        }
    }

    private void visible(int b, Screen screen) {
        if (b < 0x20) {
            byte[] picture = {(byte) 0xE2, (byte) 0x90, (byte) (0x80 + b)};
            text(0x2400 + b, picture, 0, picture.length, screen);
        } else if (b == 0x7F) {
            byte[] picture = {(byte) 0xE2, (byte) 0x90, (byte) 0xA1};
            text(0x2421, picture, 0, picture.length, screen);
        } else {
            ascii(Characters.byteEscape(b), screen);
        }
    }

    private void ascii(String text, Screen screen) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            text(bytes[i], bytes, i, 1, screen);
        }
    }
}
