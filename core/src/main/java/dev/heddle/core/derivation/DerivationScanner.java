package dev.heddle.core.derivation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Goes through the bytes of a derivation's text and knows where it is; what is in them it does not know. */
final class DerivationScanner {

    /** Reads one item of a list. */
    interface Item {
        void read() throws DerivationFormatException;
    }

    private final byte[] bytes;
    private int at;
    /** Where the string that was read last began. */
    private int stringStart;

    DerivationScanner(byte[] bytes) {
        this.bytes = bytes;
    }

    int offset() {
        return at;
    }

    DerivationFormatException error(String message) {
        return new DerivationFormatException(at, message);
    }

    boolean lookingAt(String ascii) {
        if (bytes.length - at < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void expect(String ascii) throws DerivationFormatException {
        if (!lookingAt(ascii)) {
            throw error("wanted '" + ascii + "', found " + found());
        }
        at += ascii.length();
    }

    void expectEnd() throws DerivationFormatException {
        if (at < bytes.length) {
            throw error("the derivation is complete, but more bytes follow: " + found());
        }
    }

    private String found() {
        int shown = Math.min(bytes.length, at + 16);
        return at == bytes.length
                ? "the end"
                : "'" + Quoted.of(new String(bytes, at, shown - at, StandardCharsets.ISO_8859_1)) + "'";
    }

    /** Reads {@code [item,item,...]}. */
    void list(Item item) throws DerivationFormatException {
        expect("[");
        if (lookingAt("]")) {
            at++;
            return;
        }
        item.read();
        while (lookingAt(",")) {
            at++;
            item.read();
        }
        expect("]");
    }

    /** Reads a string in quotes. */
    String string() throws DerivationFormatException {
        stringStart = at;
        expect("\"");
        int plain = at;
        while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\') {
            checkPlain();
            at++;
        }
        if (at < bytes.length && bytes[at] == '"') {
            return ByteText.decode(bytes, plain, at++);
        }
        return withEscapes(plain);
    }

    /** Bytes that are written as escapes must not stand for themselves: each text has one form. */
    private void checkPlain() throws DerivationFormatException {
        if (bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t') {
            throw error("an end of line or tab in a string must be written as an escape");
        }
    }

    private String withEscapes(int start) throws DerivationFormatException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(bytes, start, at - start);
        while (at < bytes.length && bytes[at] != '"') {
            checkPlain();
            if (bytes[at] != '\\') {
                text.write(bytes[at++]);
                continue;
            }
            int escape = at + 1 < bytes.length ? "\"\\nrt".indexOf(bytes[at + 1]) : -1;
            if (escape < 0) {
                throw error("wanted one of \\\" \\\\ \\n \\r \\t, found " + found());
            }
            text.write("\"\\\n\r\t".charAt(escape));
            at += 2;
        }
        expect("\"");
        return ByteText.decode(text.toByteArray(), 0, text.size());
    }

    /** Checks that {@code item}, which was just read, lies above {@code last}, the one before it in its list, or null. */
    <T> T rising(T item, @Nullable T last, Comparator<? super T> order) throws DerivationFormatException {
        if (last != null) {
            int compared = order.compare(last, item);
            if (compared >= 0) {
                throw new DerivationFormatException(
                        stringStart,
                        compared == 0 ? "stands twice in its list" : "is not in the order of bytes in its list");
            }
        }
        return item;
    }

    /** Makes a value of what was read since {@code start}. */
    <T> T valid(int start, Supplier<T> value) throws DerivationFormatException {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new DerivationFormatException(start, String.valueOf(e.getMessage()));
        }
    }
}
