package dev.heddle.logmux.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuixWriterTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final GuixWriter writer = writer(GuixTraces.Framing.BARE, GuixTraces.Keyword.BUILD_LOG);

    private GuixWriter writer(GuixTraces.Framing framing, GuixTraces.Keyword keyword) {
        return new GuixWriter(out, framing, keyword);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void print(long pid, String text, long millis) throws IOException {
        writer.builderText(pid, utf8(text), 0, utf8(text).length, millis * 1_000_000);
    }

    private void say(String text) throws IOException {
        writer.daemonText(utf8(text), 0, utf8(text).length);
    }

    private String written() {
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    @Test
    void whatOneBuilderPrintsWithinTheDelayIsOneFragment() throws IOException {
        print(5, "one ", 0);
        print(6, "other\n", 5);
        print(5, "line\n", 19);
        assertThat(written()).isEmpty();
        assertThat(writer.deadline()).isEqualTo(GuixWriter.DELAY_NANOS);
        writer.timer(GuixWriter.DELAY_NANOS);
        assertThat(written()).isEqualTo("@ build-log 5 9\none line\n");
        print(5, "late\n", 40);
        assertThat(written()).as("what was due meanwhile").isEqualTo("@ build-log 6 6\nother\n");
        writer.flush();
        assertThat(written()).isEqualTo("@ build-log 5 5\nlate\n");
        assertThat(writer.deadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTraceComesBehindWhatWasPrintedBefore() throws IOException {
        print(5, "no newline", 0);
        writer.trace(new GuixTrace.BuildSucceeded("/a.drv", "-"));
        assertThat(written()).isEqualTo("@ build-log 5 10\nno newline@ build-succeeded /a.drv -\n");
    }

    @Test
    void anUnfinishedLineOfTheDaemonIsEndedBeforeATraceAndBeforeAFragmentOnly() throws IOException {
        say("half");
        say(" a line");
        writer.trace(new GuixTrace.BuildStarted("/a.drv", "-", "x86_64-linux", "", OptionalLong.of(7)));
        say("again");
        print(7, "x", 0);
        writer.flush();
        assertThat(written())
                .isEqualTo("half a line\n@ build-started /a.drv - x86_64-linux  7\nagain\n@ build-log 7 1\nx");
        print(7, "y", 1);
        writer.flush();
        assertThat(written()).isEqualTo("@ build-log 7 1\ny");
    }

    @Test
    void theProposedKeywordIsWrittenOnDemand() throws IOException {
        try (GuixWriter proposed = writer(GuixTraces.Framing.BARE, GuixTraces.Keyword.BUILD_OUTPUT)) {
            proposed.builderText(25935, utf8("coreutils-8.29/m4/fseterr.m4\n"), 0, 29, 0);
        }
        assertThat(written()).isEqualTo("@ build-output 25935 29\ncoreutils-8.29/m4/fseterr.m4\n");
    }

    @Test
    void aFragmentInAFrameHasTheBytesThatADaemonSends() throws IOException {
        try (GuixWriter framed = writer(GuixTraces.Framing.WORKER, GuixTraces.Keyword.BUILD_LOG)) {
            framed.builderText(25935, utf8("coreutils-8.29/m4/fseterr.m4\n"), 0, 29, 0);
        }
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        GuixStreams.next(expected, utf8("@ build-log 25935 29\ncoreutils-8.29/m4/fseterr.m4\n"));
        assertThat(out.toByteArray()).hasSize(72).isEqualTo(expected.toByteArray());
    }

    @Test
    void aCharacterIsNotCutUnlessItsRestIsLate() throws IOException {
        byte[] cafe = utf8("caf\u00e9\n");
        writer.builderText(5, cafe, 0, 4, 0);
        writer.timer(GuixWriter.DELAY_NANOS);
        assertThat(written()).isEqualTo("@ build-log 5 3\ncaf");
        writer.builderText(5, cafe, 4, 2, GuixWriter.DELAY_NANOS + 1);
        writer.flush();
        assertThat(written()).isEqualTo("@ build-log 5 3\n\u00e9\n");
        writer.builderText(5, cafe, 0, 4, 0);
        writer.timer(GuixWriter.DELAY_NANOS);
        writer.timer(2 * GuixWriter.DELAY_NANOS);
        assertThat(out.size()).isEqualTo("@ build-log 5 3\ncaf@ build-log 5 1\n?".length());
    }

    @Test
    void longOutputIsCutBetweenCharactersAndNeverWaits() throws IOException {
        String long4 = "\ud83e\uddf5".repeat(20_000);
        byte[] bytes = utf8("x" + long4);
        writer.builderText(5, bytes, 0, bytes.length, 0);
        writer.flush();
        List<Integer> lengths = new ArrayList<>();
        GuixReader reader = new GuixReader(new GuixTranscript() {
            @Override
            public void builderText(long offset, long pid, Slice piece) {
                lengths.add(piece.length());
                super.builderText(offset, pid, piece);
            }
        });
        reader.read(out.toByteArray());
        assertThat(lengths).allMatch(length -> length <= GuixWriter.MAX_FRAGMENT);
        assertThat(lengths.get(0) % 4).isEqualTo(1);
        assertThat(GuixTranscript.of(out.toByteArray()).printed(5)).isEqualTo(bytes);
    }

    @Test
    void noMoreThanTheLimitWaits() throws IOException {
        GuixTranscript read = new GuixTranscript();
        GuixReader reader = new GuixReader(read);
        byte[] some = new byte[10_000];
        for (int pid = 1; pid <= 400; pid++) {
            writer.builderText(pid, some, 0, some.length, 0);
            reader.read(out.toByteArray());
            out.reset();
            assertThat(pid * 10_000L - read.bytes).isLessThanOrEqualTo(GuixWriter.MAX_HELD);
        }
    }

    @Test
    void whatWouldNotBeReadAsATraceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.trace(
                        new GuixTrace.BuildFailed("/a.drv", "-", OptionalInt.of(1), "x".repeat(GuixTraces.MAX_LINE))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.trace(new GuixTrace.BuildLog(GuixTraces.Keyword.BUILD_LOG, 1, 1)));
    }

    @ParameterizedTest
    @EnumSource(GuixTraces.Framing.class)
    void whatIsWrittenIsReadBackAndNoByteWaitsLongerThanTwiceTheDelay(GuixTraces.Framing framing) throws IOException {
        Random random = new Random(23);
        for (int round = 0; round < 30; round++) {
            out.reset();
            GuixWriter session = writer(framing, GuixTraces.Keyword.values()[round % 2]);
            Map<Long, ByteArrayOutputStream> printed = new TreeMap<>();
            List<String> traces = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 200; step++) {
                now += random.nextInt(12_000_000);
                session.timer(now);
                assertThat(session.deadline()).isGreaterThan(now);
                if (random.nextInt(10) == 0) {
                    GuixTrace trace = new GuixTrace.BuildSucceeded("/s/" + step + ".drv", "-");
                    session.trace(trace);
                    traces.add(trace.line());
                } else if (random.nextInt(10) == 0) {
                    session.daemonText(utf8("words"), 0, 5);
                } else {
                    byte[] bytes = new byte[random.nextInt(random.nextInt(30) == 0 ? 90_000 : 40)];
                    random.nextBytes(bytes);
                    long pid = 1 + random.nextInt(4);
                    session.builderText(pid, bytes, 0, bytes.length, now);
                    printed.computeIfAbsent(pid, key -> new ByteArrayOutputStream())
                            .writeBytes(bytes);
                }
            }
            session.close();
            GuixTranscript read = GuixTranscript.of(out.toByteArray());
            assertThat(read.damages).isEmpty();
            assertThat(read.traces()).isEqualTo(traces);
            printed.forEach((pid, bytes) -> assertThat(read.printed(pid)).isEqualTo(bytes.toByteArray()));
            assertThat(new String(read.said(), StandardCharsets.UTF_8)
                            .replace("\n", "")
                            .replace("words", ""))
                    .isEmpty();
        }
    }
}
