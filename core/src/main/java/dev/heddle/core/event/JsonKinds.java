package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sealed family as JSON objects: one field names the kind, the others are what a record of that kind has. Each kind says in one
 * place how it is written and how it is read. Immutable.
 */
final class JsonKinds<T> {

    /** Writes the fields of a record. */
    interface Body<E> {
        void write(E value, JsonGenerator json) throws IOException;
    }

    /** Makes a record of its fields. */
    interface Maker<E> {
        E make(Fields fields);
    }

    /** Reads the value of a field by its name; null if there is no such field in any kind. */
    interface Values {
        @Nullable
        Object read(String field, JsonInput json) throws IOException;
    }

    record Kind<E>(String name, Class<E> type, Body<E> body, Maker<E> maker) {
        void write(Object value, String kindField, JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField(kindField, name);
            body.write(type.cast(value), json);
            json.writeEndObject();
        }
    }

    private final String kindField;
    private final Map<Class<?>, Kind<? extends T>> byType = new HashMap<>();
    private final Map<String, Kind<? extends T>> byName = new LinkedHashMap<>();
    private final Values values;

    JsonKinds(String kindField, Values values, List<Kind<? extends T>> kinds) {
        this.kindField = kindField;
        this.values = values;
        for (Kind<? extends T> kind : kinds) {
            byType.put(kind.type(), kind);
            byName.put(kind.name(), kind);
        }
    }

    void write(T value, JsonGenerator json) throws IOException {
        Objects.requireNonNull(byType.get(value.getClass()), () -> "BUG: no form for " + value.getClass())
                .write(value, kindField, json);
    }

    T read(JsonInput json) throws IOException {
        json.beginObject();
        if (!kindField.equals(json.nextField())) {
            throw json.error("the first field must be \"" + kindField + "\"");
        }
        String name = json.string();
        Kind<? extends T> kind = byName.get(name);
        if (kind == null) {
            throw json.error("unknown \"" + kindField + "\"; known: " + String.join(", ", byName.keySet()));
        }
        Fields fields = new Fields(json, name);
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            Object value = values.read(field, json);
            if (value == null) {
                throw json.unknownField(field, "the fields of " + name);
            }
            fields.put(field, value);
        }
        T made = kind.maker().make(fields);
        fields.checkAllTaken();
        return made;
    }

    /** The fields of an object that was read. */
    static final class Fields {
        private final JsonInput json;
        private final String kind;
        private final Map<String, Object> values = new HashMap<>();

        private Fields(JsonInput json, String kind) {
            this.json = json;
            this.kind = kind;
        }

        private void put(String field, Object value) {
            values.put(field, value);
        }

        <V> V take(String field, Class<V> type) {
            return json.required(takeOrNull(field, type), field);
        }

        <V> @Nullable V takeOrNull(String field, Class<V> type) {
            Object value = values.remove(field);
            return value == null ? null : type.cast(value);
        }

        String text(String field) {
            return take(field, String.class);
        }

        long number(String field) {
            return take(field, Long.class);
        }

        int integer(String field) {
            long value = number(field);
            if (value != (int) value) {
                throw json.error("\"" + field + "\" is out of range: " + value);
            }
            return (int) value;
        }

        @SuppressWarnings("unchecked") // lists are read as lists of strings only
        List<String> texts(String field) {
            return (List<String>) take(field, List.class);
        }

        private void checkAllTaken() {
            if (!values.isEmpty()) {
                throw json.error("\"" + kind + "\" has no field \""
                        + values.keySet().stream().sorted().findFirst().orElseThrow() + "\"");
            }
        }
    }
}
