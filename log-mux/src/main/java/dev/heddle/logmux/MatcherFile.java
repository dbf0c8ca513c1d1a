package dev.heddle.logmux;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads matchers from JSON; {@code docs/matchers.md} describes the form, version {@value #VERSION}. */
final class MatcherFile {

    static final int VERSION = 1;
    static final int MOST_BYTES = 1024 * 1024;
    static final int MOST_MATCHERS = 100;

    private static final String VERSION_FIELD = "heddleMatchers";

    private final JsonInput json;

    private MatcherFile(JsonInput json) {
        this.json = json;
    }

    static List<DiagnosticMatcher> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    static List<DiagnosticMatcher> read(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new MatcherFormatException(name + ":1:1", "a file of matchers has at most " + MOST_BYTES + " bytes");
        }
        try {
            JsonInput json = new JsonFormat().open(new ByteArrayInputStream(bytes), name);
            return new MatcherFile(json).file();
        } catch (JsonInputException e) {
            throw new MatcherFormatException(e.place(), String.valueOf(e.getMessage()));
        }
    }

    private List<DiagnosticMatcher> file() throws IOException {
        Integer version = null;
        List<DiagnosticMatcher> matchers = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case VERSION_FIELD -> version = version();
                case "matchers" -> matchers = matchers();
                default -> throw json.unknownField(field, VERSION_FIELD, "matchers");
            }
        }
        json.required(version, VERSION_FIELD);
        List<DiagnosticMatcher> read = json.required(matchers, "matchers");
        json.end();
        return read;
    }

    private int version() throws IOException {
        int version = json.integer(0, Integer.MAX_VALUE);
        if (version != VERSION) {
            throw json.error("this is version " + version + " of the format; only version " + VERSION + " is known");
        }
        return version;
    }

    private List<DiagnosticMatcher> matchers() throws IOException {
        List<DiagnosticMatcher> matchers = new ArrayList<>();
        json.beginArray();
        while (json.nextElement()) {
            if (matchers.size() == MOST_MATCHERS) {
                throw json.error("a file has at most " + MOST_MATCHERS + " matchers");
            }
            matchers.add(matcher());
        }
        return List.copyOf(matchers);
    }

    private DiagnosticMatcher matcher() throws IOException {
        DiagnosticMatcher.@Nullable Builder builder = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (builder == null) {
                if (!field.equals("name")) {
                    throw json.error("the first field of a matcher must be \"name\"");
                }
                builder = accept(DiagnosticMatcher::named, json.string());
            } else {
                field(builder, field);
            }
        }
        DiagnosticMatcher.Builder complete = json.required(builder, "name");
        return accept(unused -> complete.build(), "");
    }

    private void field(DiagnosticMatcher.Builder builder, String field) throws IOException {
        switch (field) {
            case "needs" -> each(builder::needs);
            case "head" -> each(builder::head);
            case "before" -> each(builder::before);
            case "except" -> each(builder::except);
            case "goesOn" -> each(builder::goesOn);
            case "joins" -> each(builder::joins);
            case "end" -> accept(builder::end, json.string());
            case "blankInside" -> when(json.bool(), builder::blankInside);
            case "alone" -> when(!json.bool(), builder::notAlone);
            case "lastPlace" -> when(json.bool(), builder::lastPlace);
            case "gap" -> accept(builder::gap, json.integer(0, 20));
            case "mostLines" -> accept(builder::mostLines, json.integer(1, DiagnosticMatcher.MOST_LINES));
            case "severity" -> accept(builder::severity, severity());
            default ->
                throw json.unknownField(
                        field,
                        "name, needs, head, before, except, goesOn, joins, end, blankInside, alone, lastPlace, gap, mostLines, severity");
        }
    }

    private static void when(boolean wanted, Runnable setting) {
        if (wanted) {
            setting.run();
        }
    }

    private Diagnostic.Severity severity() throws IOException {
        String word = json.string();
        for (Diagnostic.Severity severity : Diagnostic.Severity.values()) {
            if (severity.name().toLowerCase(Locale.ROOT).equals(word)) {
                return severity;
            }
        }
        throw json.error("one of these is expected here: error, warning, note");
    }

    private interface Setting<T, R> {
        R set(T value);
    }

    // One string, or an array of them.
    private void each(Setting<String, ?> setting) throws IOException {
        if (json.nextIsString()) {
            accept(setting, json.string());
            return;
        }
        json.beginArray();
        while (json.nextElement()) {
            accept(setting, json.string());
        }
    }

    private <T, R> R accept(Setting<T, R> setting, T value) {
        try {
            return setting.set(value);
        } catch (IllegalArgumentException e) {
            throw json.error(String.valueOf(e.getMessage()));
        }
    }
}
