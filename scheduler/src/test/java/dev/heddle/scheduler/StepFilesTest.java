package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands that change what their job does next, cleaning before a job and measuring after it, really run on this machine. */
@Timeout(120)
@EnabledOnOs({OS.LINUX, OS.MAC})
final class StepFilesTest {

    @TempDir
    Path directory;

    private final RecordingListener listener = new RecordingListener();

    private Step step(String name, String shell) {
        return Step.of(name, Command.shell("echo " + name + " >>ran; " + shell).in(directory));
    }

    private BuildResult run(UnaryOperator<Scheduler.Builder> settings, TaskSpec.Builder... tasks) {
        Scheduler.Builder builder =
                Scheduler.builder().hosts(Hosts.local(1)).listener(listener).stepFiles(directory.resolve("notes"));
        try (Scheduler scheduler = settings.apply(builder).build()) {
            return scheduler.run(graphOf(tasks));
        }
    }

    private BuildResult run(TaskSpec.Builder... tasks) {
        return run(builder -> builder, tasks);
    }

    private List<String> ran() throws IOException {
        return Files.readAllLines(directory.resolve("ran"));
    }

    private List<String> steps() {
        return listener.events(BuildEvent.StepFinished.class).stream()
                .map(BuildEvent.StepFinished::step)
                .toList();
    }

    @Test
    void aCommandPutsStepsOfItsTaskInFrontAndLeavesOthersOut() throws Exception {
        BuildResult result = run(TaskSpec.named("t")
                .step(step("look", "printf 'next tidy\\nnext tidy\\nskip extra\\n' >>$HEDDLE_STEPS"))
                .step(step("build", ""))
                .step(step("extra", ""))
                .step(step("tidy", "")));
        assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        assertThat(ran()).containsExactly("look", "tidy", "tidy", "build", "tidy");
        assertThat(directory.resolve("notes")).isEmptyDirectory();
    }

    @Test
    void aCommandRepeatsItselfUntilItIsDone() throws Exception {
        BuildResult result = run(TaskSpec.named("t")
                .step(step("poll", "[ $(wc -l <ran) -ge 3 ] || echo repeat >>$HEDDLE_STEPS"))
                .step(step("build", "")));
        assertThat(result.succeeded()).isTrue();
        assertThat(ran()).containsExactly("poll", "poll", "poll", "build");
    }

    @Test
    void whatAFailedAttemptWroteIsForgotten() throws Exception {
        Step unlucky = new Step(
                "try",
                Command.shell(
                                "echo try >>ran; [ $(wc -l <ran) -ge 2 ] || { echo 'skip build' >>$HEDDLE_STEPS; exit 1; }")
                        .in(directory),
                null,
                new RetryPolicy(2, Duration.ZERO));
        assertThat(run(TaskSpec.named("t").step(unlucky).step(step("build", "")))
                        .succeeded())
                .isTrue();
        assertThat(ran()).containsExactly("try", "try", "build");
    }

    @Test
    void aBadLineFailsItsStepWithThePlace() throws Exception {
        BuildResult result = run(TaskSpec.named("t")
                .step(step("look", "echo 'next biuld' >>$HEDDLE_STEPS"))
                .step(step("build", "")));
        assertThat(result.outcome("t").orElseThrow().summary())
                .contains("step 'look'", "HEDDLE_STEPS:1:6: task 't' has no step 'biuld'; did you mean 'build'?");
        assertThat(ran()).containsExactly("look");
    }

    @Test
    void aCommandThatRepeatsItselfWithoutEndFails() {
        BuildResult result =
                run(TaskSpec.named("t").step("poll", Command.shell("yes repeat | head -1001 >>$HEDDLE_STEPS")));
        assertThat(result.outcome("t").orElseThrow().summary()).contains("a job may add 1000 steps, no more");
    }

    @Test
    void aFileThatIsTooLongOrNoPlainFileFailsItsStep() {
        BuildResult result = run(
                TaskSpec.named("long").step("run", Command.shell("yes repeat | head -c 70000 >$HEDDLE_STEPS")),
                TaskSpec.named("fifo").step("run", Command.shell("mkfifo $HEDDLE_STEPS")),
                TaskSpec.named("link").step("run", Command.shell("ln -s /dev/zero $HEDDLE_STEPS")));
        assertThat(result.outcome("long").orElseThrow().summary()).contains("HEDDLE_STEPS: longer than 65536 bytes");
        assertThat(result.outcome("fifo").orElseThrow().summary()).contains("HEDDLE_STEPS: is not a plain file");
        assertThat(result.outcome("link").orElseThrow().summary()).contains("HEDDLE_STEPS: is not a plain file");
    }

    @Test
    void noTwoAttemptsShareAFile() throws Exception {
        String tell = "echo $HEDDLE_STEPS >>files";
        run(
                TaskSpec.named("a").step(step("x", tell)).step(step("y", tell)),
                TaskSpec.named("b").step(step("x", tell)));
        assertThat(Files.readAllLines(directory.resolve("files"))).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aTaskIsCleanedByItsOwnStepOrByRemovingItsWorkDirectory() throws Exception {
        Path work = Files.createDirectories(directory.resolve("work"));
        Files.writeString(work.resolve("old"), "of an earlier build");
        BuildResult result = run(
                Scheduler.Builder::cleanFirst,
                TaskSpec.named("own").step(step("make", "")).step(step("clean", "")),
                TaskSpec.named("first").step(step("clean", "")).step(step("make2", "")),
                TaskSpec.named("declared").workDirectory(work).step(step("make3", "[ ! -e work ]")),
                TaskSpec.named("neither").step(step("make4", "")));
        assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        assertThat(ran()).containsExactly("clean", "make", "clean", "clean", "make2", "make3", "make4");
        assertThat(steps()).contains("clean", "make3");
        assertThat(work).doesNotExist();
    }

    @Test
    void stepsOfOthersAreWaitedForAlsoBehindACleaning() throws Exception {
        BuildResult result = run(
                builder -> builder.cleanFirst().hosts(Hosts.local(2)),
                TaskSpec.named("a")
                        .workDirectory(directory.resolve("work"))
                        .step(step("one", ""))
                        .step(step("two", "")),
                TaskSpec.named("b").afterStep("a", "one").step(step("three", "")));
        assertThat(result.succeeded()).isTrue();
        assertThat(ran()).containsExactlyInAnyOrder("one", "two", "three").startsWith("one");
    }

    @Test
    void workDirectoriesAreMeasuredBeforeALastCleaning() throws Exception {
        Path logs = directory.resolve("logs");
        Path work = directory.resolve("work");
        BuildResult result = run(
                builder -> builder.measureSizes().logDirectory(LogDirectory.at(logs)),
                TaskSpec.named("kept")
                        .workDirectory(directory.resolve("kept"))
                        .step(step("make", "mkdir kept; head -c 300000 /dev/zero >kept/x")),
                TaskSpec.named("cleaned")
                        .workDirectory(work)
                        .step(step("make", "mkdir work; head -c 600000 /dev/zero >work/x"))
                        .step(step("clean", "rm -r work")),
                TaskSpec.named("missing")
                        .workDirectory(directory.resolve("none"))
                        .step(step("make", "")),
                TaskSpec.named("undeclared").step(step("make", "")));
        assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        assertThat(steps()).containsExactly("make", "size", "make", "size", "clean", "make", "size", "make");
        assertThat(Files.readAllLines(logs.resolve("size.log")))
                .satisfiesExactly(
                        line -> assertThat(kilobytes(line, "kept")).isBetween(290, 400),
                        line -> assertThat(kilobytes(line, "cleaned")).isBetween(580, 700));
    }

    private static int kilobytes(String line, String task) {
        assertThat(line).startsWith(task + " ");
        return Integer.parseInt(line.substring(task.length() + 1));
    }

    @Test
    void measuringNeedsStepFiles() {
        assertThatThrownBy(() -> Scheduler.builder().measureSizes().build()).hasMessageContaining("step files");
    }

    @Test
    void aDirectoryThatCannotBeMadeFailsTheJob() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        BuildResult result = run(
                builder -> builder.stepFiles(file.resolve("notes")),
                TaskSpec.named("t").step(step("x", "")));
        assertThat(result.outcome("t").orElseThrow())
                .isInstanceOf(Outcome.Failed.class)
                .extracting(Outcome::summary)
                .asString()
                .contains("the directory of step files");
    }
}
