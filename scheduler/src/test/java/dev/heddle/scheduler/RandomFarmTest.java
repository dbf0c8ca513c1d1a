package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Resources;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Farms on which everything happens at random: machines die and come back, lose jobs, change their compilers, are drained, edited
 * and taken out. One of them stays as it is, so that every build has to end well.
 */
@Timeout(300)
final class RandomFarmTest {

    private static final int SEEDS = Integer.getInteger("heddle.farm.seeds", 100);

    @TempDir
    private Path directory;

    @Test
    void aBuildEndsWellAsLongAsOneHostLives() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Run(seed, Files.createDirectory(directory.resolve("farm" + seed))).go();
        }
    }

    private static final class Run {
        private final int seed;
        private final Random random;
        private final Farm farm;
        private final Path stop;
        private final Map<String, String> lines = new HashMap<>();
        private final int count;

        Run(int seed, Path home) {
            this.seed = seed;
            this.random = new Random(seed);
            this.farm = new Farm(home);
            this.stop = home.resolve("stop");
            this.count = 2 + random.nextInt(5);
        }

        void go() {
            farm.check = farm.check.tool("cc", "cc --version");
            for (int i = 0; i < count; i++) {
                String name = "h" + i;
                String line = name + jobs() + " timeout=" + (1 + random.nextInt(20));
                lines.put(name, line);
                Farm.Machine machine = farm.host(line).versions("fact tool.cc 12\n");
                machine.tasks = attempt -> plan(machine, attempt);
            }
            for (int i = 0; i < 40; i++) {
                farm.ticker.in(Duration.ofSeconds(random.nextInt(400)), this::happen);
            }
            BuildResult result;
            try (Scheduler scheduler = farm.scheduler().stopFile(stop).build()) {
                result = scheduler.run(graph());
            }
            assertThat(result.succeeded())
                    .as("seed %d: %s, %s", seed, result.stopped(), result.failures())
                    .isTrue();
            checkEvents();
            farm.machines
                    .values()
                    .forEach(machine -> machine.backends.forEach(backend -> assertThat(backend.isClosed())
                            .as("seed %d: host %s is closed", seed, machine.name)
                            .isTrue()));
        }

        private String jobs() {
            return random.nextInt(3) == 0 ? "" : " jobs=" + (1 + random.nextInt(4));
        }

        private BuildGraph graph() {
            BuildGraph.Builder graph = BuildGraph.builder();
            for (int i = 0; i < 100; i++) {
                TaskSpec.Builder task = task("t" + i).retry(new RetryPolicy(200, Duration.ofSeconds(1)));
                if (random.nextInt(10) == 0) {
                    task.slots(Resources.ALL);
                }
                if (i > 0 && random.nextBoolean()) {
                    task.dependsOn("t" + random.nextInt(i));
                }
                graph.task(task.build());
            }
            return graph.build();
        }

        private Plan plan(Farm.Machine machine, Attempt attempt) {
            Duration takes = Duration.ofMillis(500 + random.nextInt(20_000));
            if (machine.name.equals("h0") || random.nextInt(6) > 0) {
                return Plan.success(takes);
            }
            return switch (random.nextInt(3)) {
                case 0 -> Plan.ends(takes, new StepEnd.Lost("the line is cut"));
                case 1 -> Plan.exit(takes, 1);
                default -> Plan.success(takes.multipliedBy(5));
            };
        }

        /** Something that befalls any machine but the first. */
        private void happen() {
            String name = "h" + (1 + random.nextInt(count - 1));
            Farm.Machine machine = farm.machine(name);
            switch (random.nextInt(8)) {
                case 0 -> machine.dead();
                case 1, 2 ->
                    machine.tells("arch", "amd64")
                            .tells("system", "Linux")
                            .tells("processors", Integer.toString(1 + random.nextInt(4)));
                case 3 -> machine.versions("fact tool.cc " + (12 + random.nextInt(2)) + "\n");
                case 4 -> machine.backends.forEach(backend -> backend.lose("it went down"));
                case 5 -> toggle(stop.resolveSibling("stop-" + name));
                case 6 -> {
                    lines.remove(name);
                    farm.write(new ArrayList<>(lines.values()));
                }
                default -> {
                    lines.put(name, name + jobs());
                    farm.write(new ArrayList<>(lines.values()));
                }
            }
        }

        private static void toggle(Path file) {
            try {
                if (!Files.deleteIfExists(file)) {
                    Files.createFile(file);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Jobs start only on hosts that are up, and never more than these have slots. */
        private void checkEvents() {
            Map<String, Integer> up = new HashMap<>();
            Map<String, Set<Long>> jobs = new HashMap<>();
            for (BuildEvent event : farm.listener.events()) {
                if (event instanceof BuildEvent.HostUp told) {
                    up.put(told.host(), told.slots());
                } else if (event instanceof BuildEvent.HostDown told) {
                    up.remove(told.host());
                } else if (event instanceof BuildEvent.HostRefused told) {
                    up.remove(told.host());
                } else if (event instanceof BuildEvent.HostDraining told) {
                    up.remove(told.host());
                    assertThat(jobs.getOrDefault(told.host(), Set.of()))
                            .as("seed %d: jobs on %s", seed, told)
                            .hasSizeGreaterThanOrEqualTo(told.running());
                } else if (event instanceof BuildEvent.JobStarted started) {
                    String host = started.job().host();
                    Set<Long> there = jobs.computeIfAbsent(host, h -> new HashSet<>());
                    there.add(started.job().job());
                    assertThat(up).as("seed %d: %s", seed, started).containsKey(host);
                    assertThat(there.size()).as("seed %d: %s", seed, started).isLessThanOrEqualTo(up.get(host));
                } else if (event instanceof BuildEvent.JobFinished finished) {
                    Set<Long> there = jobs.get(finished.job().host());
                    assertThat(there.remove(finished.job().job()))
                            .as("seed %d: %s", seed, finished)
                            .isTrue();
                }
            }
            assertThat(jobs.values()).as("seed %d: jobs left", seed).allMatch(Set::isEmpty);
        }
    }
}
