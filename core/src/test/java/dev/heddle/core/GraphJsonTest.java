package dev.heddle.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphJsonTest {

    /** A graph with every attribute that the format has. */
    static BuildGraph everything() {
        return BuildGraph.builder()
                .pool("link", 4)
                .pool("console", 1)
                .task("plain", t -> t.command(Command.of("true")))
                .task(
                        "zlib \u00fc \ud83e\uddf5 \"quoted\"\n",
                        t -> t.alias("z", "libz")
                                .component("libs")
                                .description("compress \\ things")
                                .step(new Step(
                                        "configure",
                                        Command.of("./configure", "--static", "")
                                                .in(Path.of("zlib"))
                                                .env("CC", "gcc -m32")
                                                .unset("CFLAGS")
                                                .cleanEnv()
                                                .stdin("yes\n\u0001")
                                                .expectExit(0, 3)
                                                .capture(Command.Capture.LABELLED),
                                        Duration.ofMillis(90_500),
                                        new RetryPolicy(3, Duration.ofSeconds(2)),
                                        Duration.ofMinutes(5)))
                                .step(
                                        "build",
                                        Command.shell("make -j2 | tee log").stdinFrom(Path.of("answers")))
                                .outputName("lib", "doc")
                                .input(Path.of("zlib/a.c"), Path.of("zlib/a.h"))
                                .output(Path.of("out/libz.a"))
                                .workDirectory(Path.of("work/libz"))
                                .env("LANG", "C")
                                .slots(3, Resources.ALL)
                                .needs("gpu", 2)
                                .needs("license", Resources.MAX_AMOUNT)
                                .memoryBytes(1L << 40)
                                .lock("dir", "other")
                                .pool("link", "console")
                                .hostProperty("arch", "amd64")
                                .pinnedTo("fast")
                                .near("plain")
                                .timeout(Duration.ofHours(1))
                                .retry(new RetryPolicy(2, Duration.ZERO))
                                .weight(12.25)
                                .priority(-7)
                                .repeatable())
                .task(
                        "user",
                        t -> t.dependsOn("plain")
                                .dependency(Dependency.output("z", "lib"))
                                .runsWith("libz")
                                .after("plain")
                                .afterStep("libz", "configure")
                                .slots(0))
                .task("alone", t -> t.slots(Resources.ALL))
                .task("fetch", t -> t.fetchesFrom("mirror.example.org"))
                .task("grows", t -> t.slots(1, 8))
                .build();
    }

    private static byte[] json(GraphView graph) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GraphJson.write(graph, out);
        return out.toByteArray();
    }

    private static BuildGraph read(String json) throws IOException {
        return read(json.getBytes(UTF_8));
    }

    private static BuildGraph read(byte[] json) throws IOException {
        return GraphJson.read(new ByteArrayInputStream(json), "graph.json");
    }

    private static String task(String fields) {
        return "{\"heddleGraph\": 1, \"tasks\": [\n  {\"name\": \"a\", " + fields + "}\n]}";
    }

    @Test
    void everyAttributeComesBackAsItWas() throws IOException {
        BuildGraph graph = everything();
        BuildGraph copy = read(json(graph));
        assertThat(CyclesTest.describe(copy)).isEqualTo(CyclesTest.describe(graph));
        for (int i = 0; i < graph.size(); i++) {
            assertThat(copy.task(i))
                    .usingRecursiveComparison()
                    .withStrictTypeChecking()
                    .isEqualTo(graph.task(i));
        }
        assertThat(json(copy)).isEqualTo(json(graph));
    }

    @Test
    void everyWayToCaptureOutputComesBack() throws IOException {
        for (Command.Capture capture : Command.Capture.values()) {
            Command command = Command.of("true").capture(capture);
            BuildGraph graph =
                    BuildGraph.builder().task("a", t -> t.command(command)).build();
            assertThat(read(json(graph)).task(0).steps().get(0).work()).isEqualTo(command);
        }
    }

    @Test
    void randomGraphsComeBackFromBothForms() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            List<TaskSpec> specs = RandomGraphs.tasks(new Random(seed), 20, 2, 0);
            BuildGraph graph = BuildGraph.builder().tasks(specs).build();
            assertThat(CyclesTest.describe(read(json(graph)))).isEqualTo(CyclesTest.describe(graph));
            assertThat(json(GrowingGraph.startingFrom(graph))).isEqualTo(json(graph));
        }
    }

    @Test
    void taskStandsOnALine() throws IOException {
        BuildGraph graph = BuildGraph.builder()
                .pool("p", 2)
                .task("a", t -> t.command(Command.of("true", "x")))
                .task("b", t -> t.dependsOn("a").runsWith("a"))
                .build();
        assertThat(new String(json(graph), UTF_8)).isEqualTo("""
                        {"heddleGraph":1,"pools":{"p":2},"tasks":[
                        {"name":"a","steps":[{"name":"run","command":{"argv":["true","x"]}}]},
                        {"name":"b","dependencies":["a",{"task":"a","kind":"run"}]}
                        ]}
                        """);
    }

    @Test
    void textCutAnywhereIsAClearErrorWithItsPlace() throws IOException {
        byte[] whole = json(everything());
        for (int length = 0; length < whole.length - 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .as("cut at %d", length)
                    .isExactlyInstanceOf(GraphException.class)
                    .hasNoCause()
                    .hasMessageMatching("(?s)graph\\.json:\\d+:\\d+: .*")
                    .hasMessageNotContainingAny("jackson", "Stream", "Source:", "`");
        }
    }

    @Test
    void damagedTextIsReadOrRefusedWithItsPlace() throws IOException {
        byte[] whole = json(everything());
        int refused = 0;
        for (int seed = 0; seed < 1000 * Integer.getInteger("heddle.fuzz", 1); seed++) {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[],:\"0e\\".charAt(random.nextInt(10)));
            }
            Throwable thrown = catchThrowable(() -> read(damaged));
            if (thrown != null) {
                refused++;
                assertThat(thrown)
                        .as("seed %d: %s", seed, new String(damaged, UTF_8))
                        .isInstanceOf(GraphException.class)
                        .hasNoCause()
                        .hasMessageStartingWith("graph.json:");
                assertThat(thrown.getMessage()).doesNotContainPattern("\\p{Cntrl}&&[^\\n]");
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                         | 1:1: the text ends too early
                    []                                         | 1:1: an object is expected here, not an array
                    {}                                         | 1:2: not a graph: the first field must be "heddleGraph"
                    {"tasks": []}                              | 1:2: not a graph: the first field must be "heddleGraph"
                    {"heddleGraph": 2}                         | 1:17: this is version 2 of the format; only version 1 is known
                    {"heddleGraph": "1"}                       | 1:17: a whole number is expected here, not a string
                    {"heddleGraph": 1, "taks": []}             | 1:20: unknown field "taks"; known here: pools, tasks
                    {"heddleGraph": 1, "heddleGraph": 1}       | 1:20: the field "heddleGraph" is given twice
                    {"heddleGraph": 1} {}                      | 1:20: text after the end of the JSON value
                    {"heddleGraph": 1, "pools": {"p": 0}}      | 1:35: pool 'p': the depth must be at least 1: 0
                    {"heddleGraph": 1e3}                       | 1:17: a whole number is expected here, not a number
                    {"heddleGraph": 99999999999999999999}      | 1:17: a number from 0 to 2147483647
                    {"heddleGraph": 1,}                        | 1:19: Unexpected character ('}' (code 125))
                    {"heddleGraph": 1, "tasks": [{}]}          | 1:31: the first field of a task is its "name"
                    """)
    void wrongTextIsToldWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> read(json.replace("''", "")))
                .isInstanceOf(GraphException.class)
                .hasMessageStartingWith("graph.json:" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "colour": 1                                          | unknown field "colour"; known here: name, aliases
                    "weight": -1                                         | task 'a': weight must be a number of at least 0
                    "weight": 1e999                                      | the number is too large
                    "priority": 3000000000                               | a number from -2147483648 to 2147483647
                    "timeout": "5 minutes"                               | "5 minutes" is not a duration; write PT1M30S
                    "timeout": "PT0S"                                    | task 'a': timeout must be positive
                    "steps": [{"name": "x"}]                             | the field "command" is missing
                    "steps": [{"name": "x", "stuckAfter": "PT0S", "command": {"shell": "x"}}] | step 'x': stuckAfter must be positive
                    "steps": [{"name": "x", "command": {}}]              | the field "argv" or "shell" is missing
                    "steps": [{"name": "x", "command": {"argv": []}}]    | a command needs a program
                    "steps": [{"name": "x", "command": {"argv": [1]}}]   | a string is expected here, not a whole number
                    "steps": [{"name": "x", "command": {"argv": ["a"], "shell": "b"}}] | a command has either
                    "steps": [{"name": "x", "command": {"argv": ["a"], "capture": "both"}}] | "capture" is "merged", "labelled" or
                    "steps": [{"name": "x", "command": {"argv": ["a"], "expectedExitCodes": [256]}}] | a number from 0 to 255
                    "steps": [{"name": "x", "command": {"argv": ["a"], "expectedExitCodes": []}}] | a command needs at least
                    "steps": [{"name": "x", "command": {"argv": ["a"], "environment": {"A=B": "c"}}}] | not a name for an
                    "steps": [{"name": "x", "command": {"argv": ["a\\u0000"]}}] | a NUL character at 1
                    "steps": [{"name": "x", "command": {"argv": ["a"], "stdin": {}}}] | "stdin" has either
                    "dependencies": [{"task": "a", "kind": "after"}]     | "kind" is "build", "run", "step" or "order"
                    "dependencies": [{"kind": "run"}]                    | the field "task" is missing
                    "dependencies": [{"task": "a", "kind": "step"}]      | dependency on 'a': a step is named exactly when
                    "dependencies": ["b"]                                | task 'a' depends on 'b', which is not defined
                    "dependencies": ["a"]                                | dependency cycle: a -> a
                    "resources": {"slots": "some"}                       | a number of slots is a number or "all"
                    "resources": {"slots": 2, "mostSlots": 1}            | mostSlots must be at least slots, and 0 if these are: 1
                    "resources": {"slots": 0, "mostSlots": 4}            | mostSlots must be at least slots, and 0 if these are: 4
                    "resources": {"amounts": {"gpu": 0}}                 | from 1 to 1125899906842624
                    "resources": {"amounts": {"gpu": 1.5}}               | whole number
                    "resources": {"amounts": {"memory": 5}}              | write "memoryBytes" beside them
                    "resources": {"amounts": ["gpu"]}                    | an object is expected here
                    "resources": {"site": "s", "slots": 1}               | takes no slot
                    "resources": {"site": ""}                            | needs a name that is not empty
                    "resources": {"gpu": 1}                              | unknown field
                    "resources": {"pools": ["p"]}                        | task 'a' names the pool 'p', which is not defined
                    "inputs": ["a\\u0000b"]                              | Nul character not allowed
                    "description": null                                  | a string is expected here, not null
                    "aliases": ["a"]                                     | task 'a' is given its own name as an alias
                    """)
    void wrongTaskIsToldWithItsLine(String fields, String message) {
        assertThatThrownBy(() -> read(task(fields)))
                .isInstanceOf(GraphException.class)
                .hasNoCause()
                .hasMessageMatching("(?s)graph\\.json:2:\\d+: .*")
                .hasMessageContaining(message);
    }

    @Test
    void cycleInAFileNamesTheCycleAndTheFile() {
        CycleException error = catchThrowableOfType(
                CycleException.class,
                () -> read("{\"heddleGraph\":1,\"tasks\":[\n{\"name\":\"a\",\"dependencies\":[\"b\"]},\n"
                        + "{\"name\":\"b\",\"dependencies\":[\"a\"]}]}"));
        assertThat(error).hasMessage("graph.json:2:1: dependency cycle: a -> b -> a");
        assertThat(error.cycle()).containsExactly("a", "b");
    }

    @Test
    void cycleInASingleLineHasItsColumn() {
        String before = "{\"heddleGraph\":1,\"tasks\":[{\"name\":\"x\"},  ";
        assertThatThrownBy(() -> read(before + "{\"name\":\"a\",\"dependencies\":[\"b\"]},"
                        + "{\"name\":\"b\",\"dependencies\":[\"a\"]}]}"))
                .hasMessage("graph.json:1:" + (before.length() + 1) + ": dependency cycle: a -> b -> a");
    }

    @Test
    void deepNestingAndLongNumbersAreRefusedAtOnce() {
        for (String bomb : List.of("[".repeat(100_000), "{\"heddleGraph\": " + "1".repeat(100_000))) {
            assertThatThrownBy(() -> read(bomb))
                    .isExactlyInstanceOf(GraphException.class)
                    .hasMessageNotContainingAny("`", "Stream");
        }
        assertThatThrownBy(() -> read(task("\"description\": " + "[".repeat(100_000))))
                .isExactlyInstanceOf(GraphException.class);
    }

    @Test
    void stringLongerThanTheBoundIsRefused() {
        InputStream endless = new InputStream() {
            private final byte[] head = "{\"heddleGraph\": 1, \"".getBytes(UTF_8);
            private int at;

            @Override
            public int read() {
                return at < head.length ? head[at++] : 'x';
            }
        };
        assertThatThrownBy(() -> GraphJson.read(endless, "endless")).isExactlyInstanceOf(GraphException.class);
    }

    @Test
    void actionCannotBeWritten() {
        BuildGraph graph =
                BuildGraph.builder().task("a", t -> t.action(job -> {})).build();
        assertThatThrownBy(() -> json(graph))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("task 'a': step 'action' runs in this JVM");
    }

    @Test
    void namesThatAreNotWellFormedUnicodeComeBackAsTheyWere() throws IOException {
        BuildGraph graph = BuildGraph.builder().task("a\ud800b", t -> {}).build();
        assertThat(read(json(graph)).task(0).name()).isEqualTo("a\ud800b");
    }

    private static final class Fed implements TaskSource.Feed {
        final List<Expansion> expansions = new ArrayList<>();
        final List<String> places = new ArrayList<>();
        final List<String> refused = new ArrayList<>();

        @Override
        public void add(Expansion expansion, String place) {
            expansions.add(expansion);
            places.add(place);
        }

        @Override
        public void refuse(String problem) {
            refused.add(problem);
        }
    }

    private static Fed feed(String lines) throws Exception {
        Fed fed = new Fed();
        GraphJson.lines(new ByteArrayInputStream(lines.getBytes(UTF_8)), "list").feed(fed);
        return fed;
    }

    @Test
    void linesBringTasksPoolsAndLateDependencies() throws Exception {
        Fed fed = feed("{\"pool\": \"p\", \"depth\": 2}\r\n\n  \n{\"name\": \"b\", \"dependencies\": [\"a\"]}\n"
                + "{\"name\": \"a\"}\n{\"addTo\": \"b\", \"dependencies\": [{\"task\": \"c\", \"kind\": \"run\"}]}");
        assertThat(fed.places).containsExactly("list:1:1", "list:4:1", "list:5:1", "list:6:1");
        GrowingGraph graph = GrowingGraph.empty();
        for (int i = 0; i < 4; i++) {
            graph.add(fed.expansions.get(i), fed.places.get(i));
        }
        assertThat(graph.pools()).containsEntry("p", 2);
        assertThat(graph.dependency(graph.indexOf("b"), 0)).isEqualTo(graph.indexOf("a"));
        assertThat(graph.endOfSource()).singleElement().satisfies(dangling -> {
            assertThat(dangling.message()).startsWith("list:6:1: task 'b' depends on 'c', which never came");
            assertThat(dangling.dependency()).isEqualTo(Dependency.run("c"));
        });
    }

    @Test
    void brokenLinesAreLeftOutAndToldAtTheEnd() {
        Fed fed = new Fed();
        byte[] lines =
                "{\"name\": \"a\"}\n{\"name\": \"b\"\n{\"nam\": 1}\n{\"name\":\"c\"} x\n\u0000\n{\"name\": \"d\"}\n"
                        .getBytes(UTF_8);
        assertThatThrownBy(() ->
                        GraphJson.lines(new ByteArrayInputStream(lines), "list").feed(fed))
                .isExactlyInstanceOf(GraphException.class)
                .hasMessageStartingWith("list:2:")
                .hasMessageContaining("3 more lines after it are broken");
        assertThat(fed.places).containsExactly("list:1:1", "list:6:1");
        assertThat(fed.refused).hasSize(4).allMatch(problem -> problem.matches("list:[2-5]:\\d+: .+"));
    }

    @Test
    void lineLongerThanTheBoundIsLeftOutWithoutBeingKept() {
        InputStream long_ = new InputStream() {
            private long left = TaskLines.MAX_LINE * 3L;

            @Override
            public int read() {
                throw new AssertionError("reads in bulk");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (left == 0) {
                    return -1;
                }
                int count = (int) Math.min(left, length);
                Arrays.fill(target, offset, offset + count, (byte) ' ');
                left -= count;
                return count;
            }
        };
        assertThatThrownBy(() -> GraphJson.lines(long_, "list").feed(new Fed()))
                .isExactlyInstanceOf(GraphException.class)
                .hasMessage("list:1: the line is longer than 16777216 bytes");
    }

    @Test
    void lineCutAnywhereIsAClearError() {
        String line = "{\"name\":\"a\",\"steps\":[{\"name\":\"x\",\"command\":{\"argv\":[\"true\"]}}],\"weight\":1.5}";
        for (int length = 1; length < line.length(); length++) {
            String cut = line.substring(0, length);
            assertThatThrownBy(() -> feed(cut))
                    .as(cut)
                    .isExactlyInstanceOf(GraphException.class)
                    .hasNoCause()
                    .hasMessageStartingWith("list:1:");
        }
    }
}
