package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.GraphJson;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.DiagnosticMatcher;
import dev.heddle.packaged.Programs.Run;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every block that a page of the documentation sets apart is tried, or stands in {@link #NOT_FOR_TRYING} with the reason: those of
 * the README are tried by {@link ReadmeIT}.
 */
class DocsIT {

    /** A fence with its language, or lines that are indented. */
    private static final Pattern BLOCK = Pattern.compile(
            "^```(?<language>\\w*)\\n(?<fenced>.*?)^```$|(?<=\\n\\n)(?<indented>(?: {4}[^\\n]*\\n)+)",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** Blocks by what they contain, and why they are not tried. */
    private static final Map<String, String> NOT_FOR_TRYING = Map.ofEntries(
            Map.entry(
                    "━━━━━━━━━━━━━━━━━━━━━━━━   31%  412/1310",
                    "a picture of the terminal; LiveDisplayTest looks at real ones"),
            Map.entry(
                    "dev.heddle.bench.StrategyDelays",
                    "needs the benchmarks; StageDelayTableTest makes the same table"),
            Map.entry(
                    "heddle ninja [-C DIR]",
                    "how a command is written; NinjaCommand's help is compared with ninja's elsewhere"),
            Map.entry("process 4711 is building here", "an error; LogsTest provokes it"),
            Map.entry("h1 jobs=3 timeout=30 property.ssh_config", "a hosts file; SshHostsIT builds with it"),
            Map.entry("slurm:build jobs=8 mode=batch", "a hosts file; SlurmHostsIT builds with it"),
            Map.entry("slurm:p1 jobs=3 mode=allocation", "a hosts file; SlurmHostsIT builds with it"),
            Map.entry("archive = str(\"nix-archive-1\") node", "a grammar"),
            Map.entry("localhost jobs=4 amount.gpu=2", "a hosts file; ResourcesTest builds with it"),
            Map.entry("job.slots().tryTake()", "a call; SlotLendingTest makes such"),
            Map.entry("FINGERPRINT = TYPE", "a grammar; StorePathTest holds it against Nix's paths"),
            Map.entry("Derive([(\"OUT\"", "a grammar; DerivationTextTest holds it against Nix's texts"),
            Map.entry("1;PATH;sha256:NIX32", "what a signature is made over; NarInfoTest has Nix's"),
            Map.entry("export = { word(1) NAR", "a grammar; ExportTest has Nix's streams"),
            Map.entry("# The farm.", "a hosts file; HostFileTest reads it"),
            Map.entry("container:toolchain ", "a hosts file; HostKindsTest and ContainerHostsTest read such"),
            Map.entry("1288012400 beta differs from", "a log; HostHealthTest provokes one"),
            Map.entry("gamma      down", "a table of machines; HostsInLauncherTest makes one"),
            Map.entry("NAME HOST/SLOTS SECONDS", "how a line is made; RunLogsTest has real ones"),
            Map.entry("devel/gmake beta/4 41.250", "a line of a log; LogDirectoryTest makes such"),
            Map.entry("PID@TIME: LETTER", "how a line is made; LogDirectoryTest has real ones"),
            Map.entry("4711@1795290000", "a line of a log; LogDirectoryTest makes such"),
            Map.entry("TIME P=N I=N", "how a line is made; LogDirectoryTest has real ones"),
            Map.entry("NAME WORK[ OUTPUT]", "how a line is made; LogDirectoryTest has real ones"),
            Map.entry("host=beta time=12.340", "lines of a history; BuildHistoryTest reads them"),
            Map.entry("max_stuck=12.00/build", "lines of a log; BuildHistoryTest reads them"),
            Map.entry(".jobserver(Jobserver.pipe())", "a call; JobserverTest makes it"),
            Map.entry("Jobserver.of(System.getenv())", "a call; JobserverTest makes it in a process of its own"),
            Map.entry("jmh-benchmarks/makespan", "makes tables for some minutes; MakespanTest itself is run"),
            Map.entry("BuildHandle build = scheduler.start(List.of(Listing", "a call; ListingTest makes it"),
            Map.entry("cd ${HEDDLE_SCRATCH:-work}", "a task; StepsInLauncherTest has such"),
            Map.entry("Simulation.Report report", "a call; SimulationTest makes it"),
            Map.entry("try (LocalStore store", "a call; EmbeddedStoreTest makes it"),
            Map.entry("-Dtest=SimulationTest#oneSeed", "replays one seed; SimulationTest replays others"));

    private record Block(String page, String language, String text) {
        boolean isCommands() {
            return text.lines().anyMatch(line -> line.startsWith("heddle ") && !line.contains("["));
        }

        boolean isTried() {
            return isCommands() || language.equals("json") || language.equals("c");
        }

        @Override
        public String toString() {
            return page + ": " + text.lines().findFirst().orElse("");
        }
    }

    @TempDir
    Path directory;

    private static Path root() {
        return Programs.samples().toAbsolutePath().getParent();
    }

    private static List<Block> blocks() throws IOException {
        List<Block> all = new ArrayList<>();
        for (String module : List.of("core", "log-mux", "scheduler", "store", "samples")) {
            try (Stream<Path> pages = Files.list(root().resolve(module).resolve("docs"))) {
                for (Path page : pages.filter(each -> each.toString().endsWith(".md"))
                        .sorted()
                        .toList()) {
                    Matcher found = BLOCK.matcher(Files.readString(page));
                    while (found.find()) {
                        boolean fenced = found.group("fenced") != null;
                        all.add(new Block(
                                String.valueOf(page.getFileName()),
                                fenced ? found.group("language") : "",
                                fenced
                                        ? found.group("fenced")
                                        : found.group("indented").indent(-4)));
                    }
                }
            }
        }
        return all;
    }

    private static List<Block> blocks(String page) throws IOException {
        return blocks().stream().filter(block -> block.page.equals(page)).toList();
    }

    private static List<String> commands(String page) throws IOException {
        return blocks(page).stream()
                .filter(Block::isCommands)
                .flatMap(block -> block.text.lines())
                .toList();
    }

    static List<String> commandsOfLogs() throws IOException {
        return commands("logs.md");
    }

    private Run shell(String script) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(
                directory, List.of("sh", "-c", "PATH=.:$PATH\nheddle() { '" + heddle + "' \"$@\"; }\n" + script));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void noBlockOfAnyPageIsLeftOutWithoutAReason() throws IOException {
        List<Block> all = blocks();
        assertThat(all).hasSizeGreaterThan(10);
        for (Block block : all) {
            long reasons = NOT_FOR_TRYING.keySet().stream()
                    .filter(block.text::contains)
                    .count();
            assertThat(reasons).as(block.toString()).isEqualTo(block.isTried() ? 0 : 1);
        }
        for (String left : NOT_FOR_TRYING.keySet()) {
            assertThat(all).as("what is left out is there").anyMatch(block -> block.text.contains(left));
        }
        assertThat(all.stream().filter(Block::isCommands).map(Block::page).distinct())
                .as("pages whose commands have a test here")
                .containsExactlyInAnyOrder(
                        "attach.md",
                        "capture.md",
                        "discovery.md",
                        "formats.md",
                        "guix.md",
                        "history.md",
                        "hosts.md",
                        "logs.md",
                        "steps.md",
                        "store.md");
        assertThat(all.stream()
                        .filter(block -> block.language.equals("json"))
                        .map(Block::page)
                        .distinct())
                .as("pages whose JSON has a test here")
                .containsExactlyInAnyOrder("event-json.md", "graph-json.md", "matchers.md", "resources.md");
    }

    @ParameterizedTest
    @MethodSource("commandsOfLogs")
    void aCommandOfThePageOnLogsDoesWhatItSays(String command) throws Exception {
        write("graph.json", """
                {"heddleGraph": 1, "tasks": [
                  {"name": "library", "component": "libz", "steps": [
                    {"name": "run", "command": {"shell": "echo a.c:1:1: warning: odd; echo error: gone; exit 3"}}]},
                  {"name": "compile", "steps": [
                    {"name": "run", "command": {"shell": "echo complaint >&2", "capture": "labelled"}}]}]}
                """);
        String first = "heddle run --record build.hlog graph.json";
        assertThat(commandsOfLogs()).contains(first);
        if (command.startsWith("heddle log ")) {
            assertThat(shell(first + " 2>&1").exitCode()).isEqualTo(1);
        }
        Run run = shell(command);
        // The library fails.
        assertThat(run.exitCode()).as(run.output()).isEqualTo(command.equals(first) ? 1 : 0);
        assertThat(run.output()).doesNotContain("unexpected", "\tat ");
        boolean isFile = command.contains(" -o build.cast ");
        assertThat(isFile ? Files.readString(directory.resolve("build.cast")) : run.output())
                .contains(
                        command.contains("search --failed")
                                ? "library:2:error: gone"
                                : command.contains("search")
                                        ? "library:1:a.c:1:1: warning: odd"
                                        : command.contains("--ci=")
                                                ? "::warning file=a.c,line=3"
                                                : command.contains("--log=") ? "some words" : "comp");
    }

    @Test
    void theBuildOfThePageOnAttachingIsAttachedTo() throws Exception {
        write("graph.json", """
                {"heddleGraph": 1, "tasks": [
                  {"name": "lib/a", "steps": [
                    {"name": "run", "command": {"shell": "echo ready; until [ -e go ]; do sleep 0.1; done; echo late"}}]},
                  {"name": "other", "steps": [{"name": "run", "command": {"shell": "echo not wanted"}}]}]}
                """);
        List<String> commands = commands("attach.md");
        assertThat(commands).hasSize(2);
        Run run = shell("""
                %s >build.out 2>&1 &
                build=$!
                until [ -S build.sock ]; do sleep 0.1; done
                %s >attached 2>&1 &
                client=$!
                until grep -q ready attached; do sleep 0.1; done
                touch go
                wait $build && wait $client
                """.formatted(commands.get(0), commands.get(1)));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Files.readString(directory.resolve("attached")))
                .contains("ready\nlate\n")
                .doesNotContain("not wanted");
    }

    @Test
    void theStepsOfThePageOnStepsAreDone() throws Exception {
        Run run = shell("set -e\n" + String.join("\n", commands("steps.md")));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Files.readAllLines(directory.resolve("logs/build.log")))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .matches(".* clean=[0-9.]+/fetch=[0-9.]+/.*patch=[0-9.]+/build=[0-9.]+/size=[0-9.]+"),
                        second -> assertThat(second).startsWith("parts "));
        assertThat(Files.readAllLines(directory.resolve("logs/size.log")))
                .hasSize(2)
                .allMatch(line -> line.matches("parts \\d+"));
    }

    @Test
    void theTasksOfThePageOnDiscoveryAreListedAndBuilt() throws Exception {
        List<String> commands = commands("discovery.md");
        Run run = shell("set -e\n" + String.join("\n", commands));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("looked at all parts", "4 tasks ran", "2 tasks ran");
        assertThat(directory.resolve("watch.out")).hasContent("shell\ngears\n");
    }

    @Test
    void theProgramOfThePageOnCaptureIsCompiledAndItsLinesAreCounted() throws Exception {
        assumeTrue(Programs.run(directory, List.of("sh", "-c", "command -v cc")).exitCode() == 0, "there is no cc");
        Block program = blocks("capture.md").stream()
                .filter(block -> block.language.equals("c"))
                .findFirst()
                .orElseThrow();
        write("alternate.c", program.text());
        String commands = String.join("\n", commands("capture.md"));
        Run run = shell("cc -o alternate alternate.c || exit\n" + commands);
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Integer.parseInt(run.output().lines().reduce("", (before, line) -> line)))
                .isBetween(0, 1200);
    }

    static List<String> commandsOfHosts() throws IOException {
        return commands("hosts.md");
    }

    @ParameterizedTest
    @MethodSource("commandsOfHosts")
    void aCommandOfThePageOnHostsRunsOnThem(String command) throws Exception {
        write("hosts", "localhost jobs=1\nlocal:other jobs=2\n");
        write("build.ninja", "rule touch\n  command = touch $out\nbuild made: touch\n");
        write("graph.json", """
                {"heddleGraph": 1, "tasks": [{"name": "made", "constraints": {"pinnedHost": "local:other"}, "steps": [
                  {"name": "run", "command": {"argv": ["touch", "made"]}}]}]}
                """);
        Run run = shell(command);
        assertThat(run.exitCode()).as(run.output()).isZero();
        if (command.contains(" check ")) {
            assertThat(run.output()).containsPattern("localhost +up +1 ").containsPattern("local:other +up +2 ");
        } else {
            assertThat(directory.resolve("made")).exists();
        }
    }

    @Test
    void theCommandsOfThePageOnFormatsListAnArchiveAndConvertHashes() throws Exception {
        shell("mkdir -p tree/bin && echo hello >tree/a && ln -s a tree/l && heddle store dump tree >hello.nar");
        Run run = shell(String.join("\n", commands("formats.md")));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .startsWith("094qif9n4cq4fdg459qzbhg1c6wywawwaaivx0k0x8xhbyx4vwic\n"
                        + "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\na\nbin\nl\n")
                .contains("-              6            232  a\n")
                .contains("l              -              -  l -> a\n")
                .endsWith("\"l\":{\"type\":\"symlink\",\"target\":\"a\"}}}}\n");
    }

    @Test
    void theCommandsOfThePageOnStoresAddBuildVerifyCollectAndCopy() throws Exception {
        // The script stops at the first command that fails.
        Run run = shell("set -e\n" + String.join("\n", commands("store.md")));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("Hash: sha256:", "the same came out", "1 copied", " freed", "findings: 0")
                .doesNotContain("unexpected", "\tat ");
        assertThat(directory.resolve("result")).hasContent("hello\n");
    }

    @Test
    void theCommandsOfThePageOnHistoriesLearnAndShow() throws Exception {
        write("graph.json", """
                {"heddleGraph": 1, "tasks": [{"name": "lang/gcc", "steps": [
                  {"name": "build", "command": {"shell": "echo built"}}]}]}
                """);
        write("build.log", "lang/gcc beta/4 12.34 5678 build=9.84\n");
        write(".ninja_log", "# ninja log v5\n0\t1500\t0\tmade\t1a2b\n");
        assertThat(shell("heddle run graph.json").exitCode()).isZero();
        assertThat(commands("history.md")).hasSizeGreaterThan(4);
        for (String command : commands("history.md")) {
            Run run = shell(command);
            assertThat(run.exitCode()).as(command + ": " + run.output()).isZero();
            assertThat(run.output()).as(command).contains(command.contains("import") ? "1" : "lang/gcc");
        }
        assertThat(directory.resolve("DIR/history")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SESSION", "some-client"})
    void theCommandsOfThePageOnGuixShowASession(String source) throws Exception {
        Path session = root().resolve("log-mux/src/test/resources/guix/session.bare");
        Files.copy(session, directory.resolve("SESSION"));
        write("some-client", "#!/bin/sh\nexec cat SESSION\n");
        assertThat(directory.resolve("some-client").toFile().setExecutable(true))
                .isTrue();
        String command = commands("guix.md").stream()
                .filter(line -> line.contains(source))
                .findFirst()
                .orElseThrow();
        Run run = shell(command);
        assertThat(run.exitCode()).as(run.output()).isBetween(0, 1);
        assertThat(run.output()).contains(" built, ").doesNotContain("unexpected", "\tat ");
    }

    @Test
    void theJsonOfThePagesIsRead() throws Exception {
        for (Block block : blocks()) {
            if (block.language.equals("json")) {
                ByteArrayInputStream in = new ByteArrayInputStream(block.text.getBytes(StandardCharsets.UTF_8));
                switch (block.page) {
                    case "matchers.md" ->
                        assertThat(DiagnosticMatcher.read(in, block.page)).hasSize(1);
                    case "event-json.md" -> {
                        try (EventJson.Reader events = EventJson.reader(in, block.page)) {
                            long lines = block.text.lines().count();
                            for (long i = 1; i < lines; i++) {
                                assertThat(events.next()).isNotNull();
                            }
                            assertThat(events.next()).isNull();
                        }
                    }
                    default -> readGraph(block, in);
                }
            }
        }
    }

    private static void readGraph(Block block, ByteArrayInputStream in) throws Exception {
        if (block.text.startsWith("{\"name\"")) {
            List<String> places = new ArrayList<>();
            GraphJson.lines(in, block.page).feed((expansion, place) -> places.add(place));
            assertThat(places).containsExactly("graph-json.md:1:1", "graph-json.md:2:1", "graph-json.md:3:1");
        } else {
            assertThat(GraphJson.read(in, block.page).size()).isEqualTo(3);
        }
    }
}
