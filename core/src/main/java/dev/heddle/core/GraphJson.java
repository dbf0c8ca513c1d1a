package dev.heddle.core;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Graphs as JSON, read and written as streams. {@code docs/graph-json.md} of this module describes the format, whose version is
 * {@value #VERSION}.
 *
 * <p><b>Threads.</b> Everything here may be called from any thread.
 *
 * <p><b>Bounds.</b> Besides the graph itself, reading takes constant memory. Strings are at most 16 Mi characters long, values are
 * nested at most 32 deep, a line of {@link #lines} is at most {@value TaskLines#MAX_LINE} bytes long.
 *
 * <p><b>Failure.</b> Whatever is wrong with a text is a {@link GraphException} whose message begins with
 * {@code NAME:LINE:COLUMN}: syntax, an unknown or repeated field, a value of another type, a text that is cut, and all that
 * {@link BuildGraph} checks. An {@code IOException} means that the stream itself failed.
 */
public final class GraphJson {

    /** The version of the format, which is the first field of every file. */
    public static final int VERSION = 1;

    private static final String VERSION_FIELD = "heddleGraph";

    private GraphJson() {}

    /**
     * Writes a graph, a task a line. Does not close the stream. Dependencies of a {@link GrowingGraph} that are still unresolved
     * are not written.
     *
     * @throws GraphException if a step is an {@link Action}, which only exists in this JVM
     */
    public static void write(GraphView graph, OutputStream out) throws IOException {
        try (JsonGenerator json = new JsonFormat().write(out)) {
            json.setPrettyPrinter(new TaskPerLine());
            json.writeStartObject();
            json.writeNumberField(VERSION_FIELD, VERSION);
            json.writeObjectFieldStart("pools");
            for (Map.Entry<String, Integer> pool : graph.pools().entrySet()) {
                json.writeNumberField(pool.getKey(), pool.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("tasks");
            TaskJsonWriter writer = new TaskJsonWriter(graph, json);
            for (int task = 0; task < graph.size(); task++) {
                writer.write(graph.task(task));
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    /**
     * Reads a graph.
     *
     * @param file the file, whose name as given appears in messages
     */
    public static BuildGraph read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a graph. Does not close the stream.
     *
     * @param in one JSON text in UTF-8
     * @param name what to call it in messages
     */
    public static BuildGraph read(InputStream in, String name) throws IOException {
        return read(in, name, (task, place) -> {});
    }

    /**
     * Reads a graph, and tells where each task begins. Does not close the stream.
     *
     * @param in one JSON text in UTF-8
     * @param name what to call it in messages
     * @param places is told of each task in turn, with the place {@code NAME:LINE:COLUMN}, before the graph is checked as a whole
     */
    public static BuildGraph read(InputStream in, String name, BiConsumer<? super TaskSpec, ? super String> places)
            throws IOException {
        JsonInput json = null;
        try {
            json = new JsonFormat().open(in, name);
            return new GraphReader(json, name, places).read();
        } catch (JsonInputException e) {
            throw new GraphException(String.valueOf(e.getMessage()), null, e.place());
        } catch (GraphException e) {
            throw json == null ? e : e.at(json.place());
        } catch (IllegalArgumentException e) { // a value that a task, a step or a command does not take
            throw new GraphException(String.valueOf(e.getMessage()), null, json == null ? name : json.place());
        }
    }

    /**
     * Reads tasks from lines, each a JSON object, while a build runs: what a listing command prints, say. The source does not
     * close the stream. Lines that are broken are left out, and each is {@linkplain TaskSource.Feed#refuse told}; when all are
     * read, the source fails with a {@link GraphException} that tells the first of them.
     *
     * @param in lines of JSON in UTF-8; empty lines are skipped
     * @param name what to call it in messages
     */
    public static TaskSource lines(InputStream in, String name) {
        return feed -> new TaskLines(in, name).feed(feed);
    }

    /** Reads the one text of a graph. */
    private static final class GraphReader {
        private final JsonInput json;
        private final String name;
        private final BiConsumer<? super TaskSpec, ? super String> places;
        private final BuildGraph.Builder graph = BuildGraph.builder();
        private final GrowingInts lines = new GrowingInts(); // by task
        private final GrowingInts columns = new GrowingInts(); // by task

        GraphReader(JsonInput json, String name, BiConsumer<? super TaskSpec, ? super String> places) {
            this.json = json;
            this.name = name;
            this.places = places;
        }

        BuildGraph read() throws IOException {
            json.beginObject();
            if (!VERSION_FIELD.equals(json.nextField())) {
                throw json.error(
                        "not a graph: the first field must be \"" + VERSION_FIELD + "\", the version of the format");
            }
            int version = json.integer(0, Integer.MAX_VALUE);
            if (version != VERSION) {
                throw json.error(
                        "this is version " + version + " of the format; only version " + VERSION + " is known");
            }
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "pools" -> pools();
                    case "tasks" -> tasks();
                    default -> throw json.unknownField(field, "pools", "tasks");
                }
            }
            json.end();
            return build();
        }

        private void pools() throws IOException {
            json.beginObject();
            for (String pool = json.nextField(); pool != null; pool = json.nextField()) {
                graph.pool(pool, json.integer(Integer.MIN_VALUE, Integer.MAX_VALUE));
            }
        }

        private void tasks() throws IOException {
            TaskJsonReader reader = new TaskJsonReader(json);
            json.beginArray();
            while (json.nextElement()) {
                int line = json.line();
                int column = json.column();
                TaskSpec task = reader.task();
                graph.task(task);
                places.accept(task, name + ":" + line + ":" + column);
                lines.add(line);
                columns.add(column);
            }
        }

        /** Checks as a whole what was read; says where a task at fault begins. */
        private BuildGraph build() {
            try {
                return graph.build();
            } catch (GraphException e) {
                int task = e.task().map(graph::indexOf).orElse(-1);
                throw task < 0 ? e.at(name) : e.at(name + ":" + lines.get(task) + ":" + columns.get(task));
            }
        }
    }

    /** A task stands on a line of its own, so that graphs can be compared by line; all else is as short as can be. */
    private static final class TaskPerLine extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;
        private static final int TASKS = 2;

        private transient int depth;

        @Override
        public void writeStartObject(JsonGenerator json) throws IOException {
            depth++;
            super.writeStartObject(json);
        }

        @Override
        public void writeEndObject(JsonGenerator json, int entries) throws IOException {
            depth--;
            super.writeEndObject(json, entries);
        }

        @Override
        public void writeStartArray(JsonGenerator json) throws IOException {
            depth++;
            super.writeStartArray(json);
        }

        @Override
        public void beforeArrayValues(JsonGenerator json) throws IOException {
            endLine(json);
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            super.writeArrayValueSeparator(json);
            endLine(json);
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) throws IOException {
            endLine(json);
            depth--;
            super.writeEndArray(json, values);
        }

        private void endLine(JsonGenerator json) throws IOException {
            if (depth == TASKS) {
                json.writeRaw('\n');
            }
        }
    }
}
