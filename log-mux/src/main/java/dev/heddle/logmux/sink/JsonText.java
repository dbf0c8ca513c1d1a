package dev.heddle.logmux.sink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Writes JSON objects as bytes of UTF-8, one on a line. Used again for line after line. Owned by one thread. */
final class JsonText {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private boolean first;

    /** Begins an object of a kind. */
    JsonText begin(String field, String kind) {
        out.reset();
        out.write('{');
        first = true;
        return put(field, kind);
    }

    JsonText put(String field, String value) {
        name(field);
        string(value);
        return this;
    }

    JsonText put(String field, long value) {
        name(field);
        ascii(Long.toString(value));
        return this;
    }

    JsonText put(String field, boolean value) {
        name(field);
        ascii(Boolean.toString(value));
        return this;
    }

    /** Puts a value that is JSON already, in UTF-8 and on one line. */
    JsonText raw(String field, byte[] json) {
        name(field);
        out.writeBytes(json);
        return this;
    }

    /** Puts an array of strings. */
    JsonText strings(String field, List<String> values) {
        return array(field, values, this::string);
    }

    /** Puts an array of objects, whose fields {@code fields} puts for each value. */
    <T> JsonText objects(String field, List<T> values, Consumer<T> fields) {
        return array(field, values, value -> {
            out.write('{');
            first = true;
            fields.accept(value);
            out.write('}');
        });
    }

    private <T> JsonText array(String field, List<T> values, Consumer<T> each) {
        name(field);
        out.write('[');
        String separator = "";
        for (T value : values) {
            ascii(separator);
            each.accept(value);
            separator = ",";
        }
        out.write(']');
        first = false;
        return this;
    }

    /** Puts bytes: as {@code text} if they are UTF-8, otherwise as {@code base64}. */
    JsonText bytes(byte[] bytes, int length) {
        try {
            return put(
                    "text",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, 0, length))
                            .toString());
        } catch (CharacterCodingException e) {
            name("base64");
            byte[] all = Arrays.copyOf(bytes, length);
            string(Base64.getEncoder().encodeToString(all));
            return this;
        }
    }

    /** A text as a string alone, of no object. */
    byte[] quoted(String text) {
        out.reset();
        string(text);
        return out.toByteArray();
    }

    /** The object and an end of line. */
    byte[] end() {
        ascii("}\n");
        return out.toByteArray();
    }

    private void name(String field) {
        ascii(first ? "\"" : ",\"");
        first = false;
        ascii(field);
        ascii("\":");
    }

    // Beyond what JSON asks for, U+2028 and U+2029 are escaped, which programs that take JSON for JavaScript stumble
    // over, and so
    // are halves of surrogate pairs, which UTF-8 has no form for.
    private void string(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029 || isHalf(text, i)) {
                        escaped.append(Characters.characterEscape(c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        out.writeBytes(escaped.append('"').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isHalf(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
