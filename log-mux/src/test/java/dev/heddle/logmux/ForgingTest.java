package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.sink.ControlCategory;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Generated hostile outputs, among honest jobs and words of the engine: none makes or changes an event, passes for the engine
 * or another job, commands a CI server, or leaves a mark on a terminal outside its own text. Every strategy gets all of them.
 */
class ForgingTest {

    /** Hostile outputs in all, by {@code -Dheddle.forgeries}. */
    private static final int FORGERIES = Integer.getInteger("heddle.forgeries", 10_000);

    private static final int HOSTILE_JOBS = 20;
    private static final int FIRST_HOSTILE = 4;

    private static final Pattern HEAD = Pattern.compile("── (job\\d+)( \\(goes on\\))? ──");
    private static final Pattern OWN = Pattern.compile("── (engine says \\d|job3: exit code 7 ──)");
    private static final Pattern PREFIX = Pattern.compile("(?s)\\[(job\\d+)\\] (.*)");

    /** What makes a line a command, as those who obey it read it: GitHub, Azure, TeamCity, GitLab, Jenkins, Guix, Nix. */
    private static final List<Pattern> COMMANDS = List.of(
            Pattern.compile("(?U)^[\\s\\h\u0085\ufeff]*::[^\\s:].*"),
            Pattern.compile(".*##\\[.*"),
            Pattern.compile(".*##vso\\[.*"),
            Pattern.compile(".*##teamcity\\[.*"),
            Pattern.compile(".*section_(start|end):\\d+:[^\r]*\r\u001b\\[0K.*"),
            Pattern.compile(".*\u001b\\[8mha:.*"),
            Pattern.compile("^\\[\\[ATTACHMENT\\|.*"),
            Pattern.compile("^@ [a-z].*"),
            Pattern.compile("^@nix .*"));

    static List<GroupingStrategy> strategies() {
        return GroupingStrategy.all();
    }

    @Test
    void noOutputMakesOrChangesAnEvent() throws IOException {
        for (int seed = 0; seed < FORGERIES / HOSTILE_JOBS; seed++) {
            Recording recording = recording(seed);
            assertEventsAreThoseThatHappened(recording.journal(), recording);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void noOutputForgesAnything(GroupingStrategy strategy) throws IOException {
        for (int seed = 0; seed < FORGERIES / HOSTILE_JOBS; seed++) {
            assertTextIsHonest(recording(seed), strategy, ControlPolicy.SAFE, seed % 2);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aLinkThatMayPassStaysInItsOwnText(GroupingStrategy strategy) throws IOException {
        ControlPolicy links = ControlPolicy.SAFE.passing(ControlCategory.HYPERLINK);
        for (int seed = 0; seed < FORGERIES / HOSTILE_JOBS / 5; seed++) {
            assertTextIsHonest(recording(seed), strategy, links, seed % 2);
        }
    }

    // Two honest jobs, one that fails, and many hostile ones; the engine speaks in between.
    static Recording recording(int seed) {
        Random random = new Random(seed);
        HostileOutput hostile = new HostileOutput(random);
        Recording recording = new Recording("forging " + seed);
        int last = FIRST_HOSTILE + HOSTILE_JOBS - 1;
        for (int job = 1; job <= last; job++) {
            recording.start(0, job, "work " + job);
        }
        for (int job = FIRST_HOSTILE; job <= last; job++) {
            long micros = random.nextInt(2_000_000);
            byte[] bytes = hostile.next();
            for (int from = 0; from < bytes.length; ) {
                int count = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1 + random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + count);
                Channel channel = random.nextInt(5) == 0 ? Channel.STDERR : Channel.STDOUT;
                recording.say(micros, job, channel, Arrays.copyOfRange(bytes, from, to));
                micros += random.nextInt(4) == 0 ? random.nextInt(3_000_000) : random.nextInt(2000);
                from = to;
            }
            recording.end(micros + random.nextInt(500_000), job, 0);
        }
        for (int line = 0; line < 6; line++) {
            recording.say(line * 400_000L + random.nextInt(400_000), 1 + line % 3, "honest " + line + "\n");
        }
        for (int word = 0; word < 3; word++) {
            byte[] words = ("engine says " + word + "\n").getBytes(StandardCharsets.UTF_8);
            recording.say(word * 900_000L + random.nextInt(900_000), 0, Channel.MESSAGE, words);
        }
        return recording.end(20_000_000, 1, 0).end(20_000_000, 2, 0).end(20_000_000, 3, 7);
    }

    private static byte[] text(byte[] journal, GroupingStrategy strategy, TextRenderer.Form form) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            reader.replay(strategy, Sinks.text(out, form));
        }
        return out.toByteArray();
    }

    private static void assertEventsAreThoseThatHappened(byte[] journal, Recording recording) throws IOException {
        Events events = new Events();
        RunReader reader = new RunReader(new MemoryBytes(journal));
        JournalScanner scanner = new JournalScanner(reader, events);
        scanner.scan(Long.MAX_VALUE);
        assertThat(scanner.damaged()).as(recording.name).isZero();
        List<String> happened = new ArrayList<>();
        for (int job = 1; job < FIRST_HOSTILE + HOSTILE_JOBS; job++) {
            happened.add("job" + job + " begins");
            happened.add(job + " ends: exit code " + (job == 3 ? 7 : 0));
        }
        assertThat(events.seen).as(recording.name).containsExactlyInAnyOrderElementsOf(happened);
        Map<String, byte[]> said = recording.said();
        assertThat(events.said.keySet()).isEqualTo(said.keySet());
        said.forEach(
                (key, bytes) -> assertThat(events.said.get(key).toByteArray()).isEqualTo(bytes));
    }

    private static void assertTextIsHonest(
            Recording recording, GroupingStrategy strategy, ControlPolicy policy, int layoutNumber) throws IOException {
        TextRenderer.Layout layout = TextRenderer.Layout.values()[layoutNumber];
        TextRenderer.Form form = TextRenderer.Form.of(true).with(layout).with(policy);
        byte[] text = text(recording.journal(), strategy, form);
        String where = recording.name + ", " + strategy.name() + ", " + layout;
        TerminalModel terminal = new TerminalModel();
        terminal.take(text);
        assertThat(terminal.effects).as(where).isEmpty();
        for (String line : new String(text, StandardCharsets.UTF_8).split("[\n\r\u000b\f\u0085\u2028\u2029]")) {
            for (Pattern command : COMMANDS) {
                assertThat(command.matcher(line).matches())
                        .as("%s: a command: %s", where, line)
                        .isFalse();
            }
        }
        List<TerminalModel.Cell> last = terminal.lines.remove(terminal.lines.size() - 1);
        assertThat(last).as("%s: the last line has an end", where).isEmpty();
        Attribution attribution = new Attribution(layout, where);
        terminal.lines.forEach(attribution::take);
        attribution.check(recording);
    }

    /** Whose line is whose, as a person sees it. */
    private static final class Attribution {
        private final TextRenderer.Layout layout;
        private final String where;
        private final Map<String, List<String>> lines = new TreeMap<>();
        private final List<String> own = new ArrayList<>();
        private String current = "";

        Attribution(TextRenderer.Layout layout, String where) {
            this.layout = layout;
            this.where = where;
        }

        void take(List<TerminalModel.Cell> cells) {
            String line = TerminalModel.text(cells);
            Matcher head = HEAD.matcher(line);
            if (layout == TextRenderer.Layout.HEADS && head.matches()) {
                assertMarks(cells, "[1]");
                current = head.group(1);
            } else if (OWN.matcher(line).matches()) {
                assertMarks(cells, line.endsWith("──") ? "[1, 31]" : "[]");
                own.add(line);
                current = "";
            } else {
                takeText(cells, line);
            }
        }

        private void takeText(List<TerminalModel.Cell> cells, String line) {
            assertThat(line).as(where).doesNotStartWith("─");
            String text = line;
            if (layout == TextRenderer.Layout.PREFIXES) {
                Matcher prefix = PREFIX.matcher(line);
                assertThat(prefix.matches())
                        .as("%s: a prefix before '%s'", where, line)
                        .isTrue();
                current = prefix.group(1);
                text = prefix.group(2);
                assertMarks(cells.subList(0, current.length() + 3), "[]");
            }
            assertThat(current).as("%s: someone says '%s'", where, line).isNotEmpty();
            if (current.matches("job[123]")) {
                assertMarks(cells, "[]");
            }
            lines.computeIfAbsent(current, job -> new ArrayList<>()).add(text);
        }

        private void assertMarks(List<TerminalModel.Cell> cells, String attributes) {
            for (TerminalModel.Cell cell : cells) {
                assertThat(cell.attributes())
                        .as("%s: colours of %s", where, cells)
                        .isEqualTo(attributes);
                assertThat(cell.link()).as("%s: link of %s", where, cells).isEmpty();
            }
        }

        void check(Recording recording) {
            assertThat(own)
                    .as(where)
                    .containsExactlyInAnyOrder(
                            "── engine says 0", "── engine says 1", "── engine says 2", "── job3: exit code 7 ──");
            Map<String, byte[]> said = recording.said();
            for (int job = 1; job < FIRST_HOSTILE; job++) {
                String honest = new String(said.get(job + " STDOUT"), StandardCharsets.UTF_8);
                assertThat(lines.get("job" + job))
                        .as(where)
                        .isEqualTo(honest.lines().toList());
            }
        }
    }

    /** Writes down what a journal says happened. */
    private static final class Events implements JournalScanner.Target {
        private final List<String> seen = new ArrayList<>();
        private final Map<String, ByteArrayOutputStream> said = new TreeMap<>();

        @Override
        public void session(long epochMillis) {}

        @Override
        public void time(long nanos) {}

        @Override
        public void task(int source, JobInfo job, boolean live) {
            seen.add(job.task() + " begins");
        }

        @Override
        public void data(int source, Channel channel, long offset, Slice bytes) {
            said.computeIfAbsent(source + " " + channel, key -> new ByteArrayOutputStream())
                    .writeBytes(bytes.copy());
        }

        @Override
        public void end(int source, JobEnding ending, long[] totals) {
            seen.add(source + " ends: " + ending.describe());
        }

        @Override
        public void event(Slice json) {
            seen.add(new String(json.copy(), StandardCharsets.UTF_8));
        }
    }
}
