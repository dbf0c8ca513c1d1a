package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.wire.GuixReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

    @TempDir
    private Path directory;

    private static byte[] export(
            Recording recording, GroupingStrategy strategy, Function<ByteArrayOutputStream, Sink> form)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(strategy, form.apply(out));
        }
        return out.toByteArray();
    }

    /** An event of an asciicast. */
    private record Event(BigDecimal seconds, String text) {}

    // By the rules of the format, not by the code of the writer.
    private static List<Event> events(byte[] cast) throws IOException {
        JsonFactory factory = new JsonFactory();
        List<String> lines = new String(cast, StandardCharsets.UTF_8).lines().toList();
        checkHead(factory, lines.get(0));
        assertThat(new String(cast, StandardCharsets.UTF_8)).endsWith("\n").doesNotContain("\r");
        List<Event> events = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            try (JsonParser json = factory.createParser(line)) {
                assertThat(json.nextToken()).isEqualTo(JsonToken.START_ARRAY);
                assertThat(json.nextToken().isNumeric()).isTrue();
                BigDecimal seconds = json.getDecimalValue();
                assertThat(seconds).isNotNegative();
                assertThat(json.nextTextValue()).isEqualTo("o");
                assertThat(json.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                events.add(new Event(seconds, json.getText()));
                assertThat(json.nextToken()).isEqualTo(JsonToken.END_ARRAY);
                assertThat(json.nextToken()).isNull();
            }
        }
        return events;
    }

    // The specification of asciicast v2: what must be there, of which type, and what may be.
    private static void checkHead(JsonFactory factory, String line) throws IOException {
        Map<String, JsonToken> types = new TreeMap<>();
        try (JsonParser json = factory.createParser(line)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                types.put(name, json.nextToken());
                switch (name) {
                    case "version" -> assertThat(json.getIntValue()).isEqualTo(2);
                    case "width", "height" -> assertThat(json.getIntValue()).isPositive();
                    case "timestamp" -> assertThat(json.getLongValue()).isNotNegative();
                    case "env" -> {
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            assertThat(json.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                        }
                    }
                    default -> throw new AssertionError("no field of the format: " + name);
                }
            }
            assertThat(json.nextToken()).isNull();
        }
        assertThat(types)
                .containsEntry("version", JsonToken.VALUE_NUMBER_INT)
                .containsEntry("width", JsonToken.VALUE_NUMBER_INT)
                .containsEntry("height", JsonToken.VALUE_NUMBER_INT)
                .containsEntry("timestamp", JsonToken.VALUE_NUMBER_INT)
                .containsEntry("env", JsonToken.START_OBJECT);
    }

    @Test
    void asciicastShowsTheSameTextAtTheTimesOfTheBuild() throws IOException {
        Recording recording = new Recording("cast")
                .start(0, 1, "a")
                .say(1_500_000, 1, "one \"quoted\" ü\n")
                .say(3_000_000, 1, "\u001b[31mred\u001b[0m\n")
                .end(4_000_000, 1, 0);
        List<Event> events = events(export(recording, GroupingStrategy.line(), Sinks::asciicast));
        assertThat(events).extracting(Event::seconds).isSorted();
        assertThat(events.get(0).seconds()).isEqualByComparingTo("1.5");
        assertThat(events.get(0).text()).contains("one \"quoted\" ü\r\n");
        assertThat(events).anySatisfy(event -> {
            assertThat(event.seconds()).isEqualByComparingTo("3");
            assertThat(event.text()).contains("\u001b[31mred");
        });
    }

    @Test
    void asciicastOfAnythingIsValidAndHoldsNoByteThatIsNoText() throws IOException {
        for (Recording recording : Recordings.all()) {
            byte[] cast = export(recording, GroupingStrategy.stage(), Sinks::asciicast);
            List<Event> events = events(cast);
            assertThat(events).as(recording.name).extracting(Event::seconds).isSorted();
            assertThat(new String(cast, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                    .as(recording.name)
                    .isEqualTo(cast);
        }
    }

    @Test
    void bytesThatAreNoTextAreVisibleInAnAsciicast() throws IOException {
        Recording recording = new Recording("binary")
                .start(0, 1, "a")
                .say(1, 1, Channel.STDOUT, new byte[] {'<', (byte) 0xFF, (byte) 0xC3, '>', '\n'})
                .end(2, 1, 0);
        String text = events(export(recording, GroupingStrategy.line(), Sinks::asciicast)).stream()
                .map(Event::text)
                .reduce("", String::concat);
        assertThat(text).containsPattern("<(\\\\xFF|\\\\xff|\uFFFD).*>");
    }

    /** How a job ended, and what it said, in the order of the journal. */
    private record Job(boolean failed, boolean ordered, byte[] said) {
        /**
         * What can be compared: of a job with two channels not the order between them, which is another where something had to be
         * held back.
         */
        private List<Object> facts(boolean inOrder) {
            byte[] bytes = said.clone();
            if (!inOrder) {
                Arrays.sort(bytes);
            }
            return List.of(failed, bytes.length, Arrays.hashCode(bytes));
        }
    }

    private static List<Job> jobs(byte[] journal) throws IOException {
        List<Job> jobs = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            for (JournalTask task : reader.tasks()) {
                ByteArrayOutputStream said = new ByteArrayOutputStream();
                reader.copy(task, said);
                boolean failed = task.ending() != null && task.ending().isFailure();
                if (!task.job().task().equals(GuixSession.DAEMON)) {
                    jobs.add(new Job(failed, task.bytes().size() == 1, said.toByteArray()));
                }
            }
        }
        // A build of the stream begins when its job first speaks.
        jobs.sort(Comparator.comparing(job -> job.facts(false) + " " + job.facts(true)));
        return jobs;
    }

    @Test
    void guixTracesReadAgainAreTheSameJobsWithEveryByteAndEnd() throws IOException {
        for (Recording recording : Recordings.all()) {
            byte[] stream = export(recording, GroupingStrategy.raw(), Sinks::guixTraces);
            Path journal = directory.resolve("again.hlog");
            try (OutputMultiplexer mux =
                            OutputMultiplexer.builder().journal(journal).build();
                    GuixSession session = new GuixSession(mux)) {
                new GuixReader(session).readAll(new ByteArrayInputStream(stream));
            }
            List<Job> exported = jobs(recording.journal());
            List<Job> again = jobs(Files.readAllBytes(journal));
            assertThat(again).as(recording.name).hasSameSizeAs(exported).isNotEmpty();
            for (int i = 0; i < again.size(); i++) {
                boolean inOrder = exported.get(i).ordered();
                assertThat(again.get(i).facts(inOrder))
                        .as("%s, job %s", recording.name, i)
                        .isEqualTo(exported.get(i).facts(inOrder));
            }
        }
    }
}
