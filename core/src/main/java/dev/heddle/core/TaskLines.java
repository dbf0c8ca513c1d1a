package dev.heddle.core;

import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Feeds tasks from lines of JSON. For one thread. */
final class TaskLines {
    static final int MAX_LINE = 16 << 20;

    private final InputStream in;
    private final String name;
    private final JsonFormat format = new JsonFormat();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private byte[] line = new byte[1024];
    private int length;
    private int number;
    private @Nullable GraphException firstError;
    private int errors;

    TaskLines(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    void feed(TaskSource.Feed feed) throws IOException, InterruptedException {
        while (nextLine()) {
            number++;
            Expansion expansion = null;
            try {
                expansion = read();
            } catch (GraphException e) {
                firstError = firstError == null ? e : firstError;
                errors++;
            }
            if (expansion != null) {
                feed.add(expansion, name + ":" + number);
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
        if (length > MAX_LINE) {
            throw new GraphException("the line is longer than " + MAX_LINE + " bytes", null, name + ":" + number);
        }
        JsonInput json = null;
        try {
            json = format.open(line, length, name, number);
            if (json.atEnd()) {
                return null;
            }
            Expansion expansion = expansion(json);
            json.end();
            return expansion;
        } catch (JsonInputException e) {
            throw new GraphException(String.valueOf(e.getMessage()), null, e.place());
        } catch (IllegalArgumentException e) { // a value that a task, a step or a command does not take
            throw new GraphException(
                    String.valueOf(e.getMessage()), null, json == null ? name + ":" + number : json.place());
        }
    }

    private static Expansion expansion(JsonInput json) throws IOException {
        json.beginObject();
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

    /** Reads up to the next end of line; of a line that is too long only the length is kept. */
    private boolean nextLine() throws IOException {
        length = 0;
        while (true) {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, in.read(buffer));
                if (limit == 0) {
                    return length > 0;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end - position);
            position = end;
            if (end < limit) {
                position++;
                return true;
            }
        }
    }

    private void append(int count) {
        if (length + count > MAX_LINE) {
            length = MAX_LINE + 1;
            return;
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }
}
