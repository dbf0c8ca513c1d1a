package dev.heddle.logmux;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.CompactFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What jobs said, piece by piece, with times: read from a file or made by a test. */
final class Recording {

    /** Something that happened; {@code bytes} is null for a start, and for an end, which has a status. */
    record Event(long micros, int source, Channel channel, byte[] bytes, String name, Integer status) {}

    final String name;
    final List<Event> events = new ArrayList<>();
    /** Sources that have the stage to themselves. */
    private final Set<Integer> live = new HashSet<>();

    private long clock;

    Recording(String name) {
        this.name = name;
    }

    Recording start(long micros, int source, String task) {
        events.add(new Event(micros, source, Channel.STDOUT, null, task, null));
        return this;
    }

    Recording startLive(long micros, int source, String task) {
        live.add(source);
        return start(micros, source, task);
    }

    Recording say(long micros, int source, String text) {
        return say(micros, source, Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    Recording say(long micros, int source, Channel channel, byte[] bytes) {
        events.add(new Event(micros, source, channel, bytes, null, null));
        return this;
    }

    Recording end(long micros, int source, int status) {
        events.add(new Event(micros, source, Channel.STDOUT, null, null, status));
        return this;
    }

    /** The recordings beside the project, where they are. */
    static List<Recording> shared() throws IOException {
        Path folder = sharedFolder();
        List<Recording> all = new ArrayList<>();
        if (folder != null) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".jsonl"))
                        .sorted()
                        .toList()) {
                    all.add(read(file));
                }
            }
        }
        return all;
    }

    private static Path sharedFolder() {
        String given = System.getProperty("heddle.shared");
        if (given != null) {
            return Path.of(given, "data", "recordings");
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolveSibling("shared").resolve("data").resolve("recordings");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }

    private static Recording read(Path file) throws IOException {
        Recording recording = new Recording(file.getFileName().toString().replace(".jsonl", ""));
        for (String line : Files.readAllLines(file)) {
            recording.take(line);
        }
        return recording;
    }

    private void take(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    fields.put(parser.currentName(), parser.getText());
                }
            }
        }
        if (!fields.containsKey("t")) {
            return;
        }
        long micros = Long.parseLong(fields.get("t"));
        int source = Integer.parseInt(fields.get("j"));
        if ("start".equals(fields.get("e"))) {
            start(micros, source, fields.get("cmd"));
        } else if ("exit".equals(fields.get("e"))) {
            end(micros, source, Integer.parseInt(fields.get("status")));
        } else {
            byte[] bytes = fields.containsKey("d")
                    ? fields.get("d").getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(fields.get("b"));
            say(micros, source, "e".equals(fields.get("s")) ? Channel.STDERR : Channel.STDOUT, bytes);
        }
    }

    /** The same bytes in other pieces: cut anywhere, and neighbours of one source sometimes joined. */
    Recording cutAnew(Random random) {
        Recording anew = new Recording(name);
        anew.live.addAll(live);
        for (Event event : events) {
            if (event.bytes == null) {
                anew.events.add(event);
                continue;
            }
            for (int from = 0; from < event.bytes.length; ) {
                int most = random.nextInt(4) == 0 ? 3 : event.bytes.length;
                int length = Math.min(event.bytes.length - from, 1 + random.nextInt(Math.max(1, most)));
                byte[] piece = Arrays.copyOfRange(event.bytes, from, from + length);
                anew.events.add(new Event(event.micros, event.source, event.channel, piece, null, null));
                from += length;
            }
        }
        return anew;
    }

    /** What each source said on each channel. */
    Map<String, byte[]> said() {
        Map<String, ByteArrayOutputStream> all = new TreeMap<>();
        for (Event event : events) {
            if (event.bytes != null && event.bytes.length > 0) {
                all.computeIfAbsent(event.source + " " + event.channel, k -> new ByteArrayOutputStream())
                        .writeBytes(event.bytes);
            }
        }
        Map<String, byte[]> bytes = new TreeMap<>();
        all.forEach((key, value) -> bytes.put(key, value.toByteArray()));
        return bytes;
    }

    long bytes() {
        return events.stream()
                .filter(e -> e.bytes != null)
                .mapToLong(e -> e.bytes.length)
                .sum();
    }

    int sources() {
        return (int) events.stream().mapToInt(Event::source).distinct().count();
    }

    JobInfo job(Event start) {
        return new JobInfo(start.source, "job" + start.source, null, start.name, "local", 1);
    }

    /** The journal of it, each piece a frame. */
    byte[] journal() {
        CompactEncoder encoder = new CompactEncoder(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Map<Integer, long[]> totals = new HashMap<>();
        encoder.session(0);
        List<Event> ordered = new ArrayList<>(events);
        ordered.sort(Comparator.comparingLong(Event::micros));
        for (Event event : ordered) {
            encoder.time(event.micros * 1000);
            clock = event.micros * 1000;
            long[] counts = totals.computeIfAbsent(event.source, s -> new long[Lane.CHANNELS]);
            if (event.bytes != null) {
                counts[CompactFormat.code(event.channel)] += event.bytes.length;
                for (int from = 0; from < event.bytes.length; from += 65536) {
                    int length = Math.min(65536, event.bytes.length - from);
                    encoder.data(event.source, event.channel, length);
                    encoder.payload(event.bytes, from, length);
                    if (encoder.sinceCheckpoint() > JournalWriter.CHECKPOINT_BYTES) {
                        encoder.checkpoint(1000);
                    }
                }
            } else if (event.status == null) {
                encoder.task(event.source, job(event), live.contains(event.source));
            } else {
                encoder.end(event.source, JobEnding.exited(event.status), counts);
            }
            if (encoder.sinceCheckpoint() > JournalWriter.CHECKPOINT_BYTES) {
                encoder.checkpoint(1000);
            }
            all.write(encoder.buffer(), 0, encoder.take());
        }
        encoder.checkpoint(1000);
        all.write(encoder.buffer(), 0, encoder.take());
        return all.toByteArray();
    }

    boolean hasLive() {
        return !live.isEmpty();
    }

    long lastNanos() {
        return clock;
    }

    @Override
    public String toString() {
        return name;
    }
}
