package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.embedding.Paragraphs;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing the strategy while the build runs loses nothing, doubles nothing and parts nothing, whenever it happens. */
class SwitchingTest {

    @ParameterizedTest
    @ValueSource(strings = {"raw", "line", "indented", "diagnostic", "stage"})
    void sinkThatShowsHalfLinesIsGivenNoneByAnyStrategyThatIsSwitchedTo(String name) throws Exception {
        VirtualView.Notes shown = new VirtualView.Notes();
        VirtualView view = new VirtualView(GroupingStrategy.task(), shown).holdHalfLines();
        view.at(0).open(1).open(2).say(1, "checking... ");
        view.strategy(GroupingStrategy.byName(name));
        view.at(60_000);
        assertThat(shown.take()).isEmpty();
        view.say(1, "yes\n").at(70_000);
        assertThat(shown.take()).containsExactly("1:checking... yes|");
    }

    /** At how many places each recording is switched between each two strategies. */
    private static final int PLACES = Integer.getInteger("heddle.switches", 1);

    private static final Duration TICK = Duration.ofMillis(2);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
    private static final int EVERY_PLACE_BELOW = 80;
    private static final Pattern LINE = Pattern.compile("<task ([0-9]+) line ([0-9]+)>");

    private static List<GroupingStrategy> strategies() {
        List<GroupingStrategy> all = new ArrayList<>(GroupingStrategy.all());
        all.add(GroupingStrategy.task(GroupingStrategy.Order.GRAPH));
        all.add(Paragraphs.strategy());
        return all;
    }

    static Stream<Recording> recordings() throws IOException {
        return Recordings.all().stream();
    }

    /** Replays with the strategy that {@code choice} gives before each frame; null leaves it as it is. */
    private static ViewStatistics replay(
            byte[] journal, GroupingStrategy first, Sink sink, IntFunction<GroupingStrategy> choice)
            throws IOException {
        try (sink) {
            RunReader reader = new RunReader(new MemoryBytes(journal));
            ViewDriver driver = new ViewDriver(first, sink, reader);
            int[] frame = {0};
            new JournalScanner(reader, new Forward(driver) {
                        @Override
                        public void frame(long offset, long end) {
                            GroupingStrategy next = choice.apply(frame[0]++);
                            if (next != null) {
                                change(driver, next);
                            }
                        }
                    })
                    .scan(Long.MAX_VALUE);
            driver.finish();
            return driver.statistics();
        }
    }

    private static void change(ViewDriver driver, GroupingStrategy strategy) {
        try {
            driver.strategy(strategy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int frames(byte[] journal) throws IOException {
        int[] frames = {0};
        replay(journal, GroupingStrategy.task(), new CheckingSink(), frame -> {
            frames[0] = frame + 1;
            return null;
        });
        return frames[0];
    }

    private static void check(
            Recording recording, byte[] journal, GroupingStrategy first, IntFunction<GroupingStrategy> choice)
            throws IOException {
        CheckingSink sink = new CheckingSink();
        ViewStatistics statistics = replay(journal, first, sink, choice);
        Map<String, byte[]> expected = recording.said();
        assertThat(sink.said().keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, bytes) -> assertThat(sink.said().get(key)).isEqualTo(bytes));
        assertThat(sink.ended()).hasSize(recording.sources());
        assertThat(statistics.bytes()).isEqualTo(recording.bytes());
        if (!recording.hasLive() && !first.name().equals("task")) {
            assertThat(Duration.ofNanos(statistics.maxDelayNanos())).isLessThanOrEqualTo(LONGEST_DELAY.plus(TICK));
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void betweenAnyTwoStrategiesAtRandomPlaces(Recording recording) throws IOException {
        Random random = new Random(recording.name.length());
        byte[] journal = recording.journal();
        int frames = frames(journal);
        for (GroupingStrategy from : strategies()) {
            for (GroupingStrategy to : strategies()) {
                for (int i = 0; i < PLACES; i++) {
                    int place = random.nextInt(frames);
                    // Back again, so that the delay of a strategy that bounds it is bounded.
                    check(recording, journal, from, frame -> frame == place ? to : frame == place + 1 ? from : null);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void manyTimes(Recording recording) throws IOException {
        Random random = new Random(recording.name.hashCode());
        byte[] journal = recording.cutAnew(random).journal();
        List<GroupingStrategy> bounded = List.of(
                GroupingStrategy.raw(), GroupingStrategy.line(), GroupingStrategy.indented(), GroupingStrategy.stage());
        check(recording, journal, GroupingStrategy.stage(), frame -> bounded.get(random.nextInt(bounded.size())));
        List<GroupingStrategy> all = strategies();
        check(
                recording,
                journal,
                GroupingStrategy.task(),
                frame -> random.nextInt(30) == 0 ? all.get(random.nextInt(all.size())) : null);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void betweenAnyTwoStrategiesAtEveryPlaceOfASmallRecording(Recording recording) throws IOException {
        byte[] journal = recording.journal();
        int frames = frames(journal);
        for (int at = 0; frames < EVERY_PLACE_BELOW && at < frames; at++) {
            int place = at;
            for (GroupingStrategy from : strategies()) {
                for (GroupingStrategy to : strategies()) {
                    CheckingSink sink = new CheckingSink();
                    replay(journal, from, sink, frame -> frame == place ? to : null);
                    recording
                            .said()
                            .forEach((key, bytes) -> assertThat(sink.said().get(key))
                                    .as("%s at %s from %s to %s", key, place, from, to)
                                    .isEqualTo(bytes));
                    assertThat(sink.ended()).hasSize(recording.sources());
                }
            }
        }
    }

    @Test
    void aSourceWithTheStageToItselfKeepsIt() throws IOException {
        byte[] journal = Recordings.liveSources().journal();
        int frames = frames(journal);
        for (int at = 0; at < frames; at++) {
            int place = at;
            for (GroupingStrategy to : strategies()) {
                List<Integer> shown = new ArrayList<>();
                replay(journal, GroupingStrategy.line(), new ShownSources(shown), frame -> frame == place ? to : null);
                assertThat(shown.subList(shown.indexOf(3), shown.lastIndexOf(3) + 1))
                        .as("at %s to %s", place, to)
                        .containsOnly(3);
            }
        }
    }

    @Test
    void theSameJournalAndTheSameChangesGiveTheSameText() throws IOException {
        for (Recording recording : Recordings.all()) {
            byte[] journal = recording.journal();
            byte[] first = text(journal, recording.name.hashCode());
            assertThat(text(journal, recording.name.hashCode())).isEqualTo(first);
            TextChecks.assertInert(first, true);
            TextChecks.assertColorsDoNotLeak(first);
        }
    }

    private static byte[] text(byte[] journal, long seed) throws IOException {
        Random random = new Random(seed);
        List<GroupingStrategy> all = strategies();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        replay(
                journal,
                GroupingStrategy.stage(),
                Sinks.text(out, TextRenderer.Form.of(true)),
                frame -> random.nextInt(20) == 0 ? all.get(random.nextInt(all.size())) : null);
        return out.toByteArray();
    }

    @Test
    void everySinkShowsEveryLineOnceAndWhole() throws IOException {
        Recording recording = Recordings.wholeLines();
        byte[] journal = recording.journal();
        int frames = frames(journal);
        for (int at = 0; at < frames; at++) {
            int place = at;
            for (GroupingStrategy from : strategies()) {
                for (GroupingStrategy to : strategies()) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    for (Sink sink : sinks(out)) {
                        out.reset();
                        replay(journal, from, sink, frame -> frame == place ? to : null);
                        assertEveryLineOnce(out.toString(StandardCharsets.UTF_8), 12);
                    }
                }
            }
        }
    }

    private static List<Sink> sinks(ByteArrayOutputStream out) {
        List<Sink> sinks = new ArrayList<>();
        for (TextRenderer.Layout layout : TextRenderer.Layout.values()) {
            sinks.add(Sinks.text(out, TextRenderer.Form.of(true).with(layout)));
            sinks.add(Sinks.text(out, TextRenderer.Form.of(false).with(layout)));
        }
        sinks.add(ConsoleDisplay.of(new PrintStream(out, true, StandardCharsets.UTF_8), true));
        sinks.add(ConsoleDisplay.of(new PrintStream(out, true, StandardCharsets.UTF_8), false));
        return sinks;
    }

    private static void assertEveryLineOnce(String text, int lines) {
        Map<String, Integer> last = new TreeMap<>();
        int count = 0;
        for (Matcher line = LINE.matcher(text); line.find(); count++) {
            int number = Integer.parseInt(line.group(2));
            Integer before = last.put(line.group(1), number);
            assertThat(before == null || before < number).as(text).isTrue();
        }
        assertThat(count).as(text).isEqualTo(lines);
    }

    @Test
    void sourcesThatWriteMeanwhileLoseNothingInAnySink() throws Exception {
        int lines = 3000;
        CheckingSink checked = new CheckingSink();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        CountDownLatch running = new CountDownLatch(3);
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(checked)
                .to(Sinks.text(text))
                .build()) {
            List<Thread> writers = new ArrayList<>();
            for (int task = 1; task <= 3; task++) {
                writers.add(writer(mux, task, lines, running));
            }
            writers.forEach(Thread::start);
            Random random = new Random(31);
            List<GroupingStrategy> all = strategies();
            while (running.getCount() > 0) {
                mux.strategy(all.get(random.nextInt(all.size())));
                mux.drain();
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(checked.closed).isTrue();
        assertThat(checked.said()).hasSize(3);
        checked.said().values().forEach(bytes -> assertEveryLineOnce(new String(bytes, StandardCharsets.UTF_8), lines));
        assertEveryLineOnce(text.toString(StandardCharsets.UTF_8), 3 * lines);
    }

    private static Thread writer(OutputMultiplexer mux, int task, int lines, CountDownLatch running) {
        OutputSource source = mux.open("task" + task, null);
        return new Thread(() -> {
            for (int line = 0; line < lines; line++) {
                byte[] bytes = ("<task " + task + " line " + line + ">\n").getBytes(StandardCharsets.UTF_8);
                source.write(Channel.STDOUT, bytes, 0, bytes.length);
            }
            source.finish(0);
            running.countDown();
        });
    }

    /** Notes whose bytes are shown. */
    private record ShownSources(List<Integer> shown) implements Sink {
        @Override
        public void write(Group group) {
            shown.add(group.source());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
