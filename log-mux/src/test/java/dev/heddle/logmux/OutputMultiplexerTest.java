package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputMultiplexerTest {

    @TempDir
    Path directory;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyTaskIsShownWholeUnderItsHead() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Path journal = directory.resolve("build.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(Sinks.text(shown))
                .journal(journal)
                .build()) {
            OutputSource a = mux.open("a.o", "libs");
            OutputSource b = mux.open("b.o", "libs");
            a.write(Channel.STDOUT, utf8("one\n"));
            b.write(Channel.STDOUT, utf8("two\n"));
            a.write(Channel.STDERR, utf8("three\n"));
            mux.message(Channel.MESSAGE, "hello");
            b.finish(0);
            a.finish(2);
            assertThat(mux.drain()).isTrue();
            assertThat(shown.toString(StandardCharsets.UTF_8))
                    .isEqualTo("── hello\n── b.o ──\ntwo\n── a.o ──\none\nthree\n── a.o: exit code 2 ──\n");
        }
        try (JournalReader reader = Journal.open(journal)) {
            assertThat(reader.tasks()).extracting(task -> task.job().task()).containsExactly("a.o", "b.o");
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(reader.tasks().get(0), copy);
            assertThat(copy.toString(StandardCharsets.UTF_8)).isEqualTo("one\nthree\n");
            assertThat(reader.statistics().damaged()).isZero();
            assertThat(reader.statistics().torn()).isZero();
        }
    }

    @Test
    void outputIsShownBeforeAnyoneAsksForItToBeDrained() throws Exception {
        Path log = directory.resolve("log.txt");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .to(Sinks.text(log))
                .build()) {
            OutputSource source = mux.open("a", null);
            source.write(Channel.STDOUT, utf8("line\n"));
            long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!Files.readString(log).contains("line") && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            assertThat(Files.readString(log)).isEqualTo("── a ──\nline\n");
        }
    }

    @Test
    void theSameOutcomeIsReadBackThatWasWritten() throws Exception {
        Path journal = directory.resolve("x.hlog");
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().journal(journal).build()) {
            OutputSource source = mux.open(new JobInfo(7, "t", null, "cc -c t.c", "host1", 2));
            source.finish(new Outcome.Failed("build", new Outcome.FailureCause.Exit(3), List.of()));
            assertThatIllegalStateException().isThrownBy(() -> source.write(Channel.STDOUT, utf8("late")));
        }
        try (JournalReader reader = Journal.open(journal)) {
            JournalTask task = reader.lastOf("t").orElseThrow();
            assertThat(task.job()).isEqualTo(new JobInfo(7, "t", null, "cc -c t.c", "host1", 2));
            assertThat(task.ending().exitCode()).hasValue(3);
            assertThat(task.ending().isFailure()).isTrue();
        }
    }

    @Test
    void anUnknownStrategyIsRefusedWithTheListOfThoseThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GroupingStrategy.byName("stge"))
                .withMessage("no strategy is called 'stge'; there are raw, line, indented, diagnostic, task, stage");
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            assertThat(GroupingStrategy.byName(strategy.name())).isSameAs(strategy);
        }
    }

    @Test
    void whatIsSaidAfterCloseIsRefusedAndNotLostWithoutAWord() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        OutputMultiplexer mux =
                OutputMultiplexer.builder().to(Sinks.text(shown)).build();
        mux.message(Channel.MESSAGE, "in time");
        mux.close();
        assertThatIllegalStateException().isThrownBy(() -> mux.message(Channel.MESSAGE, "too late"));
        assertThatIllegalStateException().isThrownBy(() -> mux.open("a", null));
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("in time").doesNotContain("too late");
    }

    @Test
    void noThreadIsAliveAfterClose() throws Exception {
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(Sinks.text(new ByteArrayOutputStream()))
                .build();
        mux.open("a", null).write(Channel.STDOUT, utf8("x"));
        mux.close();
        mux.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("heddle-"));
        assertThatIllegalStateException().isThrownBy(() -> mux.open("b", null));
    }
}
