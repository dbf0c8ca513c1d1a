package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedEventsTest {

    private static final BuildEvent.Stamp AT = new BuildEvent.Stamp(1, 0, Instant.EPOCH);
    private static final BuildEvent PATH =
            new BuildEvent.CriticalPathFound(AT, Duration.ofSeconds(3), List.of("a", "b"), 0);

    @TempDir
    Path directory;

    /** Writes down what it is given, in order. */
    private static class Diary implements Sink {
        final List<Object> seen = new ArrayList<>();

        @Override
        public void write(Group group) throws IOException {
            seen.add(new String(group.bytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void event(BuildEvent event) {
            seen.add(event);
        }

        @Override
        public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
            seen.add(ending.kind());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static JobInfo job(String name, String description) {
        return new JobInfo(1, name, null, description, "local", 1);
    }

    @Test
    void factsOfTheBuildReachSinksInTheirOrderNowAndInAReplay() throws Exception {
        Path file = directory.resolve("build.hlog");
        BuildEvent started = new BuildEvent.BuildStarted(AT, 2, 1);
        Diary live = new Diary();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(live)
                .journal(file)
                .build()) {
            BuildEventListener events = mux.events();
            events.onEvent(started);
            OutputSource a = mux.open(job("a", "a"));
            a.write(Channel.STDOUT, "one\n".getBytes(StandardCharsets.UTF_8));
            a.finish(0);
            events.onEvent(PATH);
        }
        assertThat(live.seen).containsExactly(started, "one\n", JobEnding.Kind.EXITED, PATH);
        Diary again = new Diary();
        try (JournalReader reader = Journal.open(file)) {
            reader.replay(GroupingStrategy.stage(), again);
            assertThat(reader.statistics().damaged()).isZero();
        }
        assertThat(again.seen).isEqualTo(live.seen);
    }

    @Test
    void timeInWhichTheProcessStoodStillIsTakenOffWhatRanThen() throws Exception {
        Path file = directory.resolve("build.hlog");
        AtomicLong ticker = new AtomicLong();
        List<BuildSummary> summaries = new ArrayList<>();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(new Diary())
                .journal(file)
                .ticker(ticker::get)
                .onSummary(summaries::add)
                .build()) {
            OutputSource before = mux.open(job("before", "before"));
            ticker.addAndGet(Duration.ofSeconds(2).toNanos());
            before.finish(0);
            OutputSource a = mux.open(job("a", "a"));
            ticker.addAndGet(Duration.ofSeconds(63).toNanos());
            mux.events().onEvent(new BuildEvent.StoodStill(AT, Duration.ofSeconds(60)));
            OutputSource after = mux.open(job("after", "after"));
            ticker.addAndGet(Duration.ofSeconds(1).toNanos());
            a.finish(0);
            after.finish(0);
        }
        try (JournalReader reader = Journal.open(file)) {
            assertThat(reader.tasks())
                    .extracting(JournalTask::elapsed)
                    .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(1));
            assertThat(reader.tasks())
                    .extracting(JournalTask::stoodStill)
                    .containsExactly(Duration.ZERO, Duration.ofSeconds(60), Duration.ZERO);
        }
        assertThat(summaries)
                .singleElement()
                .satisfies(summary -> assertThat(summary.slowest())
                        .extracting(BuildSummary.Took::elapsed)
                        .containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }

    @Test
    void aStandstillIsNeverLongerThanTheJournal() {
        Standstill still = new Standstill();
        still.event(new BuildEvent.StoodStill(AT, BuildEvent.StoodStill.MOST), 5);
        still.event(new BuildEvent.StoodStill(AT, BuildEvent.StoodStill.MOST), Long.MAX_VALUE);
        assertThat(still.nanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSinkThatDoesNotMindFactsIsNotToldThem() throws Exception {
        Diary live = new Diary() {
            @Override
            public boolean mindsEvents() {
                return false;
            }
        };
        try (OutputMultiplexer mux = OutputMultiplexer.builder().to(live).build()) {
            OutputSource a = mux.open(job("a", "a"));
            mux.events().onEvent(PATH);
            a.write(Channel.STDOUT, "one\n".getBytes(StandardCharsets.UTF_8));
            a.finish(0);
        }
        assertThat(live.seen).containsExactly("one\n", JobEnding.Kind.EXITED);
    }

    @Test
    void aSinkThatWantsTheTimesOfJobsIsToldFactsToo() throws Exception {
        Path file = directory.resolve("build.hlog");
        List<String> times = new ArrayList<>();
        Diary live = new Timed(times);
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().to(live).journal(file).build()) {
            OutputSource a = mux.open(job("a", "a"));
            a.write(Channel.STDOUT, "one\n".getBytes(StandardCharsets.UTF_8));
            a.finish(0);
            mux.events().onEvent(PATH);
        }
        assertThat(times).containsExactly("session", "began a", "ended a with 4");
        assertThat(live.seen).containsExactly("one\n", JobEnding.Kind.EXITED, PATH);
        List<String> again = new ArrayList<>();
        try (JournalReader reader = Journal.open(file)) {
            reader.replay(GroupingStrategy.stage(), new Timed(again));
        }
        assertThat(again).isEqualTo(times);
    }

    /** Writes down the times too. */
    private static final class Timed extends Diary implements JobTimes {
        private final List<String> told;
        private String name = "";

        Timed(List<String> told) {
            this.told = told;
        }

        @Override
        public JobTimes times() {
            return this;
        }

        @Override
        public void time(long nanos) {}

        @Override
        public void session(long epochMillis) {
            told.add("session");
        }

        @Override
        public void began(int source, JobInfo job) {
            name = job.task();
            told.add("began " + name);
        }

        @Override
        public void ended(int source, JobEnding ending, long bytes) {
            told.add("ended " + name + " with " + bytes);
        }
    }

    @Test
    void whatASourceTellsAnywayIsNotRecordedTwice() throws Exception {
        Diary live = new Diary();
        try (OutputMultiplexer mux = OutputMultiplexer.builder().to(live).build()) {
            BuildEventListener events = mux.events();
            events.onEvent(new BuildEvent.TaskStateChanged(AT, "a", TaskState.QUEUED, TaskState.RUNNING));
            events.onEvent(new BuildEvent.JobStarted(AT, job("a", "a"), 1));
            events.onEvent(new BuildEvent.TaskFinished(AT, "a", new Outcome.Succeeded(Duration.ZERO)));
        }
        assertThat(live.seen).isEmpty();
    }

    @Test
    void aFactTooLargeForAFrameIsLeftOutAndTheRestIsRead() throws Exception {
        Diary live = new Diary();
        BuildEventListener events;
        try (OutputMultiplexer mux = OutputMultiplexer.builder().to(live).build()) {
            events = mux.events();
            events.onEvent(new BuildEvent.Stopping(AT, "x".repeat(40_000)));
            events.onEvent(PATH);
        }
        events.onEvent(PATH);
        assertThat(live.seen).containsExactly(PATH);
    }

    @Test
    void manyJobsWithLongDescriptionsAtOnceMakeAJournalThatReadersTake() throws Exception {
        Path file = directory.resolve("build.hlog");
        Random random = new Random(7);
        List<JobInfo> jobs = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            StringBuilder words = new StringBuilder();
            while (words.length() < 15_000) {
                words.append(Long.toString(random.nextLong(), 36)).append(' ');
            }
            jobs.add(job("task" + i, words.toString()));
        }
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(file).build()) {
            List<OutputSource> sources = new ArrayList<>();
            jobs.forEach(job -> sources.add(mux.open(job)));
            for (OutputSource source : sources) {
                source.write(Channel.STDOUT, "said\n".getBytes(StandardCharsets.UTF_8));
            }
            sources.forEach(source -> source.finish(0));
        }
        try (JournalReader reader = Journal.open(file)) {
            assertThat(reader.statistics().damaged()).isZero();
            assertThat(reader.tasks()).extracting(JournalTask::job).containsExactlyElementsOf(jobs);
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(reader.tasks().get(399), copy);
            assertThat(copy.toString(StandardCharsets.UTF_8)).isEqualTo("said\n");
        }
    }
}
