package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder.Verdict;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lock files of a build, seen by those who read and remove them; a second scheduler is played by its files. */
@Timeout(60)
final class BuildLocksTest extends OnLockFiles {

    private static final String OTHER_START = "fullpkgpath=a\nhost=elsewhere\npid=7\nstart=1\n";

    @Test
    void aRunningJobHasItsLocksAndSuccessRemovesThem() {
        List<String> seen = new ArrayList<>();
        BuildResult result = run(1, graphOf(task("devel/make").lock("devel")), attempt -> {
            seen.addAll(files());
            seen.add(read("devel.make"));
            return succeed(attempt);
        });
        assertThat(result.succeeded()).isTrue();
        assertThat(seen).hasSize(3).startsWith("+devel", "devel.make");
        assertThat(seen.get(2))
                .startsWith("fullpkgpath=devel/make\nhost=")
                .contains("\npid=" + ProcessHandle.current().pid() + "\nstart=0 (1 Jan 00:00:00)\non=fake\n")
                .doesNotContain("status=");
        assertThat(files()).isEmpty();
    }

    @Test
    void lockOfFailedTaskSurvivesWithStatusAndWhatIsLeftToDo() {
        BuildGraph graph =
                graphOf(task("a").step(TestGraphs.work("package")).lock("dir"), task("b", "a"), task("other"));
        BuildResult result =
                run(1, graph, attempt -> attempt.task().name().equals("a") ? Plan.exit(SECOND, 3) : succeed(attempt));
        assertThat(result.succeeded()).isFalse();
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Failed.class);
        assertThat(result.outcome("b")).contains(new Outcome.Skipped("a"));
        assertThat(files()).containsExactly("a");
        assertThat(read("a")).contains("\nstatus=768\ntodo=package\nend=1 (1 Jan 00:00:01)\nstep=run\nwhy=");
        assertThat(letters("a")).isEqualTo("QJE");
    }

    @Test
    void lockOfFailedTaskSurvivesAndRequeuesWhenDeleted() {
        BuildGraph graph =
                graphOf(task("a").priority(9), task("b", "a"), task("slow").weight(1));
        BuildResult result = run(2, graph, attempt -> {
            if (attempt.task().name().equals("a") && attempt.attempt() == 1) {
                ticker.in(SECOND.multipliedBy(3), () -> remove("a"));
                return Plan.exit(SECOND, 1);
            }
            return Plan.success(SECOND.multipliedBy(10));
        });
        assertThat(result.succeeded()).isTrue();
        assertThat(letters("a")).isEqualTo("QJEQJBIP");
        assertThat(started).containsExactly("a", "slow", "a", "b");
        assertThat(listener.events(BuildEvent.LockGone.class)).singleElement().satisfies(gone -> {
            assertThat(gone.task()).isEqualTo("a");
            assertThat(gone.at().nanos())
                    .as("at the next look")
                    .isLessThanOrEqualTo(SECOND.multipliedBy(4).toNanos());
        });
    }

    @Test
    void aLockThatIsRemovedIsSeenWhenTheNextJobEnds() {
        BuildGraph graph = graphOf(task("a").priority(9), task("x"), task("y", "x"));
        Duration quarter = Duration.ofMillis(250);
        run(2, graph, attempt -> {
            if (attempt.task().name().equals("a") && attempt.attempt() == 1) {
                ticker.in(Duration.ofMillis(300), () -> remove("a"));
                return Plan.exit(quarter, 1);
            }
            return Plan.success(quarter.multipliedBy(2));
        });
        assertThat(listener.events(BuildEvent.LockGone.class))
                .singleElement()
                .satisfies(gone -> assertThat(gone.at().nanos())
                        .isEqualTo(quarter.multipliedBy(2).toNanos()));
    }

    @Test
    void whatAnotherSchedulerBuildsIsWaitedForAndAdopted() {
        write("a", OTHER_START);
        boolean[] built = new boolean[1];
        BuildGraph graph = graphOf(task("a"), task("b", "a"), task("c"));
        BuildResult result = run(
                1,
                graph,
                attempt -> {
                    if (attempt.task().name().equals("c")) {
                        ticker.in(SECOND.multipliedBy(100), () -> {
                            built[0] = true;
                            remove("a");
                        });
                    }
                    return succeed(attempt);
                },
                builder -> builder.rebuilder((task, outcomes) -> task.name().equals("a") && built[0]
                        ? new Verdict.UpToDate("another one built it")
                        : new Verdict.MustRun("new")));
        assertThat(result.succeeded()).isTrue();
        assertThat(result.outcome("a")).contains(new Outcome.UpToDate("another one built it"));
        assertThat(started).containsExactly("c", "b");
        assertThat(letters("a")).isEqualTo("QLQBIP");
        assertThat(listener.events(BuildEvent.LockFound.class)).singleElement().satisfies(found -> {
            assertThat(found.task()).isEqualTo("a");
            assertThat(found.owner()).isEqualTo("process 7 on elsewhere");
        });
        assertThat(messages())
                .containsExactly("task 'a' waits for the lock " + locks.resolve("a") + " of process 7 on elsewhere");
        assertThat(files()).isEmpty();
    }

    @Test
    void aLockThatManyTasksWaitForIsToldOnce() {
        write("+disk", OTHER_START);
        BuildGraph graph = graphOf(task("a").lock("disk"), task("b").lock("disk"), task("c"));
        BuildResult result = run(1, graph, attempt -> {
            if (attempt.task().name().equals("c")) {
                ticker.in(SECOND.multipliedBy(100), () -> remove("+disk"));
            }
            return succeed(attempt);
        });
        assertThat(result.succeeded()).isTrue();
        assertThat(messages())
                .containsExactly(
                        "task 'a' waits for the lock " + locks.resolve("+disk") + " of process 7 on elsewhere");
    }

    @Test
    void whatAnotherSchedulerBuiltBetweenTheCheckAndTheLockIsNotBuiltAgain() {
        boolean[] built = new boolean[1];
        BuildResult result = run(
                1,
                graphOf(task("first").priority(1), task("a")),
                attempt -> {
                    built[0] = true;
                    return succeed(attempt);
                },
                builder -> builder.rebuilder((task, outcomes) -> task.name().equals("a") && built[0]
                        ? new Verdict.UpToDate("there")
                        : new Verdict.MustRun("new")));
        assertThat(result.succeeded()).isTrue();
        assertThat(started).containsExactly("first");
        assertThat(files()).isEmpty();
    }

    @Test
    void anotherSchedulersFailureEndsTheWait() {
        write("a", OTHER_START);
        BuildResult result = run(1, graphOf(task("a"), task("b", "a"), task("c")), attempt -> {
            ticker.in(
                    SECOND.multipliedBy(5),
                    () -> write("a", OTHER_START + "status=256\ntodo=<nothing>\nend=9\nwhy=exit code 1\n"));
            return succeed(attempt);
        });
        assertThat(result.succeeded()).isFalse();
        assertThat(result.outcome("a"))
                .contains(new Outcome.Locked(
                        "a failure on elsewhere: exit code 1; remove " + locks.resolve("a") + " to have it built"));
        assertThat(result.outcome("b")).contains(new Outcome.Skipped("a"));
        assertThat(result.counters().failed()).isEqualTo(1);
        assertThat(files()).containsExactly("a");
    }

    @Test
    void theFailureOfAnEarlierBuildHoldsItsTaskUntilTheLockIsRemoved() {
        BuildGraph graph = graphOf(task("a"));
        run(1, graph, attempt -> Plan.exit(SECOND, 1));
        BuildResult second = run(1, graph, OnLockFiles::succeed);
        assertThat(started).isEmpty();
        assertThat(second.outcome("a")).get().isInstanceOf(Outcome.Locked.class);
        remove("a");
        assertThat(run(1, graph, OnLockFiles::succeed).succeeded()).isTrue();
    }

    @Test
    void aLockOfTheDeadIsToldAndKeepsItsTaskUnlessItIsToBeCleared() throws Exception {
        lockOfTheDead("a", "dir");
        BuildGraph graph = graphOf(task("a").lock("dir"), task("b"));
        BuildResult result = run(1, graph, OnLockFiles::succeed);
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Locked.class);
        assertThat(messages())
                .anySatisfy(text -> assertThat(text)
                        .startsWith("task 'a' is locked by process ")
                        .contains("which is dead; remove " + locks.resolve("a"))
                        .endsWith("(--clear-stale-locks)"));
        BuildResult cleared = run(1, graph, OnLockFiles::succeed, Scheduler.Builder::clearStaleLocks);
        assertThat(cleared.succeeded()).isTrue();
        assertThat(messages()).anySatisfy(text -> assertThat(text).contains("was removed: process "));
        assertThat(files()).containsExactly(".clear");
    }

    @Test
    void aGuardThatIsADirectoryOrALinkIsToldAndNotFollowed() throws Exception {
        lockOfTheDead("a", "dir");
        Path target = directory.resolve("target");
        Files.createSymbolicLink(locks.resolve(".clear"), target);
        run(1, graphOf(task("a").lock("dir")), OnLockFiles::succeed, Scheduler.Builder::clearStaleLocks);
        assertThat(target).doesNotExist();
        Files.delete(locks.resolve(".clear"));
        Files.createDirectory(locks.resolve(".clear"));
        run(1, graphOf(task("a").lock("dir")), OnLockFiles::succeed, Scheduler.Builder::clearStaleLocks);
        String told = "locks of the dead are not removed: " + locks.resolve(".clear") + " is not a file but ";
        assertThat(messages())
                .filteredOn(text -> text.startsWith("locks of the dead"))
                .containsExactly(told + "a symbolic link", told + "a directory");
        assertThat(locks.resolve("a")).exists();
    }

    @Test
    void namesAndTextsOfLocksStayOnTheirLine() {
        String name = "two\nlines";
        write(
                LockName.ofTask(name),
                "fullpkgpath=x\nhost=else\\nwhere\npid=7\nstart=1\nstatus=256\ntodo=x\nend=1\nwhy=a\\nb\n");
        run(1, graphOf(task(name)), OnLockFiles::succeed);
        assertThat(messages())
                .filteredOn(text -> text.contains("is locked by"))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .startsWith("task 'two\\u000alines' is locked by a failure on else\\u000awhere: a\\u000ab; ")
                        .doesNotContain("\n"));
    }

    @Test
    void tasksOfOneExclusiveLockFollowOneAnotherWithoutMeetingTheirOwnLock() {
        BuildGraph graph =
                graphOf(task("a").lock("d"), task("b").lock("d"), task("c").lock("d"));
        BuildResult result = run(3, graph, OnLockFiles::succeed);
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events(BuildEvent.LockFound.class)).isEmpty();
        assertThat(result.elapsed()).isEqualTo(SECOND.multipliedBy(3));
    }

    @Test
    void aDirectoryThatAnotherSchedulerHasKeepsTheTaskAndNotItsOwnLock() {
        write("+d", OTHER_START);
        List<String> seen = new ArrayList<>();
        run(1, graphOf(task("a").lock("d"), task("c")), attempt -> {
            if (attempt.task().name().equals("c")) {
                seen.addAll(files());
                ticker.in(SECOND.multipliedBy(3), () -> remove("+d"));
            }
            return succeed(attempt);
        });
        assertThat(seen).containsExactly("+d", "c");
        assertThat(letters("a")).isEqualTo("QLQJBIP");
    }

    @Test
    void aTaskThatIsTriedAgainLetsGoBetweenTheAttempts() {
        List<String> between = new ArrayList<>();
        BuildGraph graph = graphOf(task("a").retry(new RetryPolicy(3, SECOND.multipliedBy(10))));
        BuildResult result = run(1, graph, attempt -> {
            ticker.in(SECOND.multipliedBy(5), () -> between.add(String.join(" ", files())));
            return attempt.attempt() < 3 ? Plan.exit(SECOND, 1) : succeed(attempt);
        });
        assertThat(result.succeeded()).isTrue();
        assertThat(between).startsWith("", "");
    }

    @Test
    void aJobThatWasGivenUpKeepsItsLocksUntilItEndsAfterAll() {
        List<String> seen = new ArrayList<>();
        BuildGraph graph = graphOf(
                task("a").lock("d").timeout(SECOND).priority(1),
                task("b"),
                task("c").lock("d"));
        FakeHost[] host = new FakeHost[1];
        host[0] = new FakeHost(HostSpec.of("fake", 3), ticker, attempt -> {
            if (attempt.task().name().equals("a")) {
                ticker.in(SECOND.multipliedBy(100), () -> seen.add(String.join(" ", files())));
                ticker.in(SECOND.multipliedBy(200), () -> host[0].lose("it ends after all"));
                return Plan.hangs().unkillable();
            }
            return Plan.success(SECOND.multipliedBy(attempt.task().name().equals("b") ? 250 : 1));
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host[0]))
                .ticker(ticker)
                .clock(ticker)
                .locks(locks)
                .build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.outcome("a")).get().isInstanceOf(Outcome.TimedOut.class);
            assertThat(result.outcome("c")).get().isInstanceOf(Outcome.Succeeded.class);
        }
        assertThat(seen).containsExactly("+d a b");
        assertThat(files()).isEmpty();
    }

    @Test
    void failFastCountsWhatFailedAndStops() {
        BuildResult result = run(
                1,
                graphOf(task("a").priority(1), task("b")),
                attempt -> Plan.exit(SECOND, 1),
                Scheduler.Builder::failFast);
        assertThat(started).containsExactly("a");
        assertThat(result.stopped()).contains("a task failed");
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aStopEndsTheWaitForOthers() {
        write("a", OTHER_START);
        Path stop = directory.resolve("stop");
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b")),
                attempt -> {
                    ticker.in(SECOND.multipliedBy(30), () -> write("../stop", ""));
                    return succeed(attempt);
                },
                builder -> builder.stopFile(stop));
        assertThat(result.stopped()).contains("the file " + stop + " exists");
        assertThat(result.outcome("a")).get().isInstanceOf(Outcome.Locked.class);
    }

    @Test
    void whyNamesTheLockInTheWay() {
        write("a", OTHER_START);
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        List<String> why = new ArrayList<>();
        FakeHost host = new FakeHost(HostSpec.of("fake", 1), ticker, attempt -> {
            if (attempt.task().name().equals("c")) {
                why.addAll(handle.join().why("b"));
                remove("a");
            }
            return succeed(attempt);
        });
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .locks(locks)
                .build()) {
            BuildHandle begun = scheduler.start(graphOf(task("a").priority(1), task("b", "a"), task("c")));
            handle.complete(begun);
            BuildResult result = begun.result().join();
            assertThat(result.succeeded()).as(result + " " + result.failures()).isTrue();
        }
        assertThat(why)
                .containsExactly(
                        "'b' waits for 'a'",
                        "'a' is locked by process 7 on elsewhere; remove " + locks.resolve("a") + " to have it built");
    }
}
