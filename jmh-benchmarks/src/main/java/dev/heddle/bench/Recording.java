package dev.heddle.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The output of several jobs as a reader of their pipes got it, piece by piece.
 *
 * <p>A file has a JSON object on each line: first a head with {@code name}, then {@code start} ({@code e, t, j, cmd}), output
 * ({@code t, j} and {@code d}, text, or {@code b}, base 64) and {@code exit} ({@code e, t, j, status}); times in microseconds.
 *
 * @param name what it is called
 * @param records what happened, in the order of time
 */
record Recording(String name, List<Event> records) {

    /**
     * One thing that happened.
     *
     * @param micros microseconds since the first
     * @param job number of the job
     * @param kind {@code start}, {@code exit} or {@code output}
     * @param text the command that started, or nothing
     * @param latin1 what was read, a character for each byte
     */
    record Event(long micros, int job, String kind, String text, String latin1) {
        byte[] bytes() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** Those in the directory that is the first argument; an invented one without it. */
    static List<Recording> all(String[] args) throws IOException {
        if (args.length == 0) {
            return List.of(invented(8, 4000));
        }
        List<Recording> recordings = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                recordings.add(read(file));
            }
        }
        return recordings;
    }

    static Recording read(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        String name = String.valueOf(file.getFileName());
        JsonFactory json = new JsonFactory();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            try (JsonParser parser = json.createParser(line)) {
                Event event = event(parser);
                if (event != null) {
                    events.add(event);
                }
            }
        }
        return new Recording(name.replace(".jsonl", ""), events);
    }

    private static @Nullable Event event(JsonParser parser) throws IOException {
        long micros = -1;
        int job = 0;
        String kind = "output";
        String text = "";
        byte[] bytes = {};
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "t" -> micros = parser.getLongValue();
                case "j" -> job = parser.getIntValue();
                case "e" -> kind = parser.getText();
                case "cmd" -> text = parser.getText();
                case "d" -> bytes = parser.getText().getBytes(StandardCharsets.UTF_8);
                case "b" -> bytes = Base64.getDecoder().decode(parser.getText());
                default -> parser.skipChildren();
            }
        }
        return micros < 0 ? null : new Event(micros, job, kind, text, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /**
     * A recording for those who have none: jobs that print as compilers and configure scripts do, half of the pieces without
     * an end of line.
     */
    static Recording invented(int jobs, int pieces) {
        Random random = new Random(1);
        List<Event> events = new ArrayList<>();
        for (int job = 1; job <= jobs; job++) {
            events.add(new Event(0, job, "start", "cc -O2 -Wall -c module" + job + ".c -o module" + job + ".o", ""));
        }
        long micros = 0;
        for (int i = 0; i < pieces; i++) {
            micros += random.nextInt(20) == 0 ? random.nextInt(200_000) : random.nextInt(2_000);
            int length = (int) Math.min(4096, Math.exp(3.2 + 1.6 * random.nextGaussian()) + 2);
            String data = "x".repeat(length - 1) + (random.nextBoolean() ? "\n" : "x");
            events.add(new Event(micros, 1 + random.nextInt(jobs), "output", "", data));
        }
        for (int job = 1; job <= jobs; job++) {
            events.add(new Event(micros + 1000, job, "exit", "", ""));
        }
        return new Recording("invented", events);
    }
}
