package dev.heddle.logmux.sink;

import dev.heddle.core.json.JsonString;
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

    private void string(String text) {
        out.writeBytes(JsonString.quoted(text).getBytes(StandardCharsets.UTF_8));
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
