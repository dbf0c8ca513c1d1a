package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.FailureText;
import dev.heddle.core.GraphException;
import dev.heddle.core.GraphJson;
import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A graph with the places in its file at which the tasks begin that ask for a particular host.
 *
 * @param graph the graph
 * @param places file, line and column, by the name of the task
 */
record WrittenGraph(BuildGraph graph, Map<String, String> places) {

    /**
     * Reads a file.
     *
     * @param file its name, or {@code -} for standard input
     * @throws UserError if it cannot be read or is no graph
     */
    static WrittenGraph read(String file) {
        try {
            if (file.equals("-")) {
                return read(System.in, "standard input");
            }
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new UserError(file, "is a directory, not a file", null);
            }
            try (InputStream in = Files.newInputStream(path)) {
                return read(in, file);
            }
        } catch (GraphException e) {
            throw new UserError("", String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            throw new UserError(file, FailureText.of(e), null);
        }
    }

    private static WrittenGraph read(InputStream in, String name) throws IOException {
        Map<String, String> places = new HashMap<>();
        BuildGraph graph = GraphJson.read(in, name, (task, place) -> {
            // Nothing that the launcher writes could tell it from another such name.
            if (task.name().codePoints().anyMatch(code -> Character.getType(code) == Character.SURROGATE)) {
                throw new UserError(
                        place, "the name of a task has half a surrogate pair in it", "write characters of Unicode");
            }
            if (asks(task.resources(), task.constraints())) {
                places.put(task.name(), place);
            }
        });
        return new WrittenGraph(graph, places);
    }

    /**
     * Reads one task of a file again.
     *
     * @param file name of the file
     * @param task name of the task
     * @return the task as it is written there now; empty if there is none of that name
     * @throws IOException if the file cannot be read
     * @throws GraphException if it is no graph
     */
    static Optional<TaskSpec> task(String file, String task) throws IOException {
        List<TaskSpec> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            var unused = GraphJson.read(in, file, (written, place) -> {
                if (written.name().equals(task)) {
                    found.add(written);
                }
            });
        } catch (FileSystemException e) {
            throw new IOException(file + ": " + FailureText.of(e), e);
        }
        return found.stream().findFirst();
    }

    private static boolean asks(Resources resources, HostConstraints constraints) {
        return resources.slots() > 1
                || !resources.needs().isEmpty()
                || constraints.pinnedHost() != null
                || !constraints.properties().isEmpty();
    }

    /**
     * Checks that each task that would run has a host that could run it.
     *
     * @throws UserError with the place of the first that has none
     */
    void requireHosts(Hosts hosts, List<String> targets) {
        List<HostSpec> specs = hosts.backends().stream().map(HostBackend::spec).toList();
        BitSet wanted = wanted(targets);
        for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
            Task task = graph.task(i);
            String place = places.get(task.name());
            if (place != null && !task.steps().isEmpty() && specs.stream().noneMatch(spec -> couldRun(spec, task))) {
                String there = specs.stream()
                        .map(spec ->
                                "'" + spec.name() + "' with " + spec.slots() + (spec.slots() == 1 ? " slot" : " slots"))
                        .collect(Collectors.joining(", "));
                throw new UserError(
                        place,
                        "no host can ever run task '" + task.name() + "': " + missing(specs, task),
                        "there is " + there + "; change the constraints or resources of the task, or -j");
            }
        }
    }

    private static boolean couldRun(HostSpec spec, Task task) {
        return spec.couldRun(task.resources().slots(), task.resources().needs(), task.constraints());
    }

    private static String missing(List<HostSpec> specs, Task task) {
        String pinned = task.constraints().pinnedHost();
        if (pinned != null && specs.stream().noneMatch(spec -> spec.name().equals(pinned))) {
            return "it is pinned to the host '" + pinned + "', which is not known";
        }
        if (specs.stream().noneMatch(spec -> spec.couldRun(0, Map.of(), task.constraints()))) {
            return "no host has the properties it demands, "
                    + task.constraints().properties();
        }
        String most = task.resources().needs().entrySet().stream()
                .filter(need -> specs.stream().noneMatch(spec -> spec.amount(need.getKey()) >= need.getValue()))
                .map(need -> need.getValue() + " of '" + need.getKey() + "', and the most that a host has is "
                        + specs.stream()
                                .mapToLong(spec -> spec.amount(need.getKey()))
                                .max()
                                .orElse(0))
                .sorted()
                .collect(Collectors.joining("; it needs "));
        if (!most.isEmpty()) {
            return "it needs " + most;
        }
        return "it needs " + task.resources().slots() + " slots"
                + (task.resources().memoryBytes() > 0
                        ? " and " + task.resources().memoryBytes() + " bytes of memory"
                        : "")
                + (task.resources().amounts().isEmpty()
                        ? ""
                        : " and, on the same host, "
                                + new TreeMap<>(task.resources().amounts()));
    }

    private BitSet wanted(List<String> targets) {
        BitSet wanted = new BitSet(graph.size());
        if (targets.isEmpty()) {
            wanted.set(0, graph.size());
            return wanted;
        }
        Deque<Integer> open = new ArrayDeque<>();
        targets.forEach(target -> open.add(graph.indexOf(target)));
        while (!open.isEmpty()) {
            int task = open.remove();
            if (!wanted.get(task)) {
                wanted.set(task);
                for (int i = 0; i < graph.dependencyCount(task); i++) {
                    open.add(graph.dependency(task, i));
                }
            }
        }
        return wanted;
    }
}
