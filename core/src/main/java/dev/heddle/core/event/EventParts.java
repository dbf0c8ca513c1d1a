package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.event.JsonKinds.Kind;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values that several kinds of event have, as JSON; {@code docs/event-json.md} describes the form. */
final class EventParts {

    private static final JsonKinds<JobNote> NOTES = new JsonKinds<>(
            "kind",
            EventParts::noteValue,
            List.of(
                    new Kind<>(
                            "progress",
                            JobNote.Progress.class,
                            EventParts::writeProgress,
                            fields -> new JobNote.Progress(
                                    fields.number("done"), fields.number("total"), fields.text("text"))),
                    new Kind<>(
                            "fact",
                            JobNote.Fact.class,
                            EventParts::writeFact,
                            fields -> new JobNote.Fact(fields.text("key"), fields.text("value")))));

    private EventParts() {}

    /** {@code TASK_STATE} as {@code task_state}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> E constant(JsonInput json, E[] constants) throws IOException {
        String word = json.string();
        for (E constant : constants) {
            if (word(constant).equals(word)) {
                return constant;
            }
        }
        throw json.error("one of these is expected here: "
                + String.join(
                        ", ", Arrays.stream(constants).map(EventParts::word).toList()));
    }

    static Instant instant(JsonInput json) throws IOException {
        String text = json.string();
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw json.error("not a time; write 2026-11-21T12:00:00Z");
        }
    }

    static void writeTexts(String field, List<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    static void writeInfo(JobInfo info, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("info");
        json.writeNumberField("job", info.job());
        json.writeStringField("task", info.task());
        if (info.component() != null) {
            json.writeStringField("component", info.component());
        }
        json.writeStringField("description", info.description());
        json.writeStringField("host", info.host());
        json.writeNumberField("attempt", info.attempt());
        json.writeEndObject();
    }

    static JobInfo info(JsonInput json) throws IOException {
        Long job = null;
        String task = null;
        String component = null;
        String description = null;
        String host = null;
        Integer attempt = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "job" -> job = json.integer(0L, Long.MAX_VALUE);
                case "task" -> task = json.string();
                case "component" -> component = json.string();
                case "description" -> description = json.string();
                case "host" -> host = json.string();
                case "attempt" -> attempt = json.integer(0, Integer.MAX_VALUE);
                default -> throw json.unknownField(field, "job", "task", "component", "description", "host", "attempt");
            }
        }
        return new JobInfo(
                json.required(job, "job"),
                json.required(task, "task"),
                component,
                json.required(description, "description"),
                json.required(host, "host"),
                json.required(attempt, "attempt"));
    }

    static void writeCounters(Counters counters, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("counters");
        json.writeNumberField("done", counters.done());
        json.writeNumberField("usable", counters.usable());
        json.writeNumberField("built", counters.built());
        json.writeNumberField("queued", counters.queued());
        json.writeNumberField("waiting", counters.waiting());
        json.writeNumberField("ignored", counters.ignored());
        json.writeNumberField("failed", counters.failed());
        json.writeNumberField("running", counters.running());
        json.writeEndObject();
    }

    static Counters counters(JsonInput json) throws IOException {
        String[] names = {"done", "usable", "built", "queued", "waiting", "ignored", "failed", "running"};
        int[] counts = new int[names.length];
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            int at = Arrays.asList(names).indexOf(field);
            if (at < 0) {
                throw json.unknownField(field, names);
            }
            counts[at] = json.integer(0, Integer.MAX_VALUE);
        }
        return new Counters(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7]);
    }

    static void writeNote(JobNote note, JsonGenerator json) throws IOException {
        NOTES.write(note, json);
    }

    static JobNote note(JsonInput json) throws IOException {
        return NOTES.read(json);
    }

    private static void writeProgress(JobNote.Progress note, JsonGenerator json) throws IOException {
        json.writeNumberField("done", note.done());
        json.writeNumberField("total", note.total());
        json.writeStringField("text", note.text());
    }

    private static void writeFact(JobNote.Fact note, JsonGenerator json) throws IOException {
        json.writeStringField("key", note.key());
        json.writeStringField("value", note.value());
    }

    private static @Nullable Object noteValue(String field, JsonInput json) throws IOException {
        return switch (field) {
            case "done", "total" -> json.integer(0L, Long.MAX_VALUE);
            case "text", "key", "value" -> json.string();
            default -> null;
        };
    }
}
