package dev.heddle.scheduler;

import static dev.heddle.scheduler.Farm.SECOND;
import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that join, drain, change and leave while a build runs. */
@Timeout(60)
final class FleetTest {

    @TempDir
    private Path directory;

    private Farm farm;

    @BeforeEach
    void makeFarm() {
        farm = new Farm(directory);
    }

    /** The build that runs; time may pass before {@code start} returns, so that what happens at a time waits for this. */
    private final CompletableFuture<BuildHandle> started = new CompletableFuture<>();

    private void at(int seconds, Runnable action) {
        farm.ticker.in(Duration.ofSeconds(seconds), action);
    }

    private void at(int seconds, Consumer<BuildHandle> action) {
        at(seconds, () -> action.accept(started.join()));
    }

    private BuildResult run(BuildGraph graph) throws Exception {
        try (Scheduler scheduler = farm.scheduler().build()) {
            BuildHandle handle = scheduler.start(graph);
            started.complete(handle);
            return handle.await();
        }
    }

    @Test
    void aHostThatTheFileNamesNewJoinsTheRunningBuild() {
        farm.host("alpha jobs=1");
        Farm.Machine beta = farm.machine("beta");
        at(10, () -> farm.write(List.of("alpha jobs=1", "beta jobs=3")));
        BuildResult result = farm.run(tasks(60));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told()).containsExactly("alpha up 1", "beta up 3");
        // Seen twice within two seconds, and then asked.
        assertThat(farm.when(BuildEvent.HostUp.class, 1)).isBetween(SECOND.multipliedBy(10), SECOND.multipliedBy(13));
        assertThat(beta.ran()).hasSizeBetween(30, 40);
    }

    @Test
    void aHostThatTheFileNamesNoMoreFinishesItsJobsAndIsClosed() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("beta jobs=2");
        beta.tasks = attempt -> Plan.success(SECOND.multipliedBy(20));
        at(5, () -> farm.write(List.of("alpha jobs=1")));
        BuildResult result = farm.run(tasks(40));
        assertThat(result.succeeded()).isTrue();
        assertThat(beta.ran()).hasSize(2);
        assertThat(beta.backends.get(0).isClosed()).isTrue();
        assertThat(beta.backends.get(0).terminated()).isEmpty();
        assertThat(alpha.ran()).hasSize(38);
        assertThat(farm.told())
                .containsExactly(
                        "alpha up 1",
                        "beta up 2",
                        "beta drains 2: " + farm.file() + " names it no more",
                        "beta drains 0: " + farm.file() + " names it no more");
    }

    @Test
    void aLineThatChangedTakesEffectWhenTheJobsOfTheOldOneHaveEnded() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.tasks = attempt -> Plan.success(SECOND.multipliedBy(10));
        int[] most = {0};
        at(3, () -> farm.write(List.of("alpha jobs=4 property.disk=fast")));
        for (int s = 0; s < 60; s++) {
            at(
                    s,
                    () -> most[0] = Math.max(
                            most[0],
                            alpha.backends.stream().mapToInt(FakeHost::running).sum()));
        }
        BuildResult result = farm.run(graphOf(
                task("a"),
                task("b"),
                task("c"),
                task("d"),
                task("e").hostProperty("disk", "fast").dependsOn("a")));
        assertThat(result.succeeded()).isTrue();
        assertThat(alpha.backends).hasSize(2);
        assertThat(alpha.backends.get(0).startedTasks()).containsExactly("heddle:hello", "a");
        assertThat(alpha.backends.get(1).startedTasks()).startsWith("heddle:hello");
        assertThat(most[0]).isEqualTo(4);
        assertThat(farm.told()).last().isEqualTo("alpha up 4");
    }

    @Test
    void aFileThatIsBadOrGoneIsToldOnceAndTheHostsStay() {
        farm.host("alpha jobs=1");
        at(5, () -> farm.write(List.of("alpha jobs=1", "beta job=2")));
        at(15, () -> farm.write(List.of("")));
        at(25, () -> {
            try {
                Files.delete(farm.file());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        at(35, () -> farm.write(List.of("alpha jobs=1", "gamma jobs=1")));
        at(45, () -> farm.write(List.of("alpha jobs=1", "beta jobs=1")));
        farm.machine("beta");
        BuildResult result = farm.run(tasks(60));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.warnings())
                .containsExactly(
                        farm.file()
                                + ":2:6: unknown key 'job'; did you mean 'jobs'?; the keys are jobs, arch, memory, sf,"
                                + " timeout, fetches, amount.NAME and property.NAME; the hosts stay as they are",
                        farm.file() + ":1:1: the file names no host; the hosts stay as they are",
                        farm.file() + ": cannot be read: no such file or directory; the hosts stay as they are",
                        farm.file() + ":2:1: there is no machine 'gamma'");
        assertThat(farm.told()).containsExactly("alpha up 1", "beta up 1");
    }

    @Test
    void aRefusedHostIsAskedAgainWhenTheFileChanges() {
        farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("beta jobs=1").tells("arch", "arm64");
        at(40, () -> {
            beta.tells("arch", "amd64");
            farm.write(List.of("# mended", "alpha jobs=1", "beta jobs=1"));
        });
        farm.run(tasks(60));
        // Without the change it would be asked 63 s after the start.
        assertThat(farm.when(BuildEvent.HostUp.class, 1)).isBetween(SECOND.multipliedBy(40), SECOND.multipliedBy(44));
    }

    @Test
    void aStopFileDrainsItsHostAndGivesItBackWhenItGoes() throws IOException {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("me@beta jobs=1");
        Path stop = directory.resolve("stop-me@beta");
        at(10, () -> write(stop));
        at(20, () -> delete(stop));
        BuildResult result;
        try (Scheduler scheduler =
                farm.scheduler().stopFile(directory.resolve("stop")).build()) {
            result = scheduler.run(tasks(60));
        }
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told())
                .containsExactly(
                        "alpha up 1",
                        "me@beta up 1",
                        "me@beta drains 1: its stop file exists",
                        "me@beta drains 0: its stop file exists",
                        "me@beta up 1");
        assertThat(alpha.ran().size() - beta.ran().size()).isBetween(8, 11);
        assertThat(farm.warnings())
                .containsExactly(
                        "the file " + stop + " exists: host 'me@beta' is given no job until it is removed",
                        "the file " + stop + " is gone: host 'me@beta' is given jobs again");
    }

    private static void write(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stopFilesOfAThousandHostsAreAllSeen() {
        for (int i = 0; i < 1_000; i++) {
            farm.host("h" + i + " jobs=1");
        }
        at(5, () -> write(directory.resolve("stop-h999")));
        farm.machine("h0").tasks = attempt -> Plan.success(SECOND.multipliedBy(20));
        try (Scheduler scheduler =
                farm.scheduler().stopFile(directory.resolve("stop")).build()) {
            scheduler.run(tasks(1));
        }
        assertThat(farm.told()).contains("h999 drains 0: its stop file exists");
    }

    @Test
    void aDrainedHostGetsNothingUntilItIsGivenBack() throws Exception {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("beta jobs=1");
        at(5, handle -> handle.drain("beta", "it is to be patched"));
        at(12, handle -> handle.undrain("beta"));
        BuildResult result = run(tasks(30));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told())
                .containsExactly(
                        "alpha up 1",
                        "beta up 1",
                        "beta drains 1: it is to be patched",
                        "beta drains 0: it is to be patched",
                        "beta up 1");
        assertThat(alpha.ran().size() - beta.ran().size()).isBetween(5, 8);
    }

    @Test
    void aBuildWhoseHostsAreAllDrainedWaitsForThem() throws Exception {
        farm.host("alpha jobs=1");
        at(5, handle -> handle.drain("alpha", "lunch"));
        List<String> why = new ArrayList<>();
        at(3_600, handle -> {
            why.addAll(handle.why("t9"));
            handle.undrain("alpha");
        });
        BuildResult result = run(tasks(10));
        assertThat(why).containsExactly("'t9' is ready and waits for a host; alpha is drained: lunch");
        assertThat(result.succeeded()).isTrue();
        assertThat(result.elapsed()).isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void aHostMayBeAddedAndTakenOutByHand() throws Exception {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine extra = farm.machine("extra");
        FakeHost backend = (FakeHost) farm.open(HostEntry.parse("extra jobs=2"));
        at(5, handle -> handle.addHost(backend));
        at(15, handle -> handle.removeHost("extra", "enough"));
        BuildResult result = run(tasks(40));
        assertThat(result.succeeded()).isTrue();
        assertThat(extra.ran()).hasSizeBetween(18, 22);
        assertThat(backend.isClosed()).isTrue();
        assertThat(alpha.ran()).hasSizeBetween(18, 22);
    }

    @Test
    void aHostOfATakenNameOrOfNoNameIsRefused() throws Exception {
        farm.host("alpha jobs=1");
        FakeHost twin = new FakeHost(HostSpec.of("alpha", 1), farm.ticker, attempt -> Plan.success(SECOND));
        try (Scheduler scheduler = farm.scheduler().build()) {
            BuildHandle handle = scheduler.start(tasks(1));
            assertThatThrownBy(() -> handle.addHost(twin)).hasMessage("there is a host named 'alpha' already");
            assertThatThrownBy(() -> handle.drain("gamma", "x")).hasMessage("there is no host named 'gamma'");
            assertThatThrownBy(() -> handle.undrain("gamma")).hasMessage("there is no host named 'gamma'");
            assertThatThrownBy(() -> handle.removeHost("gamma", "x")).hasMessage("there is no host named 'gamma'");
            handle.await();
        }
        assertThat(twin.isClosed()).isFalse();
    }

    @Test
    void tasksWhoseOnlyHostWasTakenOutEndWhenPatienceIsOver() {
        farm.host("alpha jobs=1");
        farm.host("beta jobs=1 property.disk=fast");
        at(5, () -> farm.write(List.of("alpha jobs=1")));
        BuildResult result;
        try (Scheduler scheduler =
                farm.scheduler().hostPatience(Duration.ofMinutes(1)).build()) {
            result = scheduler.run(graphOf(
                    task("a"),
                    task("long").hostProperty("disk", "fast"),
                    task("x", "long").hostProperty("disk", "fast"),
                    task("y", "x").hostProperty("disk", "fast").dependsOn("sleep"),
                    sleep()));
        }
        assertThat(result.succeeded()).isFalse();
        assertThat(result.stopped().orElseThrow())
                .startsWith("nothing can run: 'y' is ready and waits for 1 slot, disk=fast");
    }

    private TaskSpec.Builder sleep() {
        farm.machine("alpha").tasks = attempt ->
                Plan.success(SECOND.multipliedBy(attempt.task().name().equals("sleep") ? 30 : 1));
        return task("sleep").pinnedTo("alpha");
    }

    @Test
    void whatJoinedInOneBuildIsThereInTheNext() throws Exception {
        farm.host("alpha jobs=1");
        FakeHost extra = (FakeHost) farm.open(entryOfNewMachine("extra jobs=2"));
        at(1, handle -> handle.addHost(extra));
        try (Scheduler scheduler = farm.scheduler().build()) {
            BuildHandle handle = scheduler.start(tasks(5));
            started.complete(handle);
            handle.await();
            assertThat(scheduler.checkHosts()).extracting(HostReport::host).containsExactly("alpha", "extra");
        }
        assertThat(extra.isClosed()).isTrue();
    }

    private HostEntry entryOfNewMachine(String line) {
        HostEntry entry = HostEntry.parse(line);
        farm.machine(entry.name());
        return entry;
    }
}
