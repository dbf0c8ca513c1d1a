package dev.heddle.scheduler;

import dev.heddle.core.json.JsonString;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the jobs of the critical path in a trace that is being written: which tasks decided how long a build took is known only at
 * its end, and to keep the place of every task until then would take memory for each.
 */
final class TracedPath {

    /** How the lines of jobs begin; what follows is {@code PID,"tid":TID,"ts":MICROS,"name":"NAME"}. */
    static final String JOB_BEGINS = "{\"ph\":\"B\",\"cat\":\"job\",\"pid\":";

    private static final String JOB_ENDS = "{\"ph\":\"E\",\"cat\":\"job\",\"pid\":";

    /** The jobs of one task: where and when the first began and the last ended. */
    static final class Stretch {
        final String task;
        int beginProcess;
        int beginThread;
        long began = -1;
        int endProcess;
        int endThread;
        long ended = -1;

        Stretch(String task) {
            this.task = task;
        }
    }

    private final Map<String, Stretch> stretches = new LinkedHashMap<>();
    private final Map<Integer, Stretch> open = new HashMap<>();

    private TracedPath(List<String> tasks) {
        for (String task : tasks) {
            stretches.put(JsonString.quoted(task), new Stretch(task));
        }
    }

    /** The tasks that were found, in the order given. */
    static List<Stretch> find(Path trace, List<String> tasks) throws IOException {
        TracedPath path = new TracedPath(tasks);
        try (BufferedReader lines = Files.newBufferedReader(trace)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                path.take(line);
            }
        }
        List<Stretch> found = new ArrayList<>();
        for (Stretch stretch : path.stretches.values()) {
            if (stretch.began >= 0 && stretch.ended >= stretch.began) {
                found.add(stretch);
            }
        }
        return found;
    }

    private void take(String line) {
        boolean begins = line.startsWith(JOB_BEGINS);
        if (!begins && !line.startsWith(JOB_ENDS)) {
            return;
        }
        int process = (int) number(line, JOB_BEGINS.length());
        int thread = (int) number(line, line.indexOf("\"tid\":") + 6);
        int time = line.indexOf("\"ts\":") + 5;
        int point = line.indexOf('.', time);
        long nanos = number(line, time) * 1_000 + number(line, point + 1);
        if (begins) {
            Stretch stretch = stretches.get(name(line));
            if (stretch != null) {
                open.put(thread, stretch);
                if (stretch.began < 0) {
                    stretch.began = nanos;
                    stretch.beginProcess = process;
                    stretch.beginThread = thread;
                }
            }
        } else {
            Stretch stretch = open.remove(thread);
            if (stretch != null) {
                stretch.ended = nanos;
                stretch.endProcess = process;
                stretch.endThread = thread;
            }
        }
    }

    private static long number(String line, int from) {
        long value = 0;
        for (int i = from; i < line.length() && Character.isDigit(line.charAt(i)); i++) {
            value = value * 10 + (line.charAt(i) - '0');
        }
        return value;
    }

    // As it stands there, in its quotation marks.
    private static @Nullable String name(String line) {
        int from = line.indexOf("\"name\":\"") + 8;
        int to = from;
        while (to < line.length() && line.charAt(to) != '"') {
            to += line.charAt(to) == '\\' ? 2 : 1;
        }
        return to < line.length() ? line.substring(from - 1, to + 1) : null;
    }
}
