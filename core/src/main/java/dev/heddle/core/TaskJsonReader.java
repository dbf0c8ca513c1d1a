package dev.heddle.core;

import dev.heddle.core.json.JsonInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tasks from JSON; {@code docs/graph-json.md} describes the form. */
final class TaskJsonReader {
    private static final String[] TASK_FIELDS = {
        "name",
        "aliases",
        "component",
        "description",
        "steps",
        "dependencies",
        "outputNames",
        "inputs",
        "outputs",
        "workDirectory",
        "environment",
        "resources",
        "constraints",
        "timeout",
        "retry",
        "weight",
        "priority",
        "repeatable"
    };

    private final JsonInput json;

    TaskJsonReader(JsonInput json) {
        this.json = json;
    }

    /** What a kind of dependency is called in JSON. */
    static String word(DependencyKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Reads a whole task. */
    TaskSpec task() throws IOException {
        json.beginObject();
        return fields(json.nextField());
    }

    /** Reads a task whose name must be its first field, which is taken already. */
    TaskSpec fields(@Nullable String first) throws IOException {
        if (!"name".equals(first)) {
            throw json.error("the first field of a task is its \"name\"");
        }
        TaskSpec.Builder task = TaskSpec.named(json.string());
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            field(task, field);
        }
        return task.build();
    }

    private void field(TaskSpec.Builder task, String field) throws IOException {
        switch (field) {
            case "aliases" -> task.alias(json.strings());
            case "component" -> task.component(json.string());
            case "description" -> task.description(json.string());
            case "steps" -> steps(task);
            case "dependencies" -> task.dependency(dependencies());
            case "outputNames" -> task.outputName(json.strings());
            case "inputs" -> task.input(paths());
            case "outputs" -> task.output(paths());
            case "workDirectory" -> task.workDirectory(Path.of(json.string()));
            case "environment" -> map(task::env);
            case "resources" -> resources(task);
            case "constraints" -> constraints(task);
            case "timeout" -> task.timeout(json.duration());
            case "retry" -> task.retry(retry());
            case "weight" -> task.weight(json.number());
            case "priority" -> task.priority(json.integer(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case "repeatable" -> {
                if (json.bool()) {
                    task.repeatable();
                }
            }
            default -> throw json.unknownField(field, TASK_FIELDS);
        }
    }

    private void steps(TaskSpec.Builder task) throws IOException {
        json.beginArray();
        while (json.nextElement()) {
            task.step(step());
        }
    }

    private Step step() throws IOException {
        String name = null;
        Command command = null;
        Duration timeout = null;
        Duration stuckAfter = null;
        RetryPolicy retry = RetryPolicy.NEVER;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "name" -> name = json.string();
                case "command" -> command = CommandJson.read(json);
                case "timeout" -> timeout = json.duration();
                case "stuckAfter" -> stuckAfter = json.duration();
                case "retry" -> retry = retry();
                default -> throw json.unknownField(field, "name", "command", "timeout", "stuckAfter", "retry");
            }
        }
        return new Step(json.required(name, "name"), json.required(command, "command"), timeout, retry, stuckAfter);
    }

    private RetryPolicy retry() throws IOException {
        int attempts = 1;
        Duration delay = Duration.ZERO;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "attempts" -> attempts = json.integer(1, Integer.MAX_VALUE);
                case "delay" -> delay = json.duration();
                default -> throw json.unknownField(field, "attempts", "delay");
            }
        }
        return new RetryPolicy(attempts, delay);
    }

    /** An array of dependencies: a name, or an object. */
    List<Dependency> dependencies() throws IOException {
        List<Dependency> dependencies = new ArrayList<>();
        json.beginArray();
        while (json.nextElement()) {
            dependencies.add(json.nextIsString() ? Dependency.build(json.string()) : dependency());
        }
        return dependencies;
    }

    private Dependency dependency() throws IOException {
        String task = null;
        DependencyKind kind = DependencyKind.BUILD;
        String output = null;
        String step = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "task" -> task = json.string();
                case "kind" -> kind = kind(json.string());
                case "output" -> output = json.string();
                case "step" -> step = json.string();
                default -> throw json.unknownField(field, "task", "kind", "output", "step");
            }
        }
        return new Dependency(json.required(task, "task"), kind, output, step);
    }

    private DependencyKind kind(String word) {
        for (DependencyKind kind : DependencyKind.values()) {
            if (word(kind).equals(word)) {
                return kind;
            }
        }
        throw json.error("\"kind\" is \"build\", \"run\", \"step\" or \"order\", not \"" + word + "\"");
    }

    private void resources(TaskSpec.Builder task) throws IOException {
        int least = -1;
        int most = -1;
        String site = null;
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "slots" -> least = slots();
                case "mostSlots" -> most = slots();
                case "amounts" -> amounts(task);
                case "site" -> site = json.string();
                case "memoryBytes" -> task.memoryBytes(json.integer(0, Long.MAX_VALUE));
                case "locks" -> task.lock(json.strings());
                case "pools" -> task.pool(json.strings());
                default ->
                    throw json.unknownField(
                            field, "slots", "mostSlots", "memoryBytes", "amounts", "locks", "pools", "site");
            }
        }
        if (site != null) {
            task.fetchesFrom(site);
        }
        if (least >= 0 || most >= 0) {
            int from = least < 0 ? 1 : least;
            task.slots(from, most < 0 ? from : most);
        }
    }

    private void amounts(TaskSpec.Builder task) throws IOException {
        json.beginObject();
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            if (name.equals(Resources.MEMORY)) {
                throw json.error("memory is not one of the \"amounts\"; write \"memoryBytes\" beside them");
            }
            task.needs(name, json.integer(1, Resources.MAX_AMOUNT));
        }
    }

    private int slots() throws IOException {
        if (!json.nextIsString()) {
            return json.integer(0, Integer.MAX_VALUE);
        }
        String word = json.string();
        if (!word.equals("all")) {
            throw json.error("a number of slots is a number or \"all\"");
        }
        return Resources.ALL;
    }

    private void constraints(TaskSpec.Builder task) throws IOException {
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "properties" -> map(task::hostProperty);
                case "pinnedHost" -> task.pinnedTo(json.string());
                case "near" -> task.near(json.string());
                default -> throw json.unknownField(field, "properties", "pinnedHost", "near");
            }
        }
    }

    private List<Path> paths() throws IOException {
        List<Path> paths = new ArrayList<>();
        json.beginArray();
        while (json.nextElement()) {
            paths.add(Path.of(json.string()));
        }
        return paths;
    }

    private void map(BiConsumer<String, String> entries) throws IOException {
        json.beginObject();
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            entries.accept(name, json.string());
        }
    }
}
