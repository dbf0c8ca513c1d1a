package dev.heddle.core.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.Cancelled;
import dev.heddle.core.Outcome.Failed;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Outcome.FailureCause.Exit;
import dev.heddle.core.Outcome.FailureCause.HostLost;
import dev.heddle.core.Outcome.FailureCause.NotStarted;
import dev.heddle.core.Outcome.FailureCause.Rejected;
import dev.heddle.core.Outcome.FailureCause.Signal;
import dev.heddle.core.Outcome.FailureCause.Thrown;
import dev.heddle.core.Outcome.Ignored;
import dev.heddle.core.Outcome.Locked;
import dev.heddle.core.Outcome.Skipped;
import dev.heddle.core.Outcome.Substituted;
import dev.heddle.core.Outcome.Succeeded;
import dev.heddle.core.Outcome.TimedOut;
import dev.heddle.core.Outcome.UpToDate;
import dev.heddle.core.event.JsonKinds.Kind;
import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes as JSON; {@code docs/event-json.md} describes the form. */
final class OutcomeJson {
    private static final String KIND = "kind";

    private static final JsonKinds<FailureCause> CAUSES = new JsonKinds<>(
            KIND,
            OutcomeJson::causeValue,
            List.of(
                    new Kind<>(
                            "exit",
                            Exit.class,
                            (cause, json) -> json.writeNumberField("code", cause.code()),
                            fields -> new Exit(fields.integer("code"))),
                    new Kind<>(
                            "signal",
                            Signal.class,
                            (cause, json) -> json.writeNumberField("number", cause.number()),
                            fields -> new Signal(fields.integer("number"))),
                    new Kind<>(
                            "thrown",
                            Thrown.class,
                            (cause, json) -> json.writeStringField("thrown", cause.summary()),
                            fields -> new Thrown(new RecordedFailure(fields.text("thrown")))),
                    new Kind<>(
                            "notStarted",
                            NotStarted.class,
                            (cause, json) -> json.writeStringField("message", cause.message()),
                            fields -> new NotStarted(fields.text("message"))),
                    new Kind<>(
                            "hostLost",
                            HostLost.class,
                            OutcomeJson::writeHostLost,
                            fields -> new HostLost(fields.text("host"), fields.takeOrNull("message", String.class))),
                    new Kind<>(
                            "rejected",
                            Rejected.class,
                            (cause, json) -> json.writeStringField("message", cause.message()),
                            fields -> new Rejected(fields.text("message")))));

    private static final JsonKinds<Outcome> OUTCOMES = new JsonKinds<>(
            KIND,
            OutcomeJson::outcomeValue,
            List.of(
                    new Kind<>(
                            "succeeded",
                            Succeeded.class,
                            (outcome, json) -> json.writeStringField(
                                    "elapsed", outcome.elapsed().toString()),
                            fields -> new Succeeded(fields.take("elapsed", Duration.class))),
                    new Kind<>(
                            "upToDate",
                            UpToDate.class,
                            (outcome, json) -> json.writeStringField("why", outcome.why()),
                            fields -> new UpToDate(fields.text("why"))),
                    new Kind<>(
                            "substituted",
                            Substituted.class,
                            (outcome, json) -> json.writeStringField("from", outcome.from()),
                            fields -> new Substituted(fields.text("from"))),
                    new Kind<>(
                            "failed",
                            Failed.class,
                            OutcomeJson::writeFailed,
                            fields -> new Failed(
                                    fields.text("step"),
                                    fields.take("cause", FailureCause.class),
                                    fields.texts("lastOutput"))),
                    new Kind<>(
                            "timedOut",
                            TimedOut.class,
                            OutcomeJson::writeTimedOut,
                            fields -> new TimedOut(
                                    fields.text("step"),
                                    fields.take("limit", Duration.class),
                                    Boolean.TRUE.equals(fields.takeOrNull("idle", Boolean.class)))),
                    new Kind<>(
                            "cancelled",
                            Cancelled.class,
                            (outcome, json) -> json.writeStringField("why", outcome.why()),
                            fields -> new Cancelled(fields.text("why"))),
                    new Kind<>(
                            "skipped",
                            Skipped.class,
                            (outcome, json) -> json.writeStringField("failedDependency", outcome.failedDependency()),
                            fields -> new Skipped(fields.text("failedDependency"))),
                    new Kind<>(
                            "locked",
                            Locked.class,
                            (outcome, json) -> json.writeStringField("owner", outcome.owner()),
                            fields -> new Locked(fields.text("owner"))),
                    new Kind<>(
                            "ignored",
                            Ignored.class,
                            (outcome, json) -> json.writeStringField("why", outcome.why()),
                            fields -> new Ignored(fields.text("why")))));

    private OutcomeJson() {}

    static void write(Outcome outcome, JsonGenerator json) throws IOException {
        OUTCOMES.write(outcome, json);
    }

    static Outcome read(JsonInput json) throws IOException {
        return OUTCOMES.read(json);
    }

    private static void writeHostLost(HostLost cause, JsonGenerator json) throws IOException {
        json.writeStringField("host", cause.host());
        if (cause.message() != null) {
            json.writeStringField("message", cause.message());
        }
    }

    private static void writeFailed(Failed outcome, JsonGenerator json) throws IOException {
        json.writeStringField("step", outcome.step());
        json.writeFieldName("cause");
        CAUSES.write(outcome.cause(), json);
        json.writeArrayFieldStart("lastOutput");
        for (String line : outcome.lastOutput()) {
            json.writeString(line);
        }
        json.writeEndArray();
    }

    private static void writeTimedOut(TimedOut outcome, JsonGenerator json) throws IOException {
        json.writeStringField("step", outcome.step());
        json.writeStringField("limit", outcome.limit().toString());
        if (outcome.idle()) {
            json.writeBooleanField("idle", true);
        }
    }

    private static @Nullable Object causeValue(String field, JsonInput json) throws IOException {
        return switch (field) {
            case "code", "number" -> json.integer(0L, 255L);
            case "thrown", "message", "host" -> json.string();
            default -> null;
        };
    }

    private static @Nullable Object outcomeValue(String field, JsonInput json) throws IOException {
        return switch (field) {
            case "elapsed", "limit" -> json.duration();
            case "why", "from", "step", "failedDependency", "owner" -> json.string();
            case "idle" -> json.bool();
            case "cause" -> CAUSES.read(json);
            case "lastOutput" -> json.strings();
            default -> null;
        };
    }

    /** Stands for what an action threw in the build that was recorded: only its text is left of it. */
    @SuppressWarnings("OverrideThrowableToString") // the text holds the name of the class that was thrown then
    private static final class RecordedFailure extends Exception {
        private static final long serialVersionUID = 1L;

        RecordedFailure(String text) {
            super(text, null, false, false);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
