package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Location;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A diagnostic as JSON; {@code docs/event-json.md} describes the form. */
final class DiagnosticJson {

    private DiagnosticJson() {}

    static void write(Diagnostic diagnostic, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("diagnostic");
        json.writeStringField("severity", EventParts.word(diagnostic.severity()));
        Location location = diagnostic.location();
        if (location != null) {
            json.writeStringField("file", location.file());
            if (location.line() > 0) {
                json.writeNumberField("line", location.line());
            }
            if (location.column() > 0) {
                json.writeNumberField("column", location.column());
            }
        }
        if (diagnostic.code() != null) {
            json.writeStringField("code", diagnostic.code());
        }
        json.writeStringField("message", diagnostic.message());
        json.writeStringField("matcher", diagnostic.matcher());
        json.writeEndObject();
    }

    static Diagnostic read(JsonInput json) throws IOException {
        Diagnostic.Severity severity = null;
        String file = null;
        int line = 0;
        int column = 0;
        String code = null;
        String message = null;
        String matcher = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "severity" -> severity = EventParts.constant(json, Diagnostic.Severity.values());
                case "file" -> file = json.string();
                case "line" -> line = json.integer(1, Integer.MAX_VALUE);
                case "column" -> column = json.integer(1, Integer.MAX_VALUE);
                case "code" -> code = json.string();
                case "message" -> message = json.string();
                case "matcher" -> matcher = json.string();
                default ->
                    throw json.unknownField(field, "severity", "file", "line", "column", "code", "message", "matcher");
            }
        }
        Location location = location(json, file, line, column);
        return new Diagnostic(
                json.required(severity, "severity"),
                location,
                code,
                json.required(message, "message"),
                json.required(matcher, "matcher"));
    }

    private static @Nullable Location location(JsonInput json, @Nullable String file, int line, int column) {
        if (file == null && (line > 0 || column > 0)) {
            throw json.error("a place needs the name of a file");
        }
        return file == null ? null : new Location(file, line, column);
    }
}
