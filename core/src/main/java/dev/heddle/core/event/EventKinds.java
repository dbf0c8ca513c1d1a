package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent.BuildFinished;
import dev.heddle.core.event.BuildEvent.BuildStarted;
import dev.heddle.core.event.BuildEvent.CriticalPathFound;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import dev.heddle.core.event.BuildEvent.EngineMessage;
import dev.heddle.core.event.BuildEvent.Gap;
import dev.heddle.core.event.BuildEvent.GraphChanged;
import dev.heddle.core.event.BuildEvent.HostDown;
import dev.heddle.core.event.BuildEvent.HostDraining;
import dev.heddle.core.event.BuildEvent.HostRefused;
import dev.heddle.core.event.BuildEvent.HostUp;
import dev.heddle.core.event.BuildEvent.JobFinished;
import dev.heddle.core.event.BuildEvent.JobStarted;
import dev.heddle.core.event.BuildEvent.LockFound;
import dev.heddle.core.event.BuildEvent.LockGone;
import dev.heddle.core.event.BuildEvent.Noted;
import dev.heddle.core.event.BuildEvent.OutputWritten;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.BuildEvent.Statistics;
import dev.heddle.core.event.BuildEvent.StepFinished;
import dev.heddle.core.event.BuildEvent.StepStarted;
import dev.heddle.core.event.BuildEvent.StoodStill;
import dev.heddle.core.event.BuildEvent.Stopping;
import dev.heddle.core.event.BuildEvent.TaskFinished;
import dev.heddle.core.event.BuildEvent.TaskStateChanged;
import dev.heddle.core.event.JsonKinds.Fields;
import dev.heddle.core.event.JsonKinds.Kind;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How each kind of event is written and read; {@code docs/event-json.md} describes the form. */
final class EventKinds {

    static final JsonKinds<BuildEvent> EVENTS = new JsonKinds<>(
            "event",
            EventKinds::value,
            List.of(
                    new Kind<>(
                            "buildStarted",
                            BuildStarted.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("tasks", event.tasks());
                                json.writeNumberField("edges", event.edges());
                            },
                            fields -> new BuildStarted(at(fields), fields.integer("tasks"), fields.integer("edges"))),
                    new Kind<>(
                            "graphChanged",
                            GraphChanged.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("tasks", event.tasks());
                                json.writeNumberField("edges", event.edges());
                                json.writeBooleanField("complete", event.complete());
                            },
                            fields -> new GraphChanged(
                                    at(fields),
                                    fields.integer("tasks"),
                                    fields.integer("edges"),
                                    fields.take("complete", Boolean.class))),
                    new Kind<>(
                            "taskStateChanged",
                            TaskStateChanged.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("task", event.task());
                                json.writeStringField("from", word(event.from()));
                                json.writeStringField("to", word(event.to()));
                            },
                            fields -> new TaskStateChanged(
                                    at(fields),
                                    fields.text("task"),
                                    fields.take("from", TaskState.class),
                                    fields.take("to", TaskState.class))),
                    new Kind<>(
                            "jobStarted",
                            JobStarted.class,
                            (event, json) -> {
                                at(event, json);
                                EventParts.writeInfo(event.job(), json);
                                json.writeNumberField("slots", event.slots());
                            },
                            fields -> new JobStarted(
                                    at(fields), fields.take("info", JobInfo.class), fields.integer("slots"))),
                    new Kind<>(
                            "stepStarted",
                            StepStarted.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("job", event.job());
                                json.writeStringField("step", event.step());
                                json.writeNumberField("pid", event.pid());
                            },
                            fields -> new StepStarted(
                                    at(fields), fields.number("job"), fields.text("step"), fields.number("pid"))),
                    new Kind<>(
                            "stepFinished",
                            StepFinished.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("job", event.job());
                                json.writeStringField("step", event.step());
                                json.writeFieldName("outcome");
                                OutcomeJson.write(event.outcome(), json);
                                json.writeStringField("elapsed", event.elapsed().toString());
                            },
                            fields -> new StepFinished(
                                    at(fields),
                                    fields.number("job"),
                                    fields.text("step"),
                                    fields.take("outcome", Outcome.class),
                                    fields.take("elapsed", Duration.class))),
                    new Kind<>(
                            "outputWritten",
                            OutputWritten.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("job", event.job());
                                json.writeStringField("channel", word(event.channel()));
                                json.writeNumberField("bytes", event.bytes());
                            },
                            fields -> new OutputWritten(
                                    at(fields),
                                    fields.number("job"),
                                    fields.take("channel", Channel.class),
                                    fields.number("bytes"))),
                    new Kind<>(
                            "diagnosticFound",
                            DiagnosticFound.class,
                            (event, json) -> {
                                at(event, json);
                                EventParts.writeInfo(event.job(), json);
                                DiagnosticJson.write(event.diagnostic(), json);
                                json.writeNumberField("offset", event.offset());
                                json.writeNumberField("bytes", event.bytes());
                            },
                            fields -> new DiagnosticFound(
                                    at(fields),
                                    fields.take("info", JobInfo.class),
                                    fields.take("diagnostic", Diagnostic.class),
                                    fields.number("offset"),
                                    fields.number("bytes"))),
                    new Kind<>(
                            "noted",
                            Noted.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("job", event.job());
                                json.writeFieldName("note");
                                EventParts.writeNote(event.note(), json);
                            },
                            fields -> new Noted(at(fields), fields.number("job"), fields.take("note", JobNote.class))),
                    new Kind<>(
                            "jobFinished",
                            JobFinished.class,
                            (event, json) -> {
                                at(event, json);
                                EventParts.writeInfo(event.job(), json);
                                json.writeFieldName("outcome");
                                OutcomeJson.write(event.outcome(), json);
                                json.writeStringField("elapsed", event.elapsed().toString());
                            },
                            fields -> new JobFinished(
                                    at(fields),
                                    fields.take("info", JobInfo.class),
                                    fields.take("outcome", Outcome.class),
                                    fields.take("elapsed", Duration.class))),
                    new Kind<>(
                            "taskFinished",
                            TaskFinished.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("task", event.task());
                                json.writeFieldName("outcome");
                                OutcomeJson.write(event.outcome(), json);
                            },
                            fields -> new TaskFinished(
                                    at(fields), fields.text("task"), fields.take("outcome", Outcome.class))),
                    new Kind<>(
                            "hostUp",
                            HostUp.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("host", event.host());
                                json.writeNumberField("slots", event.slots());
                            },
                            fields -> new HostUp(at(fields), fields.text("host"), fields.integer("slots"))),
                    new Kind<>(
                            "hostDown",
                            HostDown.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("host", event.host());
                                json.writeStringField("why", event.why());
                            },
                            fields -> new HostDown(at(fields), fields.text("host"), fields.text("why"))),
                    new Kind<>(
                            "hostRefused",
                            HostRefused.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("host", event.host());
                                json.writeStringField("why", event.why());
                            },
                            fields -> new HostRefused(at(fields), fields.text("host"), fields.text("why"))),
                    new Kind<>(
                            "hostDraining",
                            HostDraining.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("host", event.host());
                                json.writeStringField("why", event.why());
                                json.writeNumberField("running", event.running());
                            },
                            fields -> new HostDraining(
                                    at(fields), fields.text("host"), fields.text("why"), fields.integer("running"))),
                    new Kind<>(
                            "lockFound",
                            LockFound.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("task", event.task());
                                json.writeStringField("owner", event.owner());
                            },
                            fields -> new LockFound(at(fields), fields.text("task"), fields.text("owner"))),
                    new Kind<>(
                            "lockGone",
                            LockGone.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("task", event.task());
                            },
                            fields -> new LockGone(at(fields), fields.text("task"))),
                    new Kind<>(
                            "engineMessage",
                            EngineMessage.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("channel", word(event.channel()));
                                json.writeStringField("text", event.text());
                            },
                            fields -> new EngineMessage(
                                    at(fields), fields.take("channel", Channel.class), fields.text("text"))),
                    new Kind<>(
                            "statistics",
                            Statistics.class,
                            (event, json) -> {
                                at(event, json);
                                EventParts.writeCounters(event.counters(), json);
                                EventParts.writeTexts("troubled", event.troubled(), json);
                            },
                            fields -> new Statistics(
                                    at(fields), fields.take("counters", Counters.class), fields.texts("troubled"))),
                    new Kind<>(
                            "criticalPathFound",
                            CriticalPathFound.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("elapsed", event.length().toString());
                                EventParts.writeTexts("path", event.tasks(), json);
                                json.writeNumberField("omitted", event.omitted());
                            },
                            fields -> new CriticalPathFound(
                                    at(fields),
                                    fields.take("elapsed", Duration.class),
                                    fields.texts("path"),
                                    fields.integer("omitted"))),
                    new Kind<>(
                            "stopping",
                            Stopping.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("why", event.why());
                            },
                            fields -> new Stopping(at(fields), fields.text("why"))),
                    new Kind<>(
                            "stoodStill",
                            StoodStill.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeStringField("elapsed", event.elapsed().toString());
                            },
                            fields -> new StoodStill(at(fields), fields.take("elapsed", Duration.class))),
                    new Kind<>(
                            "buildFinished",
                            BuildFinished.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeBooleanField("succeeded", event.succeeded());
                                EventParts.writeCounters(event.counters(), json);
                                json.writeNumberField("upToDate", event.upToDate());
                                writeText(json, "stopped", event.stopped());
                            },
                            fields -> new BuildFinished(
                                    at(fields),
                                    fields.take("succeeded", Boolean.class),
                                    fields.take("counters", Counters.class),
                                    fields.integer("upToDate"),
                                    fields.takeOrNull("stopped", String.class))),
                    new Kind<>(
                            "gap",
                            Gap.class,
                            (event, json) -> {
                                at(event, json);
                                json.writeNumberField("lost", event.lost());
                            },
                            fields -> new Gap(at(fields), fields.number("lost")))));

    private EventKinds() {}

    private static void at(BuildEvent event, JsonGenerator json) throws IOException {
        json.writeNumberField("sequence", event.at().sequence());
        json.writeNumberField("nanos", event.at().nanos());
        json.writeStringField("time", event.at().time().toString());
    }

    private static Stamp at(Fields fields) {
        return new Stamp(fields.number("sequence"), fields.number("nanos"), fields.take("time", Instant.class));
    }

    private static void writeText(JsonGenerator json, String field, @Nullable String text) throws IOException {
        if (text != null) {
            json.writeStringField(field, text);
        }
    }

    private static String word(Enum<?> constant) {
        return EventParts.word(constant);
    }

    private static @Nullable Object value(String field, JsonInput json) throws IOException {
        return switch (field) {
            case "sequence", "job", "pid", "bytes", "offset", "lost" -> json.integer(0L, Long.MAX_VALUE);
            case "nanos" -> json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "tasks", "edges", "slots", "running", "omitted", "upToDate" -> json.integer(0L, Integer.MAX_VALUE);
            case "complete", "succeeded" -> json.bool();
            case "task", "step", "host", "why", "owner", "text", "stopped" -> json.string();
            case "time" -> EventParts.instant(json);
            case "elapsed" -> json.duration();
            case "from", "to" -> EventParts.constant(json, TaskState.values());
            case "channel" -> EventParts.constant(json, Channel.values());
            case "info" -> EventParts.info(json);
            case "note" -> EventParts.note(json);
            case "diagnostic" -> DiagnosticJson.read(json);
            case "outcome" -> OutcomeJson.read(json);
            case "counters" -> EventParts.counters(json);
            case "troubled", "path" -> json.strings();
            default -> null;
        };
    }
}
