package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.heddle.core.Channel;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a log of JSON lines. */
class JsonLogTest {

    private static final JsonFactory JSON = new JsonFactory();

    static List<Recording> recordings() throws IOException {
        List<Recording> all = Recordings.all();
        for (int seed = 0; seed < 30; seed++) {
            all.add(ForgingTest.recording(seed));
        }
        return all;
    }

    private static byte[] log(Recording recording, GroupingStrategy strategy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(strategy, Sinks.jsonLines(out));
        }
        return out.toByteArray();
    }

    /** The fields of each line; what is an object in it is left as it stands. */
    private static List<Map<String, String>> read(byte[] log) throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        for (String line : new String(log, StandardCharsets.UTF_8).split("\n")) {
            Map<String, String> fields = new LinkedHashMap<>();
            try (JsonParser json = JSON.createParser(line)) {
                assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    int from = (int) json.currentTokenLocation().getCharOffset();
                    if (json.nextToken().isStructStart()) {
                        json.skipChildren();
                        int to = (int) json.currentLocation().getCharOffset();
                        fields.put(name, line.substring(from + name.length() + 3, to));
                    } else {
                        assertThat(fields.put(name, json.getText()))
                                .as("a field twice")
                                .isNull();
                    }
                }
                assertThat(json.nextToken()).isNull();
            }
            all.add(fields);
        }
        return all;
    }

    private static byte[] bytes(Map<String, String> object) {
        String text = object.get("text");
        return text != null
                ? text.getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(object.get("base64"));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void putTogetherItIsWhatEachSourceSaid(Recording recording) throws IOException {
        Map<String, byte[]> said = recording.said();
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            Map<String, ByteArrayOutputStream> read = new TreeMap<>();
            for (Map<String, String> object : read(log(recording, strategy))) {
                if (object.get("kind").equals("output")) {
                    byte[] bytes = bytes(object);
                    assertThat(bytes.length).isBetween(1, 64 * 1024);
                    read.computeIfAbsent(
                                    object.get("source") + " " + object.get("channel"),
                                    key -> new ByteArrayOutputStream())
                            .writeBytes(bytes);
                }
            }
            assertThat(read.keySet()).isEqualTo(said.keySet());
            read.forEach((key, bytes) -> assertThat(bytes.toByteArray()).as(key).isEqualTo(said.get(key)));
        }
    }

    @Test
    void linesAndEndsNameTheirTask() throws IOException {
        Recording recording = new Recording("ends").start(0, 1, "job").say(2_000_000, 1, "x\ny");
        List<Map<String, String>> read = read(log(recording.end(3_000_000, 1, 7), GroupingStrategy.line()));
        assertThat(read.get(0)).containsEntry("kind", "log").containsEntry("heddleLog", "1");
        assertThat(read.get(1))
                .containsEntry("task", "job1")
                .containsEntry("text", "x\n")
                .containsEntry("channel", "STDOUT");
        assertThat(Long.parseLong(read.get(1).get("nanos"))).isBetween(1_990_000_000L, 2_010_000_000L);
        assertThat(read.get(2)).containsEntry("text", "y");
        assertThat(read.get(3))
                .containsEntry("kind", "end")
                .containsEntry("ending", "EXITED")
                .containsEntry("exitCode", "7")
                .containsEntry("failed", "true");
        assertThat(read.get(4)).containsEntry("kind", "summary");
        assertThat(read).hasSize(5);
    }

    @Test
    void longLineIsCutBetweenCharacters() throws IOException {
        byte[] euros = "\u20ac".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        Recording recording = new Recording("long").start(0, 1, "a");
        recording.say(1, 1, Channel.STDOUT, euros).say(1, 1, "\n").end(2, 1, 0);
        List<Map<String, String>> read = read(log(recording, GroupingStrategy.task()));
        assertThat(read).noneMatch(object -> object.containsKey("base64"));
        assertThat(read.stream().filter(object -> object.containsKey("text")).count())
                .isBetween(3L, 4L);
    }

    @Test
    void onlyTheLineWithBrokenBytesIsBase64() throws IOException {
        Recording recording = new Recording("broken").start(0, 1, "a").say(1, 1, "good\n");
        recording.say(2, 1, Channel.STDOUT, new byte[] {'b', (byte) 0xFF, '\n'}).say(3, 1, "good\n");
        List<Map<String, String>> read = read(log(recording.end(4, 1, 0), GroupingStrategy.task()));
        assertThat(read.stream()
                        .map(object -> object.getOrDefault("base64", object.get("text")))
                        .toList())
                .isEqualTo(Arrays.asList(null, "good\n", "Yv8K", "good\n", null, null));
    }

    @Test
    void factsAreThereAsTheyWereTold() throws IOException {
        BuildEvent told = new BuildEvent.HostDown(new Stamp(1, 2, Instant.EPOCH), "b\u00fcro", "no \"route\"");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.jsonLines(out)).build()) {
            mux.events().onEvent(told);
        }
        Map<String, String> event = read(out.toByteArray()).get(1);
        assertThat(event.get("kind")).isEqualTo("event");
        assertThat(EventJson.event(event.get("event").getBytes(StandardCharsets.UTF_8), "test"))
                .isEqualTo(told);
    }
}
