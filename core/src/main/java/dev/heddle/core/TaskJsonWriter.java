package dev.heddle.core;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tasks as JSON, without what has its usual value; {@code docs/graph-json.md} describes the form. */
final class TaskJsonWriter {
    private final GraphView graph;
    private final JsonGenerator json;

    TaskJsonWriter(GraphView graph, JsonGenerator json) {
        this.graph = graph;
        this.json = json;
    }

    void write(Task task) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", task.name());
        writeStrings("aliases", task.aliases());
        writeText("component", task.component().orElse(""));
        if (task.description().isPresent()) {
            json.writeStringField("description", task.description().get());
        }
        writeSteps(task);
        writeDependencies(task.index());
        writeStrings("outputNames", task.outputNames());
        writePaths("inputs", task.inputs());
        writePaths("outputs", task.outputs());
        Path work = task.workDirectory().orElse(null);
        if (work != null) {
            json.writeStringField("workDirectory", work.toString());
        }
        writeMap("environment", task.environment());
        writeResources(task.resources());
        writeConstraints(task.constraints());
        if (task.timeout().isPresent()) {
            json.writeStringField("timeout", task.timeout().get().toString());
        }
        writeRetry(task.retry());
        if (task.weight() != 0) {
            json.writeNumberField("weight", task.weight());
        }
        if (task.priority() != 0) {
            json.writeNumberField("priority", task.priority());
        }
        if (task.isRepeatable()) {
            json.writeBooleanField("repeatable", true);
        }
        json.writeEndObject();
    }

    private void writeSteps(Task task) throws IOException {
        if (task.steps().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("steps");
        for (Step step : task.steps()) {
            if (!(step.work() instanceof Command command)) {
                throw new GraphException(
                        "task '" + task.name() + "': step '" + step.name()
                                + "' runs in this JVM, so it cannot be written as JSON; only commands can",
                        task.name(),
                        null);
            }
            json.writeStartObject();
            json.writeStringField("name", step.name());
            json.writeFieldName("command");
            CommandJson.write(command, json);
            if (step.timeout() != null) {
                json.writeStringField("timeout", step.timeout().toString());
            }
            if (step.stuckAfter() != null) {
                json.writeStringField("stuckAfter", step.stuckAfter().toString());
            }
            writeRetry(step.retry());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeDependencies(int task) throws IOException {
        if (graph.dependencyCount(task) == 0) {
            return;
        }
        json.writeArrayFieldStart("dependencies");
        for (int i = 0; i < graph.dependencyCount(task); i++) {
            writeDependency(task, i);
        }
        json.writeEndArray();
    }

    private void writeDependency(int task, int i) throws IOException {
        Task target = graph.task(graph.dependency(task, i));
        DependencyKind kind = graph.dependencyKind(task, i);
        String output = graph.dependencyOutput(task, i);
        if (kind == DependencyKind.BUILD && output == null) {
            json.writeString(target.name());
            return;
        }
        json.writeStartObject();
        json.writeStringField("task", target.name());
        if (kind != DependencyKind.BUILD) {
            json.writeStringField("kind", TaskJsonReader.word(kind));
        }
        if (output != null) {
            json.writeStringField("output", output);
        }
        if (kind == DependencyKind.STEP) {
            json.writeStringField(
                    "step", target.steps().get(graph.dependencyStep(task, i)).name());
        }
        json.writeEndObject();
    }

    private void writeResources(Resources resources) throws IOException {
        if (resources.equals(Resources.DEFAULT)) {
            return;
        }
        json.writeObjectFieldStart("resources");
        if (resources.slots() != 1 && resources.site() == null) {
            writeSlots("slots", resources.slots());
        }
        if (resources.mostSlots() != resources.slots()) {
            writeSlots("mostSlots", resources.mostSlots());
        }
        if (resources.memoryBytes() != 0) {
            json.writeNumberField("memoryBytes", resources.memoryBytes());
        }
        if (!resources.amounts().isEmpty()) {
            json.writeObjectFieldStart("amounts");
            for (Map.Entry<String, Long> amount : new TreeMap<>(resources.amounts()).entrySet()) {
                json.writeNumberField(amount.getKey(), amount.getValue());
            }
            json.writeEndObject();
        }
        writeStrings("locks", new TreeSet<>(resources.locks()));
        writeStrings("pools", new TreeSet<>(resources.pools()));
        if (resources.site() != null) {
            json.writeStringField("site", resources.site());
        }
        json.writeEndObject();
    }

    private void writeSlots(String field, int slots) throws IOException {
        if (slots == Resources.ALL) {
            json.writeStringField(field, "all");
        } else {
            json.writeNumberField(field, slots);
        }
    }

    private void writeConstraints(HostConstraints constraints) throws IOException {
        if (constraints.equals(HostConstraints.NONE)) {
            return;
        }
        json.writeObjectFieldStart("constraints");
        writeMap("properties", new TreeMap<>(constraints.properties()));
        if (constraints.pinnedHost() != null) {
            json.writeStringField("pinnedHost", constraints.pinnedHost());
        }
        if (constraints.near() != null) {
            json.writeStringField("near", constraints.near());
        }
        json.writeEndObject();
    }

    private void writeRetry(RetryPolicy retry) throws IOException {
        if (retry.equals(RetryPolicy.NEVER)) {
            return;
        }
        json.writeObjectFieldStart("retry");
        json.writeNumberField("attempts", retry.attempts());
        json.writeStringField("delay", retry.delay().toString());
        json.writeEndObject();
    }

    private void writeText(String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private void writeStrings(String field, Iterable<String> values) throws IOException {
        if (values.iterator().hasNext()) {
            CommandJson.writeStrings(json, field, values);
        }
    }

    private void writePaths(String field, List<Path> paths) throws IOException {
        writeStrings(field, paths.stream().map(Path::toString).toList());
    }

    private void writeMap(String field, Map<String, String> map) throws IOException {
        if (map.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> entry : map.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }
}
