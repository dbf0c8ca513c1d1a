package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.GraphJson;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostFile;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Named resources of hosts, and the limits of tasks that fetch. */
@Timeout(60)
final class ResourcesTest extends OnFakeHosts {

    /** Second in which each task started, and its host. */
    private final Map<String, String> starts = new LinkedHashMap<>();

    private void host(HostSpec spec) {
        host(spec, attempt -> {
            Task task = attempt.task();
            starts.put(
                    task.name(),
                    spec.name() + " " + Duration.ofNanos(ticker.getAsLong()).toSeconds());
            return Plan.success(seconds(1));
        });
    }

    private List<String> warnings() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(BuildEvent.EngineMessage::text)
                .toList();
    }

    @Test
    void tasksTogetherNeverNeedMoreThanAHostHas() {
        host(HostSpec.of("one", 8).with("gpu", 2).with("license", 3));
        BuildResult result = run(graphOf(
                task("a").needs("gpu", 1).needs("license", 2).priority(3),
                task("b").needs("gpu", 1).needs("license", 2).priority(2),
                task("c").needs("gpu", 1).priority(1),
                task("free")));
        assertThat(result.succeeded()).isTrue();
        assertThat(starts)
                .containsEntry("a", "one 0")
                .containsEntry("c", "one 0")
                .containsEntry("free", "one 0")
                .containsEntry("b", "one 1");
    }

    @Test
    void aTaskGoesWhereWhatItNeedsIs() {
        host(HostSpec.of("plain", 8));
        host(HostSpec.of("gpus", 1).with("gpu", 4));
        BuildResult result = run(graphOf(task("a").needs("gpu", 4), task("b").needs("gpu", 3)));
        assertThat(result.succeeded()).isTrue();
        assertThat(starts).containsEntry("a", "gpus 0").containsEntry("b", "gpus 1");
    }

    @Test
    void aTaskThatNoHostCanEverRunIsToldAtTheStartWithWhatIsMissing() {
        host(HostSpec.of("plain", 2));
        host(HostSpec.of("gpus", 1).with("gpu", 4));
        BuildResult result = run(graphOf(
                task("first"),
                task("much", "first").needs("gpu", 5),
                task("unknown", "first").needs("fpga", 1),
                task("apart", "first").needs("gpu", 1).slots(2)));
        assertThat(warnings())
                .contains(
                        "no host that there is can ever run 'much': it needs gpu=5, and the most that one has is gpu=4",
                        "no host that there is can ever run 'unknown': it needs fpga=1, and none has any",
                        "no host that there is can ever run 'apart': each thing that it needs is there, but not all of it"
                                + " on one host");
        assertThat(result.outcome("much").orElseThrow().summary()).contains("gpu=5", "the most that one has is gpu=4");
        assertThat(starts).containsOnlyKeys("first");
    }

    @Test
    void randomNeedsAreNeverExceededAndAllTasksRunInTheEnd() {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, Long> inUse = new HashMap<>();
        Map<String, Long> most = new HashMap<>();
        for (String name : List.of("x", "y")) {
            HostSpec spec = HostSpec.of(name, 6).with("gpu", 3).with("disk", 5_000);
            host(spec, attempt -> {
                Task task = attempt.task();
                task.resources().needs().forEach((resource, amount) -> {
                    String key = name + " " + resource;
                    most.merge(key, inUse.merge(key, amount, Long::sum), Math::max);
                    ticker.in(seconds(1).minusNanos(1), () -> inUse.merge(key, -amount, Long::sum));
                });
                return Plan.success(seconds(1));
            });
        }
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[200];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task("t" + i).retry(new RetryPolicy(2, Duration.ZERO));
            if (random.nextBoolean()) {
                tasks[i].needs("gpu", 1 + random.nextInt(3));
            }
            if (random.nextBoolean()) {
                tasks[i].needs("disk", 1 + random.nextInt(5_000));
            }
        }
        assertThat(run(graphOf(tasks)).succeeded()).isTrue();
        assertThat(most.get("x gpu")).isEqualTo(3);
        assertThat(most.get("x disk")).isBetween(2_000L, 5_000L);
        assertThat(most.get("y disk")).isBetween(2_000L, 5_000L);
    }

    @Test
    void fetchesTakeNoSlotAndAreLimitedByTheBuildTheHostAndTheSite() {
        host(new HostSpec("one", 1, 3, 0, Map.of()));
        host(new HostSpec("two", 1, 3, 0, Map.of()));
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[12];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = i < 2 ? task("build" + i) : task("fetch" + i).fetchesFrom(i < 9 ? "big.example.org" : "s" + i);
        }
        BuildResult result = run(graphOf(tasks), builder -> builder.fetchLimits(5, 2));
        assertThat(result.succeeded()).isTrue();
        Map<String, Integer> inASecond = new HashMap<>();
        starts.forEach((task, start) -> {
            if (task.startsWith("fetch")) {
                String second = start.substring(4);
                boolean big = Integer.parseInt(task.substring(5)) < 9;
                inASecond.merge("all " + second, 1, Integer::sum);
                inASecond.merge("host " + start, 1, Integer::sum);
                inASecond.merge((big ? "big " : "small ") + second, 1, Integer::sum);
            }
        });
        // Two of the big site and all three of the others at once, and the seven of the big one two at a time.
        assertThat(inASecond)
                .containsEntry("all 0", 5)
                .containsEntry("big 0", 2)
                .containsEntry("big 3", 1);
        assertThat(inASecond.entrySet())
                .allMatch(entry -> !entry.getKey().startsWith("host") || entry.getValue() <= 3)
                .allMatch(entry -> !entry.getKey().startsWith("big") || entry.getValue() <= 2);
        assertThat(starts.get("build0")).endsWith(" 0");
        assertThat(starts.get("build1")).endsWith(" 0");
    }

    @Test
    void aFetchThatTakesASlotIsNoFetch() {
        assertThatThrownBy(() -> task("a").fetchesFrom("site").slots(1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes no slot");
        assertThatThrownBy(() -> Scheduler.builder().fetchLimits(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTaskGoesToTheHostThatRanItLastIfThatHasRoom(@TempDir Path directory) throws IOException {
        BuildHistory history = BuildHistory.at(directory);
        host(HostSpec.of("one", 4));
        host(HostSpec.of("two", 2));
        run(graphOf(task("a").pinnedTo("two"), task("b").pinnedTo("one")), builder -> builder.history(history));
        assertThat(starts).containsEntry("a", "two 0");
        starts.clear();
        hosts.clear();
        host(HostSpec.of("one", 4));
        host(HostSpec.of("two", 2));
        run(
                graphOf(task("a").priority(1), task("b"), task("full").slots(2).pinnedTo("two")),
                builder -> builder.history(history));
        // Without a history the larger host would have been given all of them.
        assertThat(starts.get("a")).startsWith("two");
        assertThat(starts.get("b")).startsWith("one");
    }

    @Test
    void theExampleOfTheManualRuns() throws IOException {
        String page = Files.readString(Path.of("docs/resources.md"));
        HostFile file = HostFile.parse("hosts", block(page, "hosts").getBytes(StandardCharsets.UTF_8));
        file.hosts().forEach(entry -> host(entry.spec()));
        BuildResult result = run(GraphJson.read(
                new ByteArrayInputStream(block(page, "json").getBytes(StandardCharsets.UTF_8)), "resources.md"));
        assertThat(result.succeeded()).isTrue();
        assertThat(starts).containsEntry("train", "localhost 1").containsKeys("data", "build");
    }

    private static String block(String page, String language) {
        int from = page.indexOf("```" + language + "\n") + language.length() + 4;
        return page.substring(from, page.indexOf("```", from));
    }
}
