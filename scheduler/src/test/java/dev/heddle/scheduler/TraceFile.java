package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A trace in the JSON array form of the Trace Event Format, read strictly: what the format does not know is an error. */
final class TraceFile {

    /** An event; a field is among the texts or the numbers. */
    record Event(char phase, Map<String, String> texts, Map<String, Double> numbers, Map<String, Object> arguments) {
        /** Its name, empty if it has none. */
        String name() {
            return texts.getOrDefault("name", "");
        }

        /** Where it is. */
        long thread() {
            return numbers.get("tid").longValue();
        }

        /** When it was, in microseconds. */
        double ts() {
            return numbers.get("ts");
        }
    }

    /** A slice with the names of those around it. */
    record Slice(String process, String thread, String name, int depth, double from, double to) {}

    private static final Map<Character, Set<String>> FIELDS = Map.of(
            'B', Set.of("cat", "ts", "name", "args"),
            'E', Set.of("cat", "ts", "args"),
            'X', Set.of("cat", "ts", "dur", "name"),
            'M', Set.of("name", "args"),
            'C', Set.of("ts", "name", "args"),
            'i', Set.of("ts", "s", "name"),
            's', Set.of("cat", "id", "ts", "name"),
            'f', Set.of("cat", "id", "ts", "name", "bp"));

    private final List<Event> events = new ArrayList<>();
    private final List<Slice> slices = new ArrayList<>();
    private final Map<Long, String> processes = new HashMap<>();
    private final Map<Long, String> threads = new HashMap<>();

    private TraceFile() {}

    /** Every event, in order. */
    List<Event> events() {
        return events;
    }

    /** Every slice, in the order of their ends. */
    List<Slice> slices() {
        return slices;
    }

    /** Reads a trace; an {@code AssertionError} says what is wrong with it. */
    static TraceFile read(String text) throws IOException {
        TraceFile trace = new TraceFile();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonInput input = new JsonFormat().open(new ByteArrayInputStream(bytes), "trace");
        input.beginArray();
        while (input.nextElement()) {
            trace.events.add(event(input));
        }
        input.end();
        trace.names();
        trace.nest();
        trace.arrows();
        return trace;
    }

    private static Event event(JsonInput input) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, Double> numbers = new HashMap<>();
        Map<String, Object> arguments = new HashMap<>();
        Set<String> fields = new HashSet<>();
        input.beginObject();
        for (String field = input.nextField(); field != null; field = input.nextField()) {
            fields.add(field);
            if (field.equals("args")) {
                input.beginObject();
                for (String argument = input.nextField(); argument != null; argument = input.nextField()) {
                    arguments.put(argument, input.nextIsString() ? input.string() : input.number());
                }
            } else if (input.nextIsString()) {
                texts.put(field, input.string());
            } else {
                numbers.put(field, input.number());
            }
        }
        assertThat(texts.get("ph")).hasSize(1);
        char phase = texts.get("ph").charAt(0);
        Set<String> known = new HashSet<>(FIELDS.get(phase));
        known.addAll(Set.of("ph", "pid", "tid"));
        assertThat(fields).as("fields of phase %s", phase).isEqualTo(known);
        assertThat(numbers.keySet()).isSubsetOf("pid", "tid", "ts", "dur", "id").contains("pid", "tid");
        assertThat(numbers.values()).allMatch(number -> number >= 0);
        if (phase == 'C') {
            assertThat(arguments)
                    .isNotEmpty()
                    .allSatisfy((name, value) -> assertThat(value).isInstanceOf(Double.class));
        }
        return new Event(phase, texts, numbers, arguments);
    }

    private void names() {
        for (Event event : events) {
            if (event.phase() == 'M' && event.name().equals("process_name")) {
                String named = String.valueOf(event.arguments().get("name"));
                assertThat(processes.put(event.numbers().get("pid").longValue(), named))
                        .isNull();
            } else if (event.phase() == 'M' && event.name().equals("thread_name")) {
                assertThat(threads.put(
                                event.thread(), String.valueOf(event.arguments().get("name"))))
                        .isNull();
            }
        }
        Set<Long> both = new HashSet<>(processes.keySet());
        both.retainAll(threads.keySet());
        assertThat(both).as("numbers of processes and threads").isEmpty();
    }

    private void nest() {
        Map<Long, Deque<Event>> open = new HashMap<>();
        Map<Long, Double> last = new HashMap<>();
        for (Event event : events) {
            if (event.phase() != 'B' && event.phase() != 'E' && event.phase() != 'X') {
                continue;
            }
            String process = processes.get(event.numbers().get("pid").longValue());
            String thread = threads.get(event.thread());
            assertThat(process).isNotNull();
            assertThat(thread).isNotNull();
            assertThat(event.ts()).isGreaterThanOrEqualTo(last.getOrDefault(event.thread(), 0.0));
            last.put(event.thread(), event.ts());
            Deque<Event> stack = open.computeIfAbsent(event.thread(), key -> new ArrayDeque<>());
            if (event.phase() == 'B') {
                stack.push(event);
            } else if (event.phase() == 'X') {
                double to = event.ts() + event.numbers().get("dur");
                slices.add(new Slice(process, thread, event.name(), 0, event.ts(), to));
                last.put(event.thread(), to - 1e-6);
            } else {
                assertThat(stack).as("a slice that ends").isNotEmpty();
                Event begin = stack.pop();
                assertThat(begin.texts().get("cat")).isEqualTo(event.texts().get("cat"));
                slices.add(new Slice(process, thread, begin.name(), stack.size(), begin.ts(), event.ts()));
            }
        }
        assertThat(open.values()).as("slices that do not end").allMatch(Deque::isEmpty);
    }

    private void arrows() {
        Map<Double, Event> begun = new HashMap<>();
        for (Event event : events) {
            if (event.phase() == 's') {
                assertThat(begun.put(event.numbers().get("id"), event)).isNull();
            } else if (event.phase() == 'f') {
                Event from = begun.remove(event.numbers().get("id"));
                assertThat(from).isNotNull();
                assertThat(from.ts()).isLessThanOrEqualTo(event.ts());
                assertThat(event.texts()).containsEntry("bp", "e");
            }
        }
        assertThat(begun).isEmpty();
    }
}
