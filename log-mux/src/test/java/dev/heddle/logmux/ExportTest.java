package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.wire.GuixReader;
import dev.heddle.logmux.wire.GuixTrace;
import dev.heddle.logmux.wire.GuixVisitor;
import dev.heddle.logmux.wire.Slice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ExportTest {

    private static byte[] export(
            Recording recording,
            GroupingStrategy strategy,
            Function<ByteArrayOutputStream, Sink> form)
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
        Map<String, String> head = new TreeMap<>();
        try (JsonParser json = factory.createParser(lines.get(0))) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                head.put(name, json.getText());
                json.skipChildren();
            }
        }
        assertThat(head).containsEntry("version", "2").containsKeys("width", "height", "timestamp");
        List<Event> events = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            try (JsonParser json = factory.createParser(line)) {
                assertThat(json.nextToken()).isEqualTo(JsonToken.START_ARRAY);
                json.nextToken();
                BigDecimal seconds = json.getDecimalValue();
                assertThat(json.nextTextValue()).isEqualTo("o");
                events.add(new Event(seconds, json.nextTextValue()));
                assertThat(json.nextToken()).isEqualTo(JsonToken.END_ARRAY);
                assertThat(json.nextToken()).isNull();
            }
        }
        return events;
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

    @Test
    void guixTracesHoldEveryByteOfEveryJobAndItsEnd() throws IOException {
        for (Recording recording : Recordings.all()) {
            byte[] stream = export(recording, GroupingStrategy.raw(), Sinks::guixTraces);
            Map<Long, ByteArrayOutputStream> printed = new TreeMap<>();
            List<GuixTrace> traces = new ArrayList<>();
            new GuixReader(new GuixVisitor() {
                        @Override
                        public void trace(long offset, GuixTrace trace) {
                            traces.add(trace);
                        }

                        @Override
                        public void daemonText(long offset, Slice bytes) {}

                        @Override
                        public void builderText(long offset, long pid, Slice bytes) {
                            printed.computeIfAbsent(pid, key -> new ByteArrayOutputStream())
                                    .writeBytes(bytes.copy());
                        }

                        @Override
                        public void error(long offset, long status, String message) {
                            throw new AssertionError(message);
                        }

                        @Override
                        public void damaged(long offset, String problem) {
                            throw new AssertionError(problem);
                        }
                    })
                    .readAll(new ByteArrayInputStream(stream));
            for (Map.Entry<Long, ByteArrayOutputStream> job : printed.entrySet()) {
                List<byte[]> said = recording.said().entrySet().stream()
                        .filter(each -> each.getKey().startsWith(job.getKey() + " "))
                        .map(Map.Entry::getValue)
                        .toList();
                if (said.size() == 1) {
                    assertThat(job.getValue().toByteArray())
                            .as("%s, job %s", recording.name, job.getKey())
                            .isEqualTo(said.get(0));
                }
            }
            long begun = traces.stream()
                    .filter(GuixTrace.BuildStarted.class::isInstance)
                    .count();
            assertThat(traces).as(recording.name).hasSize((int) (2 * begun));
            assertThat(printed.size()).as(recording.name).isBetween(1, (int) begun);
        }
    }
}
