package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a build when it is over, and when. */
@Timeout(60)
class BuildSummaryTest {

    @TempDir
    private Path directory;

    private final AtomicReference<BuildSummary> told = new AtomicReference<>();

    private OutputMultiplexer.Builder mux() {
        return OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .rules(LineRules.common())
                .onSummary(told::set);
    }

    private static void job(OutputMultiplexer mux, JobInfo job, String said, int status) {
        try (OutputSource source = mux.open(job)) {
            source.write(Channel.STDOUT, said.getBytes(StandardCharsets.UTF_8));
            source.finish(status);
        }
    }

    private static JobInfo info(String task, int attempt) {
        return new JobInfo(0, task, null, task, "local", attempt);
    }

    private static void job(OutputMultiplexer mux, String task, String said, int status) {
        job(mux, info(task, 1), said, status);
    }

    @Test
    void failuresHaveTheirDiagnosticsErrorsFirstOrElseTheirLastLines() throws Exception {
        try (OutputMultiplexer mux = mux().build()) {
            job(mux, "good", "a.c:1:1: warning: odd\n", 0);
            job(mux, "bad", "b.c:1:1: warning: odd\nb.c:2:1: error: wrong\n\u001b[31mb.c:3:1: error: too\u001b[m\n", 1);
            job(
                    mux,
                    "mute",
                    IntStream.range(0, 20).mapToObj(i -> "line " + i + "\n\n").reduce("", String::concat),
                    2);
        }
        BuildSummary summary = told.get();
        assertThat(summary.counts()).hasToString("1 succeeded, 2 failed");
        assertThat(summary.diagnostics()).hasToString("2 errors, 2 warnings");
        assertThat(summary.failures()).extracting(one -> one.job().task()).containsExactly("bad", "mute");
        assertThat(summary.failures().get(0).lines())
                .containsExactly("b.c:2:1: error: wrong", "b.c:3:1: error: too", "b.c:1:1: warning: odd");
        assertThat(summary.failures()
                        .get(0)
                        .firstError()
                        .orElseThrow()
                        .location()
                        .line())
                .isEqualTo(2);
        assertThat(summary.failures().get(1).lines())
                .containsExactlyElementsOf(
                        IntStream.range(10, 20).mapToObj(i -> "line " + i).toList());
        assertThat(summary.failures().get(1).firstError()).isEmpty();
    }

    @Test
    void noMoreIsKeptThanSaidHoweverManyFailAndHoweverMuchIsFound() throws Exception {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            said.append("w.c:").append(i + 1).append(": warning: w\n");
        }
        said.append("e.c:1: error: e\n");
        try (OutputMultiplexer mux = mux().build()) {
            for (int i = 0; i < 130; i++) {
                job(mux, "t" + i, i == 0 ? said.toString() : "x".repeat(100_000) + "\n", 1);
            }
        }
        BuildSummary summary = told.get();
        assertThat(summary.failed()).isEqualTo(130);
        assertThat(summary.failures()).hasSize(BuildSummary.MOST_FAILURES);
        assertThat(summary.slowest()).hasSize(BuildSummary.MOST_SLOWEST);
        assertThat(summary.failures().get(0).diagnostics()).hasSize(BuildSummary.Failure.MOST_DIAGNOSTICS);
        assertThat(summary.failures().get(0).diagnostics().get(0).severity()).isEqualTo(Severity.ERROR);
        assertThat(summary.failures().get(1).lines())
                .singleElement()
                .asString()
                .matches("x+")
                .hasSizeLessThanOrEqualTo(LastLines.KEPT);
    }

    @Test
    void aFailureThatALaterAttemptMendedIsNotTold() throws Exception {
        try (OutputMultiplexer mux = mux().build()) {
            job(mux, info("flaky", 1), "no\n", 1);
            job(mux, info("flaky", 2), "yes\n", 0);
            job(mux, info("broken", 1), "first\n", 1);
            job(mux, info("broken", 2), "second\n", 1);
            job(mux, info("twin", 1), "one\n", 1);
            job(mux, info("twin", 1), "other\n", 1);
        }
        assertThat(told.get().failures()).extracting(one -> one.job().task()).containsExactly("broken", "twin", "twin");
        assertThat(told.get().failures().get(0).lines()).containsExactly("second");
        assertThat(told.get().failed()).isEqualTo(3);
    }

    @Test
    void endsAreCountedByKindUntilASchedulerTellsOfTasks() throws Exception {
        try (OutputMultiplexer mux = mux().build()) {
            List<Outcome> outcomes = List.of(
                    new Outcome.Succeeded(Duration.ZERO),
                    new Outcome.Failed("run", new Outcome.FailureCause.Exit(1), List.of()),
                    new Outcome.TimedOut("run", Duration.ZERO),
                    new Outcome.UpToDate("nothing has changed"),
                    new Outcome.Substituted("a cache"),
                    new Outcome.Cancelled("Ctrl-C"),
                    new Outcome.Skipped("another"),
                    new Outcome.Locked("someone"),
                    new Outcome.Ignored("asked for"));
            for (Outcome outcome : outcomes) {
                try (OutputSource source = mux.open("task", null)) {
                    source.finish(outcome);
                }
            }
            job(mux, "exited", "", 0);
            mux.open("nobody says how it ends", null).close();
        }
        assertThat(told.get().counts()).isEqualTo(new BuildSummary.Counts(2, 2, 5, 2));
        try (OutputMultiplexer mux = mux().build()) {
            job(mux, "a", "", 0);
            Counters counters = new Counters(10, 20, 30, 1, 2, 3, 4, 5);
            mux.events()
                    .onEvent(new BuildEvent.BuildFinished(
                            new BuildEvent.Stamp(1, 1, Instant.EPOCH), false, counters, 7, null));
        }
        assertThat(told.get().counts()).isEqualTo(new BuildSummary.Counts(53, 4, 11, 7));
        assertThat(told.get().counts()).hasToString("53 succeeded, 4 failed, 11 not finished, 7 up to date");
    }

    @Test
    void filesThatAreKeptAreNamedTheJournalFirstAndOneThatGoesIsNot() throws Exception {
        Path journal = directory.resolve("build.hlog");
        Path text = directory.resolve("all.log");
        Path page = directory.resolve("all.html");
        Path components = directory.resolve("components");
        try (OutputMultiplexer mux = mux().to(Sinks.text(text))
                .to(Sinks.text(new ByteArrayOutputStream()))
                .to(Sinks.html(page))
                .to(Sinks.perComponent(components))
                .journal(journal)
                .build()) {
            job(mux, "a", "", 0);
        }
        assertThat(told.get().kept()).containsExactly(journal, text, page, components);
        try (OutputMultiplexer mux = mux().scratchJournal(journal).build()) {
            job(mux, "a", "", 0);
        }
        assertThat(told.get().kept()).isEmpty();
    }

    /** Writes down what it is told; each failure it is told of in the summary must have been shown before. */
    private static class Witness implements Sink {
        final List<String> heard = new ArrayList<>();

        @Override
        public boolean summarizes() {
            return true;
        }

        @Override
        public void write(Group group) {
            heard.add("output");
        }

        @Override
        public void ended(int source, JobInfo job, JobEnding ending) {
            heard.add("end");
        }

        @Override
        public void summary(BuildSummary summary) throws IOException {
            heard.add("summary of " + summary.failures().size() + " with " + summary.diagnostics());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            heard.add("close");
        }
    }

    @Test
    void theSummaryComesLastAndIsWholeHoweverLateDiagnosticsAreFound() throws Exception {
        CountDownLatch shown = new CountDownLatch(1);
        Witness witness = new Witness() {
            @Override
            public void ended(int source, JobInfo job, JobEnding ending) {
                super.ended(source, job, ending);
                shown.countDown();
            }
        };
        OutputMultiplexer mux = mux().to(witness)
                .onDiagnostic(event -> {
                    // What finds them is held up until everything was shown.
                    try {
                        shown.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();
        job(mux, "bad", "a.c:1:1: error: one\nb.c:1:1: error: two\n", 1);
        mux.close();
        assertThat(witness.heard).endsWith("end", "summary of 1 with 2 errors", "close");
        assertThat(witness.heard.subList(0, witness.heard.size() - 3)).containsOnly("output");
        assertThat(told.get().diagnostics().errors()).isEqualTo(2);
    }

    @Test
    void thereIsNoSummaryWhenNotEverythingCouldBeLookedThrough() throws Exception {
        Witness witness = new Witness();
        OutputMultiplexer mux = mux().to(witness)
                .onDiagnostic(event -> {
                    throw new IllegalStateException("of the listener");
                })
                .build();
        job(mux, "bad", "a.c:1:1: error: one\n", 1);
        mux.close();
        assertThat(witness.heard).contains("end").endsWith("close").noneMatch(each -> each.startsWith("summary"));
        assertThat(told.get()).isNull();
        assertThat(mux.failures())
                .anySatisfy(failure -> assertThat(failure.toString()).contains("of the listener"));
    }

    @Test
    void aReplayAndAFollowerTellTheSameSummaryAsTheBuild() throws Exception {
        Path journal = directory.resolve("build.hlog");
        try (OutputMultiplexer mux = mux().journal(journal).build()) {
            job(mux, "good", "fine\n", 0);
            job(mux, "bad", "a.c:1:1: error: one\n", 1);
            job(mux, "mute", "last\nwords", 2);
        }
        BuildSummary built = told.get();
        AtomicReference<BuildSummary> again = new AtomicReference<>();
        class Keeper extends Witness {
            @Override
            public void summary(BuildSummary summary) {
                again.set(summary);
            }
        }
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), new Keeper(), LineRules.common());
        }
        assertSame(again.getAndSet(null), built);
        try (JournalFollower follower = JournalFollower.open(journal)) {
            follower.follow(GroupingStrategy.line(), new Keeper(), LineRules.common());
        }
        assertSame(again.get(), built);
    }

    private static void assertSame(BuildSummary told, BuildSummary built) {
        assertThat(told.failures()).isEqualTo(built.failures());
        assertThat(told.counts()).isEqualTo(built.counts());
        assertThat(told.diagnostics()).isEqualTo(built.diagnostics());
        assertThat(told.slowest()).isEqualTo(built.slowest());
    }

    @Test
    void anAppendedJournalIsSummarizedForItsLastWriter() throws Exception {
        Path journal = directory.resolve("build.hlog");
        try (OutputMultiplexer mux = mux().journal(journal).build()) {
            job(mux, "earlier", "no\n", 1);
        }
        try (OutputMultiplexer mux = mux().appendToJournal(journal).build()) {
            job(mux, "later", "no\n", 1);
        }
        assertThat(told.get().failures()).extracting(one -> one.job().task()).containsExactly("later");
        Witness witness = new Witness();
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), witness, LineRules.none());
        }
        assertThat(witness.heard).contains("summary of 1 with ");
    }
}
