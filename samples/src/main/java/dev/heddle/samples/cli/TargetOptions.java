package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.core.GraphView;
import dev.heddle.scheduler.QueuePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which tasks are wanted, and which of them most. */
public final class TargetOptions {

    /** Most bytes of a file of targets. */
    static final int MAX_BYTES = 64 << 20;

    /** The head start of a target among all others that says nothing of its own, as in dpb. */
    private static final double AMONG_ALL = 5_000;

    @Option(
            names = {"-P", "--targets-from"},
            paramLabel = "FILE",
            description = "Further targets, one a line; a line that begins with # is none.")
    private List<Path> files = List.of();

    @Option(
            names = {"-a", "--all"},
            description = "Build all tasks, the targets and what they need first.")
    private boolean all;

    /** Targets with their head starts; null where nothing was said. */
    private final Map<String, @Nullable Double> wanted = new LinkedHashMap<>();

    /** Made by picocli. */
    public TargetOptions() {}

    /**
     * Looks the targets up.
     *
     * @param targets as they stand on the command line, {@code NAME} or {@code NAME=SECONDS}
     * @param graph has the tasks
     * @param name what errors call it
     * @throws UserError if it has no such task, or a file cannot be read
     */
    public void resolve(List<String> targets, GraphView graph, String name) {
        wanted.clear();
        targets.forEach(target -> add(graph, name, target));
        for (Path file : files) {
            int number = 0;
            for (String line : lines(file)) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(graph, file + ":" + number + ":1", line.strip());
                }
            }
        }
    }

    private static List<String> lines(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UserError(
                        file.toString(), "has more than " + MAX_BYTES + " bytes", "is it a list of targets?");
            }
            return text(file, bytes).lines().toList();
        } catch (IOException e) {
            throw new UserError(file.toString(), "cannot be read: " + FailureText.of(e), null);
        }
    }

    private static String text(Path file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        // At an error the buffer stands where the bytes that are none begin.
        if (StandardCharsets.UTF_8.newDecoder().decode(in, text, true).isError()) {
            int line = 1;
            int begin = 0;
            for (int i = 0; i < in.position(); i++) {
                if (bytes[i] == '\n') {
                    line++;
                    begin = i + 1;
                }
            }
            throw new UserError(
                    file + ":" + line + ":" + (in.position() - begin + 1),
                    "is not UTF-8, and Heddle takes no other encoding of names",
                    null);
        }
        return text.flip().toString();
    }

    // A name may have a '=' itself: what is a task as it stands is meant so.
    private void add(GraphView graph, String place, String target) {
        int equals = target.lastIndexOf('=');
        if (graph.indexOf(target) >= 0 || equals < 0) {
            put(graph, place, target, null);
            return;
        }
        String task = target.substring(0, equals);
        if (graph.indexOf(task) < 0) {
            throw unknown(graph, place, target);
        }
        put(graph, place, task, seconds(place, target.substring(equals + 1), target));
    }

    private void put(GraphView graph, String place, String task, @Nullable Double headStart) {
        if (graph.indexOf(task) < 0) {
            throw unknown(graph, place, task);
        }
        wanted.put(task, headStart);
    }

    private static double seconds(String place, String text, String target) {
        double seconds;
        try {
            seconds = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            seconds = -1;
        }
        if (!(seconds >= 0) || Double.isInfinite(seconds)) {
            throw new UserError(
                    place, "'" + Printable.oneLine(target) + "': no number of at least 0 behind '='", "as in app=60");
        }
        return seconds;
    }

    private static UserError unknown(GraphView graph, String place, String target) {
        String hint = null;
        for (int i = 0; i < graph.size() && hint == null; i++) {
            String name = graph.task(i).name();
            if (name.equalsIgnoreCase(target) || name.endsWith("/" + target)) {
                hint = "did you mean '" + name + "'?";
            }
        }
        return new UserError(place, "no task '" + Printable.oneLine(target) + "'", hint);
    }

    /** Names of the tasks that are wanted; none for all. */
    public List<String> names() {
        return all ? List.of() : new ArrayList<>(wanted.keySet());
    }

    /** An order in which the targets have their head starts. */
    public QueuePolicy first(QueuePolicy order, GraphView graph) {
        Map<String, Double> headStarts = new LinkedHashMap<>();
        wanted.forEach((task, number) -> {
            if (number != null || all) {
                headStarts.put(task, number != null ? number : AMONG_ALL);
            }
        });
        return headStarts.isEmpty() ? order : QueuePolicy.headStart(order, graph, headStarts);
    }
}
