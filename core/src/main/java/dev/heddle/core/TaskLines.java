package dev.heddle.core;

import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import dev.heddle.core.json.JsonLines;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Feeds tasks from lines of JSON. For one thread. */
final class TaskLines {
    static final int MAX_LINE = JsonLines.MAX_LINE;

    private final JsonLines lines;
    /** Where the record of the line begins. */
    private String place = "";

    private @Nullable GraphException firstError;
    private int errors;

    TaskLines(InputStream in, String name) {
        this.lines = new JsonLines(in, name);
    }

    void feed(TaskSource.Feed feed) throws IOException, InterruptedException {
        while (lines.next()) {
            Expansion expansion = null;
            try {
                expansion = read();
            } catch (GraphException e) {
                firstError = firstError == null ? e : firstError;
                errors++;
                feed.refuse(String.valueOf(e.getMessage()));
            }
            if (expansion != null) {
                feed.add(expansion, place);
            }
        }
        if (firstError != null) {
            throw errors == 1
                    ? firstError
                    : new GraphException(
                            firstError.getMessage() + "; " + (errors - 1) + " more lines after it are broken",
                            null,
                            null);
        }
    }

    private @Nullable Expansion read() throws IOException {
        JsonInput json = null;
        try {
            json = lines.open();
            if (json.atEnd()) {
                return null;
            }
            Expansion expansion = expansion(json);
            json.end();
            return expansion;
        } catch (JsonInputException e) {
            throw new GraphException(String.valueOf(e.getMessage()), null, e.place());
        } catch (IllegalArgumentException e) { // a value that a task, a step or a command does not take
            throw new GraphException(String.valueOf(e.getMessage()), null, json == null ? lines.place() : json.place());
        }
    }

    private Expansion expansion(JsonInput json) throws IOException {
        json.beginObject();
        place = json.place();
        String first = json.nextField();
        if ("pool".equals(first)) {
            return pool(json);
        }
        return "addTo".equals(first)
                ? late(json)
                : Expansion.builder()
                        .task(new TaskJsonReader(json).fields(first))
                        .build();
    }

    private static Expansion pool(JsonInput json) throws IOException {
        String name = json.string();
        Integer depth = null;
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (!field.equals("depth")) {
                throw json.unknownField(field, "pool", "depth");
            }
            depth = json.integer(1, Integer.MAX_VALUE);
        }
        return Expansion.builder().pool(name, json.required(depth, "depth")).build();
    }

    private static Expansion late(JsonInput json) throws IOException {
        Expansion.Builder expansion = Expansion.builder();
        String task = json.string();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (!field.equals("dependencies")) {
                throw json.unknownField(field, "addTo", "dependencies");
            }
            new TaskJsonReader(json).dependencies().forEach(late -> expansion.dependency(task, late));
        }
        return expansion.build();
    }
}
