package dev.heddle.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.Location;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.event.BuildEvent.Stamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventJsonTest {
    private static final Stamp AT = new Stamp(7, 123_456_789_012L, Instant.parse("2026-11-21T12:34:56.123456789Z"));
    private static final JobInfo INFO = new JobInfo(3, "lib/\u00e4\n\"x\"", "libs", "cc -c a.c", "local", 2);
    private static final Counters COUNTERS = new Counters(1, 2, 3, 4, 5, 6, 7, 8);
    private static final Duration LONG = Duration.ofSeconds(3661, 5);

    static List<Outcome> outcomes() {
        return List.of(
                new Outcome.Succeeded(LONG),
                new Outcome.UpToDate("newer"),
                new Outcome.Substituted("https://cache"),
                new Outcome.Failed("build", new FailureCause.Exit(2), List.of("a\u0000", "", "b")),
                new Outcome.Failed("build", new FailureCause.Signal(9), List.of()),
                new Outcome.Failed("build", new FailureCause.NotStarted("no such file"), List.of()),
                new Outcome.Failed("build", new FailureCause.HostLost("far", null), List.of()),
                new Outcome.Failed("build", new FailureCause.HostLost("far", "cut"), List.of()),
                new Outcome.Failed("build", new FailureCause.Rejected("a -> a"), List.of()),
                new Outcome.TimedOut("test", Duration.ofMinutes(5)),
                new Outcome.TimedOut("test", Duration.ofMinutes(5), true),
                new Outcome.Cancelled("Ctrl-C"),
                new Outcome.Skipped("zlib"),
                new Outcome.Locked("pid 12"),
                new Outcome.Ignored("said so"));
    }

    static List<BuildEvent> events() {
        List<BuildEvent> events = new ArrayList<>(List.of(
                new BuildEvent.BuildStarted(AT, 5, 6),
                new BuildEvent.GraphChanged(AT, 7, 8, true),
                new BuildEvent.TaskStateChanged(AT, "a", TaskState.WAITING, TaskState.QUEUED),
                new BuildEvent.JobStarted(AT, INFO, 2),
                new BuildEvent.JobStarted(AT, new JobInfo(3, "a", null, "", "local", 1), 0),
                new BuildEvent.StepStarted(AT, 3, "build", 4711),
                new BuildEvent.OutputWritten(AT, 0, Channel.STDERR, 1L << 40),
                new BuildEvent.DiagnosticFound(
                        AT,
                        INFO,
                        new Diagnostic(Severity.WARNING, Location.of("a.c", 3, 5), "-Wx", "unused 'x'", "gcc"),
                        1L << 40,
                        120),
                new BuildEvent.DiagnosticFound(
                        AT, INFO, new Diagnostic(Severity.ERROR, Location.of("a.java", 3), null, "", "javac"), 0, 1),
                new BuildEvent.DiagnosticFound(
                        AT, INFO, new Diagnostic(Severity.NOTE, Location.of("log", 0), null, "see", "x"), 0, 1),
                new BuildEvent.DiagnosticFound(
                        AT, INFO, new Diagnostic(Severity.ERROR, null, null, "no rule", "make"), 0, 1),
                new BuildEvent.Noted(AT, 3, new JobNote.Progress(5, 10, "halfway")),
                new BuildEvent.Noted(AT, 3, new JobNote.Fact("size", "12")),
                new BuildEvent.HostUp(AT, "local", 4),
                new BuildEvent.HostDown(AT, "far", "no answer"),
                new BuildEvent.HostRefused(AT, "far", "other compiler"),
                new BuildEvent.HostDraining(AT, "far", "stop-far exists", 3),
                new BuildEvent.LockFound(AT, "a", "pid 12"),
                new BuildEvent.LockGone(AT, "a"),
                new BuildEvent.EngineMessage(AT, Channel.WARNING, "two\nlines \ud83e\uddf5"),
                new BuildEvent.Statistics(AT, COUNTERS, List.of("a", "b")),
                new BuildEvent.CriticalPathFound(AT, LONG, List.of("a", "b"), 3),
                new BuildEvent.Stopping(AT, "stop file"),
                new BuildEvent.StoodStill(AT, Duration.ofMillis(12_345)),
                new BuildEvent.StoodStill(AT, BuildEvent.StoodStill.MOST),
                new BuildEvent.BuildFinished(AT, true, COUNTERS, 3, null),
                new BuildEvent.BuildFinished(AT, false, COUNTERS, 0, "Ctrl-C"),
                new BuildEvent.Gap(AT, 1000)));
        for (Outcome outcome : outcomes()) {
            events.add(new BuildEvent.StepFinished(AT, 3, "build", outcome, LONG));
            events.add(new BuildEvent.JobFinished(AT, INFO, outcome, Duration.ZERO));
            events.add(new BuildEvent.TaskFinished(AT, "a", outcome));
        }
        return events;
    }

    private static byte[] written(List<BuildEvent> events) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EventJson.Writer writer = EventJson.writer(out)) {
            events.forEach(writer::onEvent);
        }
        return out.toByteArray();
    }

    private static List<BuildEvent> read(byte[] lines) throws IOException {
        List<BuildEvent> events = new ArrayList<>();
        try (EventJson.Reader reader = EventJson.reader(new ByteArrayInputStream(lines), "events")) {
            for (BuildEvent event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
        }
        return events;
    }

    @Test
    void everyKindComesBackAsItWas() throws IOException {
        assertThat(read(written(events()))).isEqualTo(events());
        assertThat(events().stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(BuildEvent.class.getPermittedSubclasses());
        Stream<Class<?>> outcomes =
                outcomes().stream().<Class<?>>map(Object::getClass).distinct();
        assertThat(outcomes).containsExactlyInAnyOrder(Outcome.class.getPermittedSubclasses());
    }

    @Test
    void whatAnActionThrewComesBackAsText() throws IOException {
        Outcome failed = new Outcome.Failed(
                "action", new FailureCause.Thrown(new IllegalStateException("it broke")), List.of("last"));
        BuildEvent back = read(written(List.of(new BuildEvent.TaskFinished(AT, "a", failed))))
                .get(0);
        Outcome outcome = ((BuildEvent.TaskFinished) back).outcome();
        assertThat(outcome.summary())
                .isEqualTo(failed.summary())
                .isEqualTo("step 'action' failed: java.lang.IllegalStateException: it broke");
        assertThat(written(List.of(back))).isEqualTo(written(List.of(new BuildEvent.TaskFinished(AT, "a", failed))));
    }

    @Test
    void linesAreAsTheDocumentSays() throws IOException {
        assertThat(new String(written(List.of(events().get(0), new BuildEvent.JobStarted(AT, INFO, 2))), UTF_8))
                .isEqualTo("""
                        {"heddleEvents":1}
                        {"event":"buildStarted","sequence":7,"nanos":123456789012,"time":"2026-11-21T12:34:56.123456789Z","tasks":5,"edges":6}
                        {"event":"jobStarted","sequence":7,"nanos":123456789012,"time":"2026-11-21T12:34:56.123456789Z","info":{"job":3,"task":"lib/\u00e4\\n\\"x\\"","component":"libs","description":"cc -c a.c","host":"local","attempt":2},"slots":2}
                        """);
    }

    @Test
    void lineCutAnywhereIsAnErrorWithItsPlace() throws IOException {
        for (BuildEvent event : events()) {
            byte[] whole = written(List.of(event));
            int header = "{\"heddleEvents\":1}\n".length();
            for (int length = header + 1; length < whole.length - 1; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(cut))
                        .isExactlyInstanceOf(EventFormatException.class)
                        .hasNoCause()
                        .hasMessageStartingWith("events:2:");
            }
        }
    }

    @Test
    void damagedLinesAreReadOrRefusedAndTheNextLineIsStillThere() throws IOException {
        byte[] whole = written(events());
        int header = "{\"heddleEvents\":1}\n".length();
        for (int seed = 0; seed < 300 * Integer.getInteger("heddle.fuzz", 1); seed++) {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            int at = header + random.nextInt(whole.length - header);
            if (damaged[at] != '\n') {
                damaged[at] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[],:\"0e\\".charAt(random.nextInt(10)));
            }
            int read = 0;
            int refused = 0;
            try (EventJson.Reader reader = EventJson.reader(new ByteArrayInputStream(damaged), "events")) {
                for (boolean more = true; more; ) {
                    try {
                        more = reader.next() != null;
                        read++;
                    } catch (EventFormatException e) {
                        refused++;
                        assertThat(e).hasNoCause().hasMessageStartingWith("events:");
                    }
                }
            }
            assertThat(read + refused).as("seed %d", seed).isBetween(events().size() + 1, events().size() + 2);
            assertThat(refused).isLessThan(3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                       | 1:1: the text ends too early
                    {"event":"gap"}                          | 1:2: not a recording of events: the first line must be
                    {"heddleEvents":2}                       | 1:17: this is version 2 of the format; only version 1
                    {"heddleEvents":1,"x":2}                 | 1:19: unknown field "x"
                    {"heddleEvents":1}~{"event":"party"}     | 2:10: unknown "event"; known: buildStarted, graphChanged
                    {"heddleEvents":1}~{"sequence":1}        | 2:2: the first field must be "event"
                    {"heddleEvents":1}~{"event":"gap","sequence":1,"nanos":2}               | 2:38: the field "time" is missing
                    {"heddleEvents":1}~{"event":"gap","time":"noon"}                        | 2:23: not a time; write
                    {"heddleEvents":1}~{"event":"gap","colour":1}                           | 2:16: unknown field "colour"
                    {"heddleEvents":1}~{"event":"gap","sequence":-1}                        | 2:27: a number from 0 to
                    {"heddleEvents":1}~{"event":"diagnosticFound","diagnostic":{"line":1}}  | 2:50: a place needs the name of a file
                    {"heddleEvents":1}~{"event":"diagnosticFound","diagnostic":{"file":"a","column":1}} | 2: not a place in a
                    {"heddleEvents":1}~{"event":"hostUp","channel":"loud"}                  | 2:29: one of these is expected here: stdout, stderr
                    """)
    void wrongLinesAreToldWithTheirPlace(String lines, String message) {
        assertThatThrownBy(() -> read(lines.replace("''", "").replace('~', '\n').getBytes(UTF_8)))
                .isInstanceOf(EventFormatException.class)
                .hasMessageStartingWith("events:" + message);
    }

    @Test
    void fieldOfAnotherKindIsRefused() {
        String line = "{\"heddleEvents\":1}\n{\"event\":\"lockGone\",\"sequence\":1,\"nanos\":2,"
                + "\"time\":\"2026-11-21T12:00:00Z\",\"task\":\"a\",\"slots\":3}";
        assertThatThrownBy(() -> read(line.getBytes(UTF_8)))
                .hasMessageContaining("\"lockGone\" has no field \"slots\"");
    }

    @Test
    void writerThatCannotWriteTellsTheFeed() throws IOException {
        EventJson.Writer writer = EventJson.writer(new OutputStream() {
            private int bytes;

            @Override
            public void write(int b) throws IOException {
                if (bytes++ > 100) {
                    throw new IOException("disk full");
                }
            }
        });
        assertThatThrownBy(() -> events().forEach(writer::onEvent))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("disk full");
        writer.close();
        writer.close();
        assertThatThrownBy(() -> writer.onEvent(events().get(0))).hasMessageContaining("closed");
    }
}
