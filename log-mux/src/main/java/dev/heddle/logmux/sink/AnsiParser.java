package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one source says on one channel, as characters with styles: for pages and documents, which have no terminal behind them.
 *
 * <p>Colours and attributes become {@link TextStyle}s. So do hyperlinks to {@code http} and {@code https} addresses. No other
 * sequence does anything: as under {@link ControlPolicy#SAFE}, an escape character becomes {@code ␛}, another control its
 * picture from U+2400, a byte that is not UTF-8 {@code \xHH}, an 8-bit control or a character that turns the writing direction
 * {@code \}{@code uHHHH}; "erase to the end of the line" is left out, and a carriage return folds the line to its last state.
 * What is handed on has neither controls but tabs nor halves of surrogate pairs.
 *
 * <p>UTF-8 and sequences that are cut are kept until their rest comes: at most {@value SequenceParser#LONGEST} bytes are held.
 * What comes out does not depend on how the bytes are cut. Owned by one thread. Keeps no line: that is the target's.
 */
final class AnsiParser {

    private static final int ESC = 0x1B;
    /** Room in characters that is kept for the next text; there may be thousands of sources. */
    private static final int KEPT = 256;

    /** Takes the text. */
    interface Target {
        /** Text that goes on the line; never empty, without an end of line. */
        void text(String text, TextStyle style);

        /** The line ends. */
        void endLine();

        /** What stands on the line so far gives way to what comes next. */
        void fold();
    }

    private final Target target;
    private final SequenceParser sequences = new SequenceParser();
    private StringBuilder pending = new StringBuilder();
    private byte[] carry = new byte[0];
    private TextStyle style = TextStyle.PLAIN;
    /** Whether a carriage return came, so that the next text takes the place of the line's. */
    private boolean returned;

    AnsiParser(Target target) {
        this.target = target;
    }

    /** Takes the next bytes; hands on all that is certain. */
    void accept(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        while (carry.length > 0 && at < end) {
            // Only as much is joined as the character or sequence can need; the rest stays where it is.
            int had = carry.length;
            int taken = Math.min(end - at, SequenceParser.LONGEST);
            byte[] joined = Arrays.copyOf(carry, had + taken);
            System.arraycopy(bytes, at, joined, had, taken);
            carry = new byte[0];
            parse(joined, 0, joined.length);
            at += taken;
        }
        parse(bytes, at, end);
        pass();
    }

    /** Nothing comes any more: hands on what was kept, made visible. */
    void end() {
        byte[] kept = carry;
        carry = new byte[0];
        for (byte b : kept) {
            malformed(b);
        }
        pass();
    }

    private void parse(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int plain = at;
            while (plain < to && (bytes[plain] >= ' ' || bytes[plain] == '\t') && bytes[plain] != 0x7F) {
                plain++;
            }
            if (plain > at) {
                show(new String(bytes, at, plain - at, StandardCharsets.ISO_8859_1));
                at = plain;
            } else {
                at = special(bytes, at, to);
            }
        }
    }

    private int special(byte[] bytes, int at, int to) {
        int b = bytes[at];
        if (b == '\n') {
            pass();
            returned = false;
            target.endLine();
        } else if (b == '\r') {
            returned = true;
        } else if (b == ESC) {
            return escape(bytes, at, to);
        } else if (b < 0) {
            return character(bytes, at, to);
        } else {
            show(picture(b));
        }
        return at + 1;
    }

    private int character(byte[] bytes, int at, int to) {
        int code = Characters.decode(bytes, at, to);
        if (code == Characters.CUT) {
            carry = Arrays.copyOfRange(bytes, at, to);
            return to;
        }
        if (code == Characters.INVALID) {
            malformed(bytes[at]);
            return at + 1;
        }
        boolean hidden = Characters.isEightBitControl(code) || Characters.turnsDirection(code);
        show(hidden ? Characters.characterEscape(code) : Character.toString(code));
        return at + Characters.length(code);
    }

    private int escape(byte[] bytes, int at, int to) {
        int end = sequences.parse(bytes, at, to);
        if (end == SequenceParser.CUT) {
            carry = Arrays.copyOfRange(bytes, at, to);
            return to;
        }
        if (end == SequenceParser.NONE) {
            malformed(bytes[at]);
            return at + 1;
        }
        if (!SequenceParser.erasesToEnd(bytes, at, end)) {
            String sequence = new String(bytes, at, end - at, StandardCharsets.UTF_8);
            TextStyle next = styleAfter(sequence);
            if (next == null) {
                sequence.codePoints().forEach(code -> show(code < ' ' ? picture(code) : Character.toString(code)));
            } else {
                turnTo(next);
            }
        }
        return end;
    }

    // Null if the sequence does nothing here and is shown.
    private @Nullable TextStyle styleAfter(String sequence) {
        if (sequences.category() == ControlCategory.COLOR) {
            String parameters = sequence.substring(2, sequence.length() - 1);
            // Text never hides.
            return ColorState.conceals(parameters) ? null : style.after(parameters);
        }
        if (sequences.category() != ControlCategory.HYPERLINK) {
            return null;
        }
        int end = sequence.length() - (sequence.endsWith("\\") ? 2 : 1);
        String address = sequence.substring(sequence.indexOf(';', sequence.indexOf(';') + 1) + 1, end);
        if (address.isEmpty()) {
            return style.withLink(null);
        }
        return isWeb(address) ? style.withLink(address) : null;
    }

    private static boolean isWeb(String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        return (lower.startsWith("http://") || lower.startsWith("https://"))
                && address.chars().allMatch(c -> c > ' ' && c < 0x7F && "\"'<>\\^`{|}".indexOf(c) < 0);
    }

    private void malformed(byte b) {
        if (b == ESC) {
            show("\\x1b");
        } else if (b < 0) {
            show(Characters.byteEscape(b));
        } else {
            show(b >= ' ' && b < 0x7F ? String.valueOf((char) b) : picture(b));
        }
    }

    private static String picture(int control) {
        return String.valueOf(control == 0x7F ? '\u2421' : (char) (0x2400 + control));
    }

    private void show(String text) {
        if (returned) {
            returned = false;
            pending.setLength(0);
            target.fold();
        }
        pending.append(text);
    }

    private void turnTo(TextStyle next) {
        if (!next.equals(style)) {
            pass();
            style = next;
        }
    }

    private void pass() {
        if (pending.length() > 0) {
            String text = pending.toString();
            pending.setLength(0);
            if (pending.capacity() > KEPT) {
                pending = new StringBuilder();
            }
            target.text(text, style);
        }
    }
}
