package dev.heddle.core.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pulls values of expected types out of JSON text. Everything unexpected is a {@link JsonInputException} with its place: another
 * type, a field twice in one object, a number out of range, text after the end, a text that is cut.
 *
 * <p>For one thread. Keeps nothing of the text but the names of the fields of the objects it is in.
 */
public final class JsonInput {
    private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+, column: \\d+)]");
    private static final Pattern ORIGIN = Pattern.compile(",? (from )?`[\\w.]+(\\(\\))?`");

    private final JsonParser parser;
    private final String name;
    private final int firstLine;
    private final List<Set<String>> fields = new ArrayList<>();
    private int depth;
    private @Nullable JsonToken peeked;

    JsonInput(JsonParser parser, String name, int firstLine) {
        this.parser = parser;
        this.name = name;
        this.firstLine = firstLine;
    }

    /** Begins an object, whose fields {@link #nextField} gives. */
    public void beginObject() throws IOException {
        require(next(), JsonToken.START_OBJECT);
        enterObject();
    }

    private void enterObject() {
        if (depth == fields.size()) {
            fields.add(new HashSet<>());
        }
        fields.get(depth++).clear();
    }

    /** The next field of the object, or null at its end. Its value must be taken before the next call. */
    public @Nullable String nextField() throws IOException {
        JsonToken token = next();
        if (token == JsonToken.END_OBJECT) {
            depth--;
            return null;
        }
        require(token, JsonToken.FIELD_NAME);
        String field = parser.currentName();
        if (!fields.get(depth - 1).add(field)) {
            throw error("the field \"" + shown(field) + "\" is given twice in one object");
        }
        return field;
    }

    /** What to throw for a field that is not known. */
    public JsonInputException unknownField(String field, String... known) {
        return error("unknown field \"" + shown(field) + "\"; known here: " + String.join(", ", known));
    }

    /** Checks that a field that must be there was there. */
    public <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw error("the field \"" + field + "\" is missing in this object");
        }
        return value;
    }

    /** Begins an array, whose elements {@link #nextElement} announces. */
    public void beginArray() throws IOException {
        require(next(), JsonToken.START_ARRAY);
    }

    /** Whether the array has a further element; false after its end is taken. */
    public boolean nextElement() throws IOException {
        JsonToken token = next();
        if (token == JsonToken.END_ARRAY) {
            return false;
        }
        peeked = token;
        return true;
    }

    /** Whether the next value is a string; takes nothing. */
    public boolean nextIsString() throws IOException {
        return peek() == JsonToken.VALUE_STRING;
    }

    /** A string. */
    public String string() throws IOException {
        require(next(), JsonToken.VALUE_STRING);
        try {
            return parser.getText();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** A string or null. */
    public @Nullable String stringOrNull() throws IOException {
        if (peek() == JsonToken.VALUE_NULL) {
            peeked = null;
            return null;
        }
        return string();
    }

    /** An array of strings. */
    public List<String> strings() throws IOException {
        List<String> strings = new ArrayList<>();
        beginArray();
        while (nextElement()) {
            strings.add(string());
        }
        return strings;
    }

    /** A whole number within a range. */
    public long integer(long least, long most) throws IOException {
        require(next(), JsonToken.VALUE_NUMBER_INT);
        try {
            long value = parser.getLongValue();
            if (value >= least && value <= most) {
                return value;
            }
        } catch (IOException e) {
            if (!(e instanceof JsonProcessingException)) {
                throw e;
            }
        }
        throw error("a number from " + least + " to " + most + " is expected here");
    }

    /** A whole number within a range. */
    public int integer(int least, int most) throws IOException {
        return (int) integer((long) least, (long) most);
    }

    /** A finite number. */
    public double number() throws IOException {
        JsonToken token = next();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            require(token, JsonToken.VALUE_NUMBER_FLOAT);
        }
        double value;
        try {
            value = parser.getDoubleValue();
        } catch (IOException e) {
            throw translated(e);
        }
        if (Double.isInfinite(value)) {
            throw error("the number is too large");
        }
        return value;
    }

    /** True or false. */
    public boolean bool() throws IOException {
        JsonToken token = next();
        if (token != JsonToken.VALUE_TRUE) {
            require(token, JsonToken.VALUE_FALSE);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** A duration in the form of ISO 8601: {@code PT1M30S}. */
    public Duration duration() throws IOException {
        String text = string();
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw error("\"" + shown(text) + "\" is not a duration; write PT1M30S for a minute and a half");
        }
    }

    /** Passes over a value of any kind, whatever is in it. */
    public void skip() throws IOException {
        int open = 0;
        do {
            JsonToken token = next();
            if (token.isStructStart()) {
                open++;
            } else if (token.isStructEnd()) {
                open--;
            }
        } while (open > 0);
    }

    /** Checks that nothing follows. */
    public void end() throws IOException {
        if (nextOrNull() != null) {
            throw error("text after the end of the JSON value");
        }
    }

    /** Whether there is nothing, or nothing more; takes nothing. */
    public boolean atEnd() throws IOException {
        if (peeked == null) {
            peeked = nextOrNull();
        }
        return peeked == null;
    }

    /** What is wrong with the value taken last. */
    public JsonInputException error(String message) {
        return new JsonInputException(message, place());
    }

    /** Where the value taken last begins. */
    public String place() {
        return place(parser.currentTokenLocation());
    }

    /** The line where the value taken last begins. */
    public int line() {
        return Math.max(1, parser.currentTokenLocation().getLineNr()) + firstLine - 1;
    }

    /** The column where the value taken last begins. */
    public int column() {
        return Math.max(1, parser.currentTokenLocation().getColumnNr());
    }

    private String place(JsonLocation at) {
        return name + ":" + (Math.max(1, at.getLineNr()) + firstLine - 1) + ":" + Math.max(1, at.getColumnNr());
    }

    private JsonToken peek() throws IOException {
        if (peeked == null) {
            peeked = next();
        }
        return peeked;
    }

    private JsonToken next() throws IOException {
        JsonToken token = nextOrNull();
        if (token == null) {
            throw new JsonInputException("the text ends too early", place(parser.currentLocation()));
        }
        return token;
    }

    private @Nullable JsonToken nextOrNull() throws IOException {
        JsonToken token = peeked;
        peeked = null;
        if (token != null) {
            return token;
        }
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** What the parser found wrong in our words; a failure to read stays what it is. */
    private RuntimeException translated(IOException e) throws IOException {
        if (e instanceof CharConversionException) {
            return new JsonInputException("not JSON in UTF-8", place(parser.currentLocation()));
        }
        if (!(e instanceof JsonProcessingException wrong)) {
            throw e;
        }
        JsonLocation at = wrong.getLocation() == null ? parser.currentLocation() : wrong.getLocation();
        String message = SOURCE.matcher(wrong.getOriginalMessage()).replaceAll("$1");
        message = ORIGIN.matcher(message).replaceAll("");
        if (message.startsWith("Unexpected end-of-input")) {
            message = "the text ends too early";
        }
        return new JsonInputException(shown(message), place(at));
    }

    private void require(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw error(described(wanted) + " is expected here, not " + described(found));
        }
    }

    private static String described(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case END_OBJECT -> "the end of an object";
            case START_ARRAY -> "an array";
            case END_ARRAY -> "the end of an array";
            case FIELD_NAME -> "the name of a field";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
    }

    /** Text of the input as it may stand in a message: short, and without control characters. */
    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "...";
    }
}
