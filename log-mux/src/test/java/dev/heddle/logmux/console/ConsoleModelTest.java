package dev.heddle.logmux.console;

import static dev.heddle.logmux.console.ModelFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import dev.heddle.logmux.BuildSummary;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleModelTest {

    private final ModelFixture build = new ModelFixture();
    private final ConsoleModel model = build.model;

    private static Status.Job only(Status status) {
        assertThat(status.jobs()).hasSize(1);
        return status.jobs().get(0);
    }

    @Test
    void whatRunsIsTellableWithoutAnyEvents() {
        build.time(0)
                .start(1, "a")
                .start(2, "b")
                .say(1, "half a line")
                .time(9 * SECOND)
                .end(2, 0);
        Status status = model.at(10 * SECOND, 5);
        assertThat(status.counts()).isEqualTo(new Status.Counts(0, 1, 1, 0, ""));
        assertThat(only(status).text()).isEqualTo("half a line");
        assertThat(only(status).elapsed()).isEqualTo(10 * SECOND);
        assertThat(model.isBusy()).isTrue();
        assertThat(model.isStageTaken()).isFalse();
    }

    @Test
    void timeInWhichTheProcessStoodStillCountsForNothing() {
        build.time(0).start(1, "a").time(2 * SECOND).say(1, "text");
        model.stoodStill(60 * SECOND, 63 * SECOND);
        Status status = model.at(64 * SECOND, 5);
        assertThat(status.elapsed()).isEqualTo(4 * SECOND);
        assertThat(only(status).elapsed()).isEqualTo(4 * SECOND);
        assertThat(only(status).progress().silent()).isZero();
        build.time(64 * SECOND).start(2, "b");
        model.stoodStill(60 * SECOND, 65 * SECOND);
        assertThat(model.at(66 * SECOND, 5).jobs())
                .extracting(Status.Job::elapsed)
                .containsExactly(SECOND, SECOND);
    }

    @Test
    void moreJobsThanAreAskedForAreCounted() {
        for (int i = 1; i <= 200; i++) {
            build.start(i, "t" + i);
        }
        Status status = model.at(0, 3);
        assertThat(status.jobs()).extracting(Status.Job::task).containsExactly("t1", "t2", "t3");
        assertThat(status.more()).isEqualTo(197);
    }

    @Test
    void eventsAreCountedAsTheEngineCountsThem() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 5, 4));
        build.state("a", TaskState.WAITING, TaskState.QUEUED)
                .state("a", TaskState.QUEUED, TaskState.RUNNING)
                .state("a", TaskState.RUNNING, TaskState.USABLE)
                .state("b", TaskState.WAITING, TaskState.QUEUED)
                .state("b", TaskState.QUEUED, TaskState.RUNNING)
                .state("c", TaskState.WAITING, TaskState.HELD);
        assertThat(model.at(0, 0).counts().line()).isEqualTo("P=0 I=1 B=0 Q=1 T=2 !=0 E=0");
        build.event(new BuildEvent.JobStarted(build.stamp(), new JobInfo(7, "b", null, "b", "beta", 1), 1))
                .state("b", TaskState.RUNNING, TaskState.FAILED)
                .state("d", TaskState.WAITING, TaskState.IGNORED);
        Status status = model.at(0, 0);
        assertThat(status.counts().line()).isEqualTo("P=0 I=1 B=0 Q=1 T=1 !=1 E=1");
        assertThat(status.counts().finished()).isEqualTo(3);
        assertThat(status.trouble().tasks()).containsExactly("b(beta)");
        build.state("b", TaskState.FAILED, TaskState.QUEUED);
        assertThat(model.at(0, 0).trouble().tasks()).isEmpty();
    }

    @Test
    void lostEventsAreMadeGoodByTheEnginesOwnCounters() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 9, 4));
        build.state("a", TaskState.WAITING, TaskState.FAILED).state("x", TaskState.WAITING, TaskState.LOCKED);
        build.event(new BuildEvent.Gap(build.stamp(), 100));
        Counters counters = new Counters(1, 2, 0, 1, 2, 0, 1, 2);
        build.event(new BuildEvent.Statistics(build.stamp(), counters, List.of("z", "a")));
        assertThat(model.at(0, 0).counts().line()).isEqualTo(counters.line());
        assertThat(model.at(0, 0).trouble().tasks()).containsExactly("a", "z");
    }

    @Test
    void progressIsWhatTheJobNotesOrWhatItsTextSaysOrHowMuchItSaid() {
        ModelFixture known = new ModelFixture(200);
        known.time(0).start(1, "a").say(1, "x".repeat(99) + "\n");
        assertThat(only(known.model.at(0, 9)).progress().percent()).isEqualTo(50);
        known.say(1, "[3/4] CC x.o");
        assertThat(only(known.model.at(0, 9)).progress().percent()).isEqualTo(75);
        known.event(new BuildEvent.Noted(known.stamp(), 1, new JobNote.Progress(9, 10, "linking")));
        assertThat(only(known.model.at(0, 9)).progress().percent()).isEqualTo(90);
        assertThat(only(known.model.at(0, 9)).text()).isEqualTo("linking");

        ModelFixture grown = new ModelFixture(10);
        grown.time(0).start(1, "a").say(1, "much more than before\n");
        assertThat(only(grown.model.at(0, 9)).progress().percent()).isEqualTo(99);
        grown.say(1, "so much more that it says nothing about what is left\n");
        assertThat(only(grown.model.at(0, 9)).progress().percent()).isEqualTo(-1);
    }

    @Test
    void stepsAndProcessesAreToldWhicheverComesFirst() {
        build.event(new BuildEvent.StepStarted(build.stamp(), 1, "configure", 4711));
        build.start(1, "a");
        assertThat(only(model.at(0, 9)).place()).isEqualTo(new Status.Place("local", 4711, "configure"));
        build.event(new BuildEvent.StepStarted(build.stamp(), 1, "make", 4712));
        assertThat(only(model.at(0, 9)).place()).isEqualTo(new Status.Place("local", 4712, "make"));
    }

    @Test
    void aSilentJobIsMarkedAfterTenSecondsOrThreeTimesItsLongestSilence() {
        build.time(0).start(1, "a");
        assertThat(only(model.at(10 * SECOND - 1, 9)).progress().silent()).isZero();
        assertThat(only(model.at(10 * SECOND, 9)).progress().silent()).isEqualTo(10 * SECOND);
        build.time(20 * SECOND).say(1, "at last\n");
        assertThat(only(model.at(79 * SECOND, 9)).progress().silent()).isZero();
        assertThat(only(model.at(80 * SECOND, 9)).progress().silent()).isEqualTo(60 * SECOND);
    }

    @Test
    void aJobThatHasTheStageTakesItUntilItEnds() {
        build.start(1, "a").start(2, "console", "local", true);
        assertThat(model.isStageTaken()).isTrue();
        build.end(2, 0);
        assertThat(model.isStageTaken()).isFalse();
        build.start(3, "console", "local", true);
        model.session(0);
        assertThat(model.isStageTaken()).isFalse();
        assertThat(model.isBusy()).isFalse();
    }

    @Test
    void hostsThatAreDownAreToldUntilTheyAreUp() {
        build.event(new BuildEvent.HostDown(build.stamp(), "beta", "no route"));
        assertThat(model.at(0, 0).trouble().downHosts()).containsExactly("beta");
        build.event(new BuildEvent.HostUp(build.stamp(), "beta", 4));
        assertThat(model.at(0, 0).trouble().downHosts()).isEmpty();
    }

    @Test
    void failuresAreKeptWithTheirLastLinesTheFirstTwentyOfThem() {
        for (int i = 1; i <= 30; i++) {
            build.time(0).start(i, "t" + i).say(i, "one\ntwo " + i + "\n");
        }
        for (int i = 1; i <= 30; i++) {
            build.time(i * SECOND).end(i, i <= 25 ? 2 : 0);
        }
        assertThat(model.failures().count()).isEqualTo(25);
        assertThat(model.failures().told()).hasSize(RecentFailures.MOST_FAILURES);
        BuildSummary.Failure first = model.failures().told().get(0);
        assertThat(first.job().task()).isEqualTo("t1");
        assertThat(first.ending().describe()).isEqualTo("exit code 2");
        assertThat(first.elapsed()).isEqualTo(Duration.ofSeconds(1));
        assertThat(first.lines()).containsExactly("one", "two 1");
    }

    private static Diagnostic complaint(Diagnostic.Severity severity, String message) {
        return new Diagnostic(severity, null, null, message, "test");
    }

    private void found(int job, Diagnostic.Severity severity, String message) {
        JobInfo info = new JobInfo(job, "t" + job, null, "t" + job, "local", 1);
        build.event(new BuildEvent.DiagnosticFound(build.stamp(), info, complaint(severity, message), 0, 1));
    }

    @Test
    void diagnosticsTakeThePlaceOfTheLastLinesErrorsFirstAndNoMoreThanTen() {
        build.start(1, "t1").say(1, "last line\n").start(2, "t2").say(2, "other line\n");
        found(1, Diagnostic.Severity.NOTE, "by the way");
        for (int i = 0; i < 20; i++) {
            found(1, Diagnostic.Severity.WARNING, "w" + i);
        }
        build.end(1, 1).end(2, 1);
        found(1, Diagnostic.Severity.ERROR, "too\u202elate");
        List<BuildSummary.Failure> told = model.failures().told();
        assertThat(told.get(0).lines())
                .hasSize(BuildSummary.Failure.MOST_DIAGNOSTICS)
                .contains("warning: w8");
        assertThat(told.get(0).lines().get(0)).startsWith("error: too");
        assertThat(told.get(1).lines()).containsExactly("other line");
    }

    @Test
    void diagnosticsAreKeptOfAHundredJobsAtMost() {
        for (int i = 1; i <= 300; i++) {
            build.start(i, "t" + i).say(i, "line " + i + "\n");
            found(i, Diagnostic.Severity.ERROR, "e" + i);
        }
        build.end(1, 1).end(300, 1);
        assertThat(model.failures().told())
                .extracting(BuildSummary.Failure::lines)
                .containsExactly(List.of("line 1"), List.of("error: e300"));
    }

    @Test
    void namesAndWordsOfOthersCannotControlTheTerminal() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 2, 0));
        build.start(1, "evil\u001b[2J", "ho\u0007st", false);
        build.event(new BuildEvent.StepStarted(build.stamp(), 1, "st\u001bep", 1));
        build.event(new BuildEvent.HostDown(build.stamp(), "b\u001beta", "no"));
        build.event(new BuildEvent.Stopping(build.stamp(), "why\u001b\nnot"));
        build.event(new BuildEvent.Noted(build.stamp(), 1, new JobNote.Progress(1, 2, "te\rxt")));
        build.state("fai\u001bled", TaskState.WAITING, TaskState.FAILED);
        for (RegionLine line : Region.lines(model.at(0, 9), new Terminal.Size(40, 160), false)) {
            assertThat(line.painted().chars().noneMatch(Character::isISOControl))
                    .as(line.toString())
                    .isTrue();
        }
    }

    @Test
    void aTaskIsMeantByItsLineOrAPartOfItsName() {
        build.start(1, "zlib/inflate.o").start(2, "zlib/deflate2.o");
        assertThat(model.named("2")).isEqualTo("zlib/deflate2.o");
        assertThat(model.named("infl")).isEqualTo("zlib/inflate.o");
        assertThat(model.named("9")).isEqualTo("9");
        assertThat(model.named("ended before")).isEqualTo("ended before");
    }

    @Test
    void secretsInWhatEventsTellAreMasked() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 2, 0));
        build.state("curl secret", TaskState.WAITING, TaskState.FAILED);
        build.event(new BuildEvent.Stopping(build.stamp(), "curl secret failed"));
        assertThat(model.at(0, 0).trouble().tasks()).containsExactly("curl ******");
        assertThat(model.at(0, 0).notice()).isEqualTo("stopping: curl ****** failed");
    }

    @Test
    void whatIsKeptOfTroubleIsBounded() {
        build.event(new BuildEvent.BuildStarted(build.stamp(), 100_000, 0));
        for (int i = 0; i < 10_000; i++) {
            build.state("t" + i, TaskState.WAITING, TaskState.FAILED);
            build.event(new BuildEvent.HostDown(build.stamp(), "h" + i, ""));
            build.event(new BuildEvent.StepStarted(build.stamp(), 1000 + i, "never opened", 1));
            build.event(new BuildEvent.JobFinished(
                    build.stamp(),
                    new JobInfo(i, "u" + i, null, "", "h", 1),
                    new Outcome.Succeeded(Duration.ZERO),
                    Duration.ZERO));
        }
        assertThat(model.at(0, 0).trouble().tasks()).hasSize(Tally.MOST_NAMES);
        assertThat(model.at(0, 0).trouble().downHosts()).hasSize(Tally.MOST_NAMES);
        assertThat(model.at(0, 0).counts().failed()).isEqualTo(10_000);
    }
}
