package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.embedding.Paragraphs;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every recording under every strategy, however the bytes are cut. */
class StrategyInvariantsTest {

    /** How often each recording is cut anew. */
    private static final int CUTS = Integer.getInteger("heddle.cuts", 6);

    private static final Duration TICK = Duration.ofMillis(2);
    private static final Map<String, Duration> LONGEST_DELAY = Map.of(
            "raw",
            Duration.ofSeconds(2),
            "line",
            Duration.ofSeconds(2),
            "indented",
            Duration.ofSeconds(2),
            "diagnostic",
            Duration.ofSeconds(2),
            "stage",
            Duration.ofSeconds(5));

    static Stream<Arguments> recordingsAndStrategies() throws IOException {
        List<GroupingStrategy> strategies = new ArrayList<>(GroupingStrategy.all());
        strategies.add(GroupingStrategy.task(GroupingStrategy.Order.GRAPH));
        strategies.add(Paragraphs.strategy());
        return Recordings.all().stream()
                .flatMap(recording -> strategies.stream().map(strategy -> Arguments.of(recording, strategy)));
    }

    private static ViewStatistics replay(byte[] journal, GroupingStrategy strategy, Sink sink) throws IOException {
        return replay(journal, strategy, sink, LineRules.none());
    }

    private static ViewStatistics replay(byte[] journal, GroupingStrategy strategy, Sink sink, LineRules rules)
            throws IOException {
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            return reader.replay(strategy, sink, rules);
        }
    }

    /** Rules that take many lines: every other word is a reason to put a line elsewhere. */
    private static LineRules busyRules() {
        return LineRules.common()
                .filters(List.<LineFilter>of(
                        LineFilter.matching("[02468]", Channel.WARNING),
                        LineFilter.matching("[aeiou]", Channel.ERROR).on(Channel.STDERR),
                        line -> line.text().length() % 3 == 0
                                ? new LineFilter.Verdict(Channel.MESSAGE, TextColor.parse("cyan"), null)
                                : null));
    }

    @ParameterizedTest
    @MethodSource("recordingsAndStrategies")
    void rulesChangeNoByteAndNoOrder(Recording recording, GroupingStrategy strategy) throws IOException {
        Random random = new Random(recording.name.hashCode());
        for (int cut = 0; cut <= CUTS / 3; cut++) {
            byte[] journal = (cut == 0 ? recording : recording.cutAnew(random)).journal();
            CheckingSink plain = new CheckingSink();
            ViewStatistics without = replay(journal, strategy, plain);
            CheckingSink ruled = new CheckingSink();
            ViewStatistics with = replay(journal, strategy, ruled, busyRules());
            assertThat(ruled.inOrder.toByteArray()).isEqualTo(plain.inOrder.toByteArray());
            assertSame(ruled.said(), recording.said());
            assertThat(ruled.ended()).isEqualTo(plain.ended());
            assertThat(with.switches()).isEqualTo(without.switches());
            assertThat(with.maxDelayNanos()).isEqualTo(without.maxDelayNanos());
        }
    }

    @ParameterizedTest
    @MethodSource("recordingsAndStrategies")
    void everyByteArrivesOnceInOrderAndInTime(Recording recording, GroupingStrategy strategy) throws IOException {
        Random random = new Random(recording.name.hashCode());
        for (int cut = 0; cut <= CUTS; cut++) {
            Recording pieces = cut == 0 ? recording : recording.cutAnew(random);
            CheckingSink sink = new CheckingSink();
            ViewStatistics statistics = replay(pieces.journal(), strategy, sink);
            assertSame(sink.said(), recording.said());
            assertThat(sink.ended()).hasSize(recording.sources());
            assertThat(sink.closed).isTrue();
            assertThat(statistics.bytes()).isEqualTo(recording.bytes());
            assertThat(statistics.switches()).isEqualTo(sink.switches);
            Duration longest = LONGEST_DELAY.get(strategy.name());
            if (longest != null && !recording.hasLive()) {
                assertThat(Duration.ofNanos(statistics.maxDelayNanos())).isLessThanOrEqualTo(longest.plus(TICK));
            }
            if (strategy.name().equals("task") && !recording.hasLive()) {
                assertThat(statistics.switches()).isLessThan(recording.sources());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recordingsAndStrategies")
    void theSameJournalGivesTheSameText(Recording recording, GroupingStrategy strategy) throws IOException {
        byte[] journal = recording.journal();
        for (TextRenderer.Layout layout : TextRenderer.Layout.values()) {
            TextRenderer.Form form = TextRenderer.Form.of(true).with(layout);
            byte[] first = text(journal, strategy, form);
            assertThat(text(journal, strategy, form)).isEqualTo(first);
            TextChecks.assertInert(first, true);
            TextChecks.assertColorsDoNotLeak(first);
            TextRenderer.Form plain = TextRenderer.Form.of(false).with(layout);
            TextChecks.assertInert(text(journal, strategy, plain), false);
            ByteArrayOutputStream ruled = new ByteArrayOutputStream();
            replay(journal, strategy, Sinks.text(ruled, form), busyRules());
            TextChecks.assertInert(ruled.toByteArray(), true);
            TextChecks.assertColorsDoNotLeak(ruled.toByteArray());
            TextChecks.assertInert(text(journal, strategy, plain.with(ControlPolicy.PLAIN)), false);
        }
    }

    private static byte[] text(byte[] journal, GroupingStrategy strategy, TextRenderer.Form form) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        replay(journal, strategy, Sinks.text(out, form));
        return out.toByteArray();
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, bytes) -> assertThat(actual.get(key)).as(key).isEqualTo(bytes));
    }
}
