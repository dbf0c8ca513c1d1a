package dev.heddle.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands that list tasks while they are built, really run on this machine. */
@Timeout(120)
@EnabledOnOs({OS.LINUX, OS.MAC})
final class ListingTest {

    @TempDir
    Path directory;

    private final RecordingListener listener = new RecordingListener();

    private BuildResult run(int slots, Listing listing, UnaryOperator<Scheduler.Builder> settings, String... targets)
            throws InterruptedException {
        try (Scheduler scheduler = settings.apply(
                        Scheduler.builder().hosts(Hosts.local(slots)).listener(listener))
                .build()) {
            return scheduler.start(List.of(listing), targets).await();
        }
    }

    private BuildResult run(int slots, Listing listing, String... targets) throws InterruptedException {
        return run(slots, listing, builder -> builder, targets);
    }

    private Listing listing(String shell) {
        return Listing.of("list", Command.shell(shell).in(directory));
    }

    /** A listing of these lines, which ends with an exit code. */
    private Listing listing(int exitCode, String... lines) throws IOException {
        Files.write(directory.resolve("lines"), List.of(lines));
        return listing("cat lines; exit " + exitCode);
    }

    private String task(String name, String shell, String... dependencies) {
        String quoted = dependencies.length == 0 ? "" : "\"" + String.join("\",\"", dependencies) + "\"";
        return "{\"name\":\"" + name + "\",\"steps\":[{\"name\":\"run\",\"command\":{\"shell\":\"" + shell
                + "\",\"directory\":\"" + directory + "\"}}],\"dependencies\":[" + quoted + "]}";
    }

    private List<String> doneBeforeTheGraphWasWhole() {
        List<String> done = new ArrayList<>();
        for (BuildEvent event : listener.events()) {
            if (event instanceof BuildEvent.GraphChanged changed && changed.complete()) {
                return done;
            }
            if (event instanceof BuildEvent.TaskStateChanged moved && moved.to() == TaskState.DONE) {
                done.add(moved.task());
            }
        }
        throw new AssertionError("the graph was never whole: " + listener.events());
    }

    /** The listing goes on only when the first task it listed has run. */
    private Listing waitingForItsFirstTask() throws IOException {
        Files.writeString(directory.resolve("first"), task("a", "echo go >fifo") + "\n");
        Files.writeString(directory.resolve("second"), task("b", "touch b", "a") + "\n");
        return listing("cat first; read went <fifo; cat second");
    }

    private void makeFifo() throws IOException, InterruptedException {
        new ProcessBuilder("mkfifo", directory.resolve("fifo").toString())
                .start()
                .waitFor();
    }

    @Test
    void tasksAreBuiltWhileTheListingGoesOnAndNoneIsDoneBeforeItEnds() throws Exception {
        makeFifo();
        BuildResult result = run(2, waitingForItsFirstTask());
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        assertThat(directory.resolve("b")).exists();
        assertThat(result.ran()).isEqualTo(3);
        assertThat(doneBeforeTheGraphWasWhole()).isEmpty();
    }

    @Test
    void aListingOnAnExtraSlotLeavesTheOnlySlotToTheTasks() throws Exception {
        makeFifo();
        BuildResult result = run(1, waitingForItsFirstTask().onExtraSlot());
        assertThat(result.succeeded()).as(result.toString()).isTrue();
    }

    @Test
    void aListingHoldsASlotAndGivesItBack() throws Exception {
        BuildResult result = run(1, listing(0, task("a", "true"), task("b", "true", "a")));
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        List<String> started = new ArrayList<>();
        for (BuildEvent event : listener.events()) {
            if (event instanceof BuildEvent.JobStarted job) {
                started.add(job.job().task() + " " + job.slots());
            }
        }
        assertThat(started).containsExactly("list 1", "a 1", "b 1");
    }

    @Test
    void brokenRecordsAreToldWithTheirPlaceAndRefuseOnlyWhatDependsOnThem() throws Exception {
        BuildResult result = run(
                2,
                listing(
                        0,
                        task("good", "true"),
                        "{\"name\":\"cut\",",
                        task("needsCut", "true", "cut"),
                        "{\"name\":\"odd\",\"colour\":\"red\"}",
                        task("good", "false"),
                        task("x", "true", "y"),
                        " " + task("y", "true", "x"),
                        task("afterwards", "true", "good")));
        assertThat(result.succeeded()).isFalse();
        assertThat(result.outcome("good")).get().matches(Outcome::isSuccess);
        assertThat(result.outcome("afterwards")).get().matches(Outcome::isSuccess);
        assertThat(result.outcome("needsCut").orElseThrow().summary())
                .isEqualTo("list:3:1: task 'needsCut' depends on 'cut', which never came");
        assertThat(result.outcome("x").orElseThrow().summary()).contains("list:6:1", "'y', which never came");
        assertThat(result.problems())
                .hasSize(4)
                .anySatisfy(problem -> assertThat(problem).startsWith("list:2:15: the text ends too early"))
                .anySatisfy(problem -> assertThat(problem).startsWith("list:4:").contains("colour"))
                .anySatisfy(
                        problem -> assertThat(problem).startsWith("list:5:1: ").contains("'good'"))
                .anySatisfy(
                        problem -> assertThat(problem).startsWith("list:7:2: ").contains("x -> y -> x"));
        assertThat(result.outcome("list"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause().summary())
                                .contains("list:2:15: ")
                                .endsWith("; 1 more after it are broken"));
    }

    @Test
    void whatAFailingListingListedIsBuiltAllTheSame() throws Exception {
        BuildResult result = run(2, listing(3, task("a", "touch a"), task("b", "true", "missing")));
        assertThat(result.succeeded()).isFalse();
        assertThat(directory.resolve("a")).exists();
        assertThat(result.outcome("list"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause()).isEqualTo(new FailureCause.Exit(3)));
        assertThat(result.outcome("b").orElseThrow().summary()).contains("list:2:1", "'missing', which never came");
        assertThat(result.problems()).isEmpty();
    }

    @Test
    void aFailingListingEndsABuildThatFailsFast() throws Exception {
        // On its only slot the listing ends before anything that it listed can begin.
        BuildResult result = run(1, listing(3, task("a", "touch a")), Scheduler.Builder::failFast);
        assertThat(result.stopped()).contains("a task failed");
        assertThat(directory.resolve("a")).doesNotExist();
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void aListingThatCannotBeStartedFailsTheBuild() throws Exception {
        BuildResult result = run(
                1, Listing.of("list", Command.of(directory.resolve("nothing").toString())));
        assertThat(result.succeeded()).isFalse();
        assertThat(result.outcome("list").orElseThrow().summary()).contains("nothing");
    }

    @Test
    void onlyTargetsAndWhatTheyNeedAreBuilt() throws Exception {
        BuildResult result =
                run(2, listing(0, task("a", "touch a"), task("b", "touch b", "a"), task("c", "touch c")), "b");
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        assertThat(directory.resolve("b")).exists();
        assertThat(directory.resolve("c")).doesNotExist();
    }

    @Test
    void aListingWithoutEndIsEndedAtTheBound() throws Exception {
        BuildResult result = run(
                2,
                listing("i=0; while echo \"{\\\"name\\\":\\\"t$i\\\"}\"; do i=$((i+1)); done")
                        .atMost(1_000));
        assertThat(result.succeeded()).isFalse();
        assertThat(result.outcome("t999")).get().matches(Outcome::isSuccess);
        assertThat(result.outcome("t1000")).isEmpty();
        assertThat(result.outcome("list").orElseThrow().summary()).contains("list:1001:1: more than 1000 records");
    }

    @Test
    void brokenRecordsCountAsRecords() throws Exception {
        BuildResult result = run(2, listing("while echo y; do :; done").atMost(10));
        assertThat(result.problems()).hasSize(11);
        assertThat(result.problems().get(9)).startsWith("list:10:1: ");
        assertThat(result.problems().get(10)).startsWith("list: more than 10 records");
        assertThat(result.outcome("list").orElseThrow().summary())
                .contains("list: more than 10 records; ", "; list:1:1: ", "; 9 more after it are broken");
    }

    @Test
    void aListingIsEndedAfterTheMostBrokenRecordsThatAreTold() throws Exception {
        BuildResult result = run(2, listing("while echo '{\"name\":7}'; do :; done"));
        assertThat(result.outcome("list").orElseThrow().summary())
                .contains("list: more than 1000 records are broken", "; list:1:9: ", "; 999 more after it are broken");
        String most = task("a", "true") + "\n" + "y\n".repeat(Listing.MOST_BROKEN) + task("b", "true");
        BuildResult full = run(2, listing(0, most));
        assertThat(full.outcome("b")).get().matches(Outcome::isSuccess);
        assertThat(full.problems()).hasSize(Listing.MOST_BROKEN);
    }

    @Test
    void aListingThatIsCancelledEnds() throws Exception {
        makeFifo();
        CompletableFuture<BuildEvent> begun = new CompletableFuture<>();
        BuildEventListener beginning = event -> {
            if (event instanceof BuildEvent.StepStarted) {
                begun.complete(event);
            }
        };
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.local(1)).listener(beginning).build()) {
            BuildHandle handle = scheduler.start(List.of(listing("read never <fifo")));
            begun.get(60, TimeUnit.SECONDS);
            handle.cancel("enough");
            BuildResult result = handle.await();
            assertThat(result.outcome("list")).get().isInstanceOf(Outcome.Cancelled.class);
            assertThat(result.problems()).isEmpty();
        }
    }

    @Test
    void aListingWithoutAHostIsNotWaitedForWithoutEnd() throws Exception {
        Farm farm = new Farm(Files.createDirectory(directory.resolve("farm")));
        farm.host("alpha timeout=5").dead();
        try (Scheduler scheduler =
                farm.scheduler().hostPatience(Duration.ofMinutes(2)).build()) {
            BuildResult result = scheduler.start(List.of(listing("true"))).await();
            assertThat(result.succeeded()).isFalse();
            assertThat(result.stopped()).get().asString().contains("'list' is ready and waits for a host");
            assertThat(result.problems()).isEmpty();
        }
    }

    @Test
    void aListingWhoseJobFailsWithoutItsCommandIsNotWaitedFor() throws Exception {
        ManualTicker ticker = ManualTicker.jumping();
        FakeHost broken = new FakeHost(
                HostSpec.of("fake", 1), ticker, attempt -> Plan.ends(Duration.ZERO, new StepEnd.NotStarted("no")));
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(broken)).ticker(ticker).build()) {
            BuildResult result = scheduler.start(List.of(listing("true"))).await();
            assertThat(result.failures()).singleElement().asString().contains("list");
        }
    }

    @Test
    void aListingThatListsItselfKeepsItsName() throws Exception {
        BuildResult result = run(2, listing(0, task("list", "false"), task("a", "true")));
        assertThat(result.outcome("a")).get().matches(Outcome::isSuccess);
        assertThat(result.problems()).singleElement().asString().startsWith("list:1:1: ");
    }

    @Test
    void namesThatAreTooLongOrNoUnicodeAreRefused() throws Exception {
        BuildResult result = run(
                2,
                listing(
                        0,
                        task("n".repeat(Listing.MOST_NAME + 1), "true"),
                        task("\\ud800", "true"),
                        task("n".repeat(Listing.MOST_NAME), "true")));
        assertThat(result.outcome("n".repeat(Listing.MOST_NAME))).get().matches(Outcome::isSuccess);
        assertThat(result.problems())
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("list:1:1: the name of a task is longer"),
                        problem -> assertThat(problem).startsWith("list:2:1: ").contains("surrogate"));
    }

    @Test
    void theListingHasNoLockFileAndWhatWasFoundIsTold() throws Exception {
        Path locks = directory.resolve("locks");
        Path logs = directory.resolve("logs");
        BuildResult result = run(
                1,
                listing(3, task("a", "true"), task("b", "true", "a")),
                builder -> builder.locks(locks).logDirectory(LogDirectory.at(logs)));
        assertThat(result.succeeded()).isFalse();
        assertThat(locks).isEmptyDirectory();
        assertThat(Files.readAllLines(logs.resolve("vars.log"), UTF_8)).containsExactly("list", "a", "b");
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> Listing.of("", Command.of("true"))).hasMessageContaining("name");
        assertThatThrownBy(() -> listing("true").atMost(0)).hasMessageContaining("not 0");
    }
}
