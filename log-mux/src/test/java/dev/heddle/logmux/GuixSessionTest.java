package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.JobEnding;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.wire.GuixReader;
import dev.heddle.logmux.wire.GuixStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuixSessionTest {

    @TempDir
    Path directory;

    private Path record(byte[] stream, GroupingStrategy strategy, Sink sink) throws IOException {
        Path journal = directory.resolve("guix.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .strategy(strategy)
                        .to(sink)
                        .journal(journal)
                        .build();
                GuixSession session = new GuixSession(mux)) {
            new GuixReader(session).readAll(new ByteArrayInputStream(stream));
        }
        return journal;
    }

    /** What each job of a recording printed, by its name and, where a name stands for several, a number. */
    private static Map<String, String> printed(Path journal) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (JournalReader reader = Journal.open(journal)) {
            for (JournalTask task : reader.tasks()) {
                ByteArrayOutputStream copy = new ByteArrayOutputStream();
                reader.copy(task, copy);
                JobEnding ending = task.ending();
                assertThat(ending).isNotNull();
                String end = ending.kind() == JobEnding.Kind.FAILED ? " (" + ending.summary() + ")" : "";
                all.put(task.job().task() + end, copy.toString(StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    @Test
    void eachBuildIsAJobAndTheDaemonIsOneUnderEveryStrategy() throws IOException {
        for (byte[] stream : new byte[][] {GuixStreams.own(), GuixStreams.framed(GuixStreams.own())}) {
            for (GroupingStrategy strategy : GroupingStrategy.all()) {
                CheckingSink sink = new CheckingSink();
                Map<String, String> printed = printed(record(stream, strategy, sink));
                assertThat(printed)
                        .containsOnlyKeys(
                                "alpha",
                                "beta (step 'build' failed: builder failed with exit code 7)",
                                "delta (step 'build' failed: timeout)",
                                "old-daemon (step 'build' failed: cached)",
                                "process 7777",
                                GuixSession.DAEMON);
                assertThat(printed.get("alpha"))
                        .isEqualTo(
                                "checking for fcntl... yes\ncaf\u00c3\u00a9\n[ 50%] Building\nstarting phase `check'\n");
                assertThat(printed.get("delta (step 'build' failed: timeout)")).isEqualTo("the number is used again");
                assertThat(printed.get("process 7777")).isEqualTo("nobody announced me\n");
                assertThat(printed.get(GuixSession.DAEMON))
                        .contains("@ build-log 12 x\n", "downloading /gnu/store/s from https://ci.example/nar/s\n")
                        .contains("/gnu/store/h: the sha256 hash is 0def, not 0abc\n")
                        .contains("no newline at the end");
                assertThat(sink.ended()).hasSize(printed.size());
            }
        }
    }

    @Test
    void aRealSessionIsShownTaskByTask() throws IOException {
        byte[] captured = GuixStreams.captured();
        assumeTrue(captured != null, "no capture of a real daemon beside the project");
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Map<String, String> printed = printed(record(captured, GroupingStrategy.task(), Sinks.text(shown)));
        assertThat(printed.get("par-a"))
                .isEqualTo("a1\na2\na3\nchecking for fcntl... yes\ncaf\u00c3\u00a9\nno newline at end");
        assertThat(printed.get("par-b"))
                .startsWith("b1\nb2\nb3\n@ build-started /forged")
                .hasSize(9 + 186);
        assertThat(printed.get(GuixSession.DAEMON))
                .contains("failed with exit code 7")
                .endsWith("fix-d.drv' failed\n");
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("── par-a ──\na1\na2\na3\nchecking for fcntl... yes\ncaf\u00e9\nno newline at end");
    }

    @Test
    void aBuildThatFailsWithoutHavingBegunIsAFailedJob() throws IOException {
        String stream = "@ build-failed /s/a.drv - cached\n@ build-failed /s/b.drv - 0 no such user\n";
        assertThat(printed(record(
                        stream.getBytes(StandardCharsets.US_ASCII), GroupingStrategy.task(), new CheckingSink())))
                .containsOnlyKeys(
                        "a (step 'build' failed: cached)",
                        "b (step 'build' failed: could not be started: no such user)");
    }

    @Test
    void whatOfTheDaemonsWordsIsNotUnderstoodIsShown() throws IOException {
        String stream =
                "@ build-started /s/a.drv - x86_64-linux\n@ news-of-tomorrow 1 2\n@ build-succeeded /s/b.drv -\n";
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        record(stream.getBytes(StandardCharsets.US_ASCII), GroupingStrategy.line(), Sinks.text(shown));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("@\\ build-started /s/a.drv - x86_64-linux\n", "@\\ news-of-tomorrow 1 2\n")
                .doesNotContain("build-succeeded");
    }

    @Test
    void damageIsToldAFewTimesAndCounted() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < 15; i++) {
            stream.writeBytes(
                    new byte[] {'g', 'm', 'l', 'o', 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 'x', 9, 9, 9, 9, 9, 9, 9});
        }
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        record(stream.toByteArray(), GroupingStrategy.line(), Sinks.text(shown));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("is damaged at byte 17: a string is padded", "is damaged at 5 places more");
    }

    @Test
    void jobsThatNeverEndAreClosedBeyondTheLimitAndAtTheEnd() throws IOException {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 1100; i++) {
            stream.append("@ build-started /s/")
                    .append(i)
                    .append(".drv - x  ")
                    .append(i)
                    .append('\n');
            stream.append("@ build-log ").append(i).append(" 2\n.\n");
        }
        Path journal = record(
                stream.toString().getBytes(StandardCharsets.US_ASCII), GroupingStrategy.task(), new CheckingSink());
        try (JournalReader reader = Journal.open(journal)) {
            assertThat(reader.tasks()).hasSize(1100).allMatch(task -> task.ending() != null);
        }
    }
}
