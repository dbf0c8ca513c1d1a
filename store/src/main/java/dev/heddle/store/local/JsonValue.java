package dev.heddle.store.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.heddle.core.derivation.ByteText;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of JSON as Nix reads and writes it: whole numbers of 64 bits apart from others, the fields of an object in the order of
 * their bytes, the last of two with one name, no spaces. Immutable.
 */
sealed interface JsonValue {

    /** How deep values may be in one another. */
    int MOST_DEPTH = 100;

    BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger MOST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    record Text(String text) implements JsonValue {}

    record Whole(BigInteger number) implements JsonValue {}

    record Real(double number) implements JsonValue {}

    record Truth(boolean isTrue) implements JsonValue {}

    record Nothing() implements JsonValue {}

    record Items(List<JsonValue> values) implements JsonValue {}

    record Fields(SortedMap<String, JsonValue> values) implements JsonValue {}

    /** An object without fields, which may be filled as long as nobody else has it. */
    static SortedMap<String, JsonValue> fields() {
        return new TreeMap<>(ByteText.ORDER);
    }

    /** Texts as a list. */
    static Items texts(Iterable<?> texts) {
        List<JsonValue> values = new ArrayList<>();
        texts.forEach(text -> values.add(new Text(text.toString())));
        return new Items(values);
    }

    static Whole whole(long number) {
        return new Whole(BigInteger.valueOf(number));
    }

    /**
     * Reads one value, which is all there is.
     *
     * @throws IOException if it is none; the message says where
     */
    static JsonValue parse(byte[] utf8) throws IOException {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            parser.nextToken();
            JsonValue value = read(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the value");
            }
            return value;
        }
    }

    private static JsonValue read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new JsonParseException(parser, "there is no value");
        }
        return switch (token) {
            case START_OBJECT -> {
                SortedMap<String, JsonValue> values = fields();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = whole(parser, parser.currentName());
                    parser.nextToken();
                    values.put(name, read(parser));
                }
                yield new Fields(values);
            }
            case START_ARRAY -> {
                List<JsonValue> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(read(parser));
                }
                yield new Items(values);
            }
            case VALUE_STRING -> new Text(whole(parser, parser.getText()));
            case VALUE_NUMBER_INT -> {
                BigInteger number = parser.getBigIntegerValue();
                boolean fits = number.compareTo(LEAST) >= 0 && number.compareTo(MOST) <= 0;
                yield fits ? new Whole(number) : real(parser);
            }
            case VALUE_NUMBER_FLOAT -> real(parser);
            case VALUE_TRUE, VALUE_FALSE -> new Truth(token == JsonToken.VALUE_TRUE);
            case VALUE_NULL -> new Nothing();
            default -> throw new JsonParseException(parser, "a value was expected");
        };
    }

    private static Real real(JsonParser parser) throws IOException {
        double number = parser.getDoubleValue();
        if (Double.isInfinite(number)) {
            throw new JsonParseException(parser, "the number is too large");
        }
        return new Real(number);
    }

    /** Half of a character, which an escape can give, cannot be written again. */
    private static String whole(JsonParser parser, String text) throws IOException {
        if (text.codePoints().anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            throw new JsonParseException(parser, "a string has half a character");
        }
        return text;
    }

    /** Appends the value. */
    static void write(JsonValue value, StringBuilder to) {
        if (value instanceof Fields object) {
            char before = '{';
            for (Map.Entry<String, JsonValue> field : object.values().entrySet()) {
                quote(field.getKey(), to.append(before));
                write(field.getValue(), to.append(':'));
                before = ',';
            }
            to.append(object.values().isEmpty() ? "{}" : "}");
        } else if (value instanceof Items list) {
            to.append('[');
            for (Iterator<JsonValue> items = list.values().iterator(); items.hasNext(); ) {
                write(items.next(), to);
                to.append(items.hasNext() ? "," : "");
            }
            to.append(']');
        } else if (value instanceof Text text) {
            quote(text.text(), to);
        } else if (value instanceof Whole whole) {
            to.append(whole.number());
        } else if (value instanceof Real real) {
            to.append(decimal(real.number()));
        } else {
            to.append(value instanceof Truth truth ? Boolean.toString(truth.isTrue()) : "null");
        }
    }

    private static void quote(String text, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int named = "\"\\\b\f\n\r\t".indexOf(c);
            if (named >= 0) {
                to.append('\\').append("\"\\bfnrt".charAt(named));
            } else if (c < ' ') {
                to.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }

    /** The fewest digits that give the number back; with an exponent before 0.0001 and from 1e15 on. */
    private static String decimal(double number) {
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Math.abs(number));
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == Math.abs(number)) {
                break;
            }
        }
        String digits = shortest.stripTrailingZeros().unscaledValue().toString();
        int point = digits.length() - shortest.stripTrailingZeros().scale();
        return (number < 0 ? "-" : "") + decimal(digits, point);
    }

    private static String decimal(String digits, int point) {
        int length = digits.length();
        if (length <= point && point <= 15) {
            return digits + "0".repeat(point - length) + ".0";
        }
        if (point > 0 && point <= 15) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (point > -4 && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        String mantissa = length == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        int exponent = point - 1;
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
