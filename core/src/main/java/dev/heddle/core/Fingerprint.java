package dev.heddle.core;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fingerprint of a graph: SHA-256 over its pools and tasks in the order of their names, everything with its length before it,
 * so that no two different graphs give the same bytes.
 */
final class Fingerprint {
    private static final String VERSION = "heddle graph 3";

    private final GraphView graph;
    private final Hasher hasher = Hashing.sha256().newHasher();

    private Fingerprint(GraphView graph) {
        this.graph = graph;
    }

    static String of(GraphView graph) {
        Fingerprint fingerprint = new Fingerprint(graph);
        fingerprint.addGraph();
        return fingerprint.hasher.hash().toString();
    }

    private void addGraph() {
        text(VERSION);
        map(new TreeMap<>(graph.pools()));
        String[] names = new String[graph.size()];
        Arrays.setAll(names, i -> graph.task(i).name());
        Arrays.sort(names);
        number(names.length);
        for (String name : names) {
            addTask(graph.task(graph.indexOf(name)));
        }
    }

    private void addTask(Task task) {
        text(task.name());
        texts(sorted(task.aliases()));
        text(task.component().orElse(null));
        text(task.description().orElse(null));
        number(task.steps().size());
        task.steps().forEach(this::addStep);
        addDependencies(task.index());
        texts(sorted(task.outputNames()));
        paths(task.inputs());
        paths(task.outputs());
        map(new TreeMap<>(task.environment()));
        addResources(task.resources());
        map(new TreeMap<>(task.constraints().properties()));
        text(task.constraints().pinnedHost());
        text(task.constraints().near());
        text(Objects.toString(task.timeout().orElse(null), null));
        addRetry(task.retry());
        number(Double.doubleToLongBits(task.weight()));
        number(task.priority());
        number(task.isRepeatable() ? 1 : 0);
    }

    private void addDependencies(int task) {
        List<String> edges = new ArrayList<>();
        for (int i = 0; i < graph.dependencyCount(task); i++) {
            Task target = graph.task(graph.dependency(task, i));
            int step = graph.dependencyStep(task, i);
            String label = step < 0
                    ? graph.dependencyOutput(task, i)
                    : target.steps().get(step).name();
            String name = target.name();
            edges.add(name.length() + ":" + name + graph.dependencyKind(task, i) + (label == null ? "" : ":" + label));
        }
        Collections.sort(edges);
        texts(edges);
    }

    private void addStep(Step step) {
        text(step.name());
        text(Objects.toString(step.timeout(), null));
        text(Objects.toString(step.stuckAfter(), null));
        addRetry(step.retry());
        if (step.work() instanceof Command command) {
            addCommand(command);
        } else {
            text("action");
        }
    }

    private void addCommand(Command command) {
        text(command.isShell() ? "shell" : "argv");
        texts(command.argv());
        text(command.directory().map(Path::toString).orElse(null));
        map(new TreeMap<>(command.environment()));
        number(command.isCleanEnvironment() ? 1 : 0);
        if (command.stdin() instanceof Command.Stdin.Text given) {
            text("text");
            text(given.content());
        } else if (command.stdin() instanceof Command.Stdin.File file) {
            text("file");
            text(file.path().toString());
        } else {
            text("none");
        }
        texts(command.expectedExitCodes().stream().map(String::valueOf).toList());
        text(command.capture().name());
    }

    private void addResources(Resources resources) {
        number(resources.slots());
        number(resources.mostSlots());
        number(resources.memoryBytes());
        map(new TreeMap<>(resources.amounts()));
        text(resources.site());
        texts(sorted(resources.locks()));
        texts(sorted(resources.pools()));
    }

    private void addRetry(RetryPolicy retry) {
        number(retry.attempts());
        text(retry.delay().toString());
    }

    private static List<String> sorted(Collection<String> texts) {
        List<String> list = new ArrayList<>(texts);
        Collections.sort(list);
        return list;
    }

    private void map(Map<String, ? extends @Nullable Object> map) {
        number(map.size());
        map.forEach((name, value) -> {
            text(name);
            text(Objects.toString(value, null));
        });
    }

    private void paths(List<Path> paths) {
        texts(paths.stream().map(Path::toString).toList());
    }

    private void texts(Collection<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    private void text(@Nullable String text) {
        if (text == null) {
            number(-1);
        } else {
            number(text.length());
            hasher.putUnencodedChars(text);
        }
    }

    private void number(long number) {
        hasher.putLong(number);
    }
}
