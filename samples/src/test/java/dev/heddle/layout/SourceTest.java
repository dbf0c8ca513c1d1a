package dev.heddle.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.layout.SourceScanner.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only the sources of the main code tell: comments, broad catches, unfinished work, and the budgets. */
class SourceTest {

    /** The few places where anything at all may be caught, each with its reason. */
    private static final Map<String, String> BROAD_CATCHES = Map.ofEntries(
            Map.entry("EventDelivery.java", "the fan-out: a listener is the embedder's code"),
            Map.entry("SqliteLibrary.java", "the driver says no more than that loading it may throw"),
            Map.entry("JdkPipes.java", "a pipe is emptied on when the embedder's output refuses its bytes"),
            Map.entry("OutputPipe.java", "a pipe is emptied on when the embedder's output refuses its bytes"),
            Map.entry("FarOutput.java", "a line is emptied on when the embedder's output refuses its bytes"),
            Map.entry("LineClassifier.java", "a line filter is the embedder's code"),
            Map.entry("View.java", "the edge of a sink's thread: a sink is the embedder's code"),
            Map.entry("BuildLoop.java", "the loop's edge"),
            Map.entry("Questions.java", "the loop's edge: what others ask on its thread is theirs"),
            Map.entry("Checks.java", "a worker's entry: a rebuilder is the embedder's code"),
            Map.entry("Urgencies.java", "a queue policy is the embedder's code"),
            Map.entry("HostKinds.java", "a provider of hosts is the embedder's code"),
            Map.entry("Discovery.java", "a worker's entry: a task source is the embedder's code"),
            Map.entry("Events.java", "an output port is the embedder's code"),
            Map.entry("Redefinitions.java", "a worker's entry: definitions of tasks are the embedder's code"),
            Map.entry("PortCalls.java", "a worker's entry: ports and hosts are the embedder's code"),
            Map.entry("Publisher.java", "the edge of the publisher's thread: who waits for it gets the failure"),
            Map.entry("ActionRun.java", "a worker's entry: an action is the embedder's code"));

    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");

    private static final List<SourceScanner> SCANNED = new ArrayList<>();
    private static final List<Path> FILES = new ArrayList<>();

    @BeforeAll
    static void scan() {
        for (String module : List.of("core", "log-mux", "scheduler", "store", "samples", "jmh-benchmarks")) {
            boolean published = Repository.PUBLISHED.contains(module) && Repository.hasModule(module);
            Set<String> documented = published ? Repository.exportedPackages(module) : Set.of();
            List<Path> files = Repository.javaFiles(module);
            FILES.addAll(files);
            SCANNED.addAll(SourceScanner.scan(files, documented));
        }
    }

    @Test
    void everythingPublicHasAComment() {
        assertThat(findings(scanner -> scanner.undocumented)).isEmpty();
    }

    @Test
    void broadCatchesStandOnlyWhereListed() {
        List<Finding> strangers = findings(scanner -> scanner.broadCatches).stream()
                .filter(finding ->
                        !BROAD_CATCHES.containsKey(finding.file().getFileName().toString()))
                .toList();
        assertThat(strangers)
                .as(
                        "catch what the call throws; a true edge of a loop, fan-out or worker is listed in %s",
                        SourceTest.class)
                .isEmpty();
    }

    @Test
    void publicTypesDoNotSynchronizeOnThemselves() {
        assertThat(findings(scanner -> scanner.sharedMonitors)).isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() throws IOException {
        List<Finding> unfinished = new ArrayList<>();
        for (Path file : FILES) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                Matcher matcher = UNFINISHED.matcher(lines.get(i));
                if (matcher.find()) {
                    unfinished.add(new Finding(file, i + 1, matcher.group()));
                }
            }
        }
        assertThat(unfinished).isEmpty();
    }

    @Test
    void budgetsAreTold() {
        List<Finding> over = findings(scanner -> scanner.overBudget);
        over.forEach(finding -> System.out.println("warning: " + finding));
        assertThat(SCANNED).isNotEmpty();
    }

    private static List<Finding> findings(Function<SourceScanner, List<Finding>> kind) {
        return SCANNED.stream().flatMap(scanner -> kind.apply(scanner).stream()).toList();
    }
}
