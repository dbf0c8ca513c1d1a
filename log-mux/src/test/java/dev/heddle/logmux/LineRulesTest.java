package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Location;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import dev.heddle.logmux.sink.Palette;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.sink.Visibility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineRulesTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    /** Notes each group as {@code CHANNEL<ORIGIN:text}. */
    private static final class Notes implements Sink {
        private final List<String> notes = new CopyOnWriteArrayList<>();

        @Override
        public void write(Group group) throws IOException {
            String from = group.origin() == group.channel() ? "" : "<" + group.origin();
            String text = new String(group.bytes(), StandardCharsets.UTF_8).replace("\n", "|");
            notes.add(group.channel() + from + ":" + text
                    + (group.color() == null ? "" : group.color().sgr()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> shown(LineRules rules, String component, String... pieces) throws IOException {
        Notes notes = new Notes();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(notes, GroupingStrategy.task())
                .rules(rules)
                .build()) {
            OutputSource job = mux.open("job", component);
            for (String piece : pieces) {
                boolean error = piece.startsWith("2>");
                job.write(error ? Channel.STDERR : Channel.STDOUT, utf8(error ? piece.substring(2) : piece));
            }
            job.finish(0);
        }
        return notes.notes;
    }

    @Test
    void firstFilterThatTakesALineDecides() throws IOException {
        LineRules rules = LineRules.none()
                .filters(List.of(
                        LineFilter.matching("^warn", Channel.WARNING).painted(TextColor.parse("9")),
                        LineFilter.matching("^w", Channel.MESSAGE)));
        assertThat(shown(rules, null, "warn\nword\nother\nmore\n"))
                .containsExactly("WARNING<STDOUT:warn|91", "MESSAGE<STDOUT:word|", "STDOUT:other|more|");
    }

    @Test
    void linesOfBothChannelsStayInTheOrderInWhichTheyWereRead() throws IOException {
        LineRules rules = LineRules.none().filters(List.of(LineFilter.matching("^warn", Channel.WARNING)));
        assertThat(shown(rules, null, "one\n", "2>warn two\n", "three\n", "2>four\nwarn five\n"))
                .containsExactly(
                        "STDOUT:one|",
                        "WARNING<STDERR:warn two|",
                        "STDOUT:three|",
                        "STDERR:four|",
                        "WARNING<STDERR:warn five|");
    }

    @Test
    void whatAFilterNeedsMayComeInTwoPieces() throws IOException {
        LineRules rules = LineRules.none()
                .filters(List.of(LineFilter.matching("error: ", Channel.ERROR).needing("error: ")));
        // Each of the pieces is large enough for a frame of its own.
        String many = "x\n".repeat(10_000);
        assertThat(shown(rules, null, many + "a: er", "ror: b\n" + many))
                .extracting(group -> group.replace("x|", ""))
                .containsExactly("STDOUT:", "ERROR<STDOUT:a: error: b|", "STDOUT:");
    }

    @Test
    void filterMayBeForOneComponentOrOneChannel() throws IOException {
        LineRules rules = LineRules.none()
                .filters(List.of(
                        LineFilter.matching("a", Channel.ERROR).of("zlib"),
                        LineFilter.matching("b", Channel.ERROR).on(Channel.STDERR)));
        assertThat(shown(rules, "zlib", "a\nb\n", "2>b\n"))
                .containsExactly("ERROR<STDOUT:a|", "STDOUT:b|", "ERROR<STDERR:b|");
        assertThat(shown(rules, "curl", "a\n")).containsExactly("STDOUT:a|");
        assertThat(shown(rules, null, "a\n")).containsExactly("STDOUT:a|");
    }

    @Test
    void linesAreMatchedWithoutTheirColors() throws IOException {
        LineRules rules = LineRules.none().filters(List.of(LineFilter.matching("^a: error: b$", Channel.ERROR)));
        assertThat(shown(rules, null, "\u001b[1ma:\u001b[m \u001b[31mer\u001b[mror: b\u001b]8;;x\u0007\u001b[0m\r\n"))
                .singleElement()
                .asString()
                .startsWith("ERROR<STDOUT:\u001b[1ma:");
    }

    @Test
    void onlyTheFirstFourKibibytesOfALineAreLookedAt() throws IOException {
        LineRules rules = LineRules.none().filters(List.of(LineFilter.matching("needle", Channel.ERROR)));
        assertThat(shown(rules, null, "x".repeat(4090) + "needle\n"))
                .singleElement()
                .asString()
                .startsWith("ERROR<STDOUT:x");
        assertThat(shown(rules, null, "x".repeat(4091) + "needle\n"))
                .singleElement()
                .asString()
                .startsWith("STDOUT:x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?:a|b)*c", "(a*)*$", "(?:a?){20}a{20}x", "([ab]+)+c", "(a|aa)+$"})
    void patternThatBacktracksElsewhereHarmsNothing(String pattern) throws IOException {
        LineRules rules = LineRules.none().filters(List.of(LineFilter.matching(pattern, Channel.ERROR)));
        String line = "ab".repeat(1000) + "!\n";
        assertThat(String.join("", shown(rules, null, line.repeat(50), "end\n")))
                .endsWith("end|")
                .hasSizeGreaterThan(50 * 2001);
    }

    @Test
    void filterThatThrowsIsToldOnceAndLeftOutAndNothingElseSuffers() throws IOException {
        for (Throwable failure : List.of(new IllegalStateException("no idea"), new StackOverflowError())) {
            Notes first = new Notes();
            Notes second = new Notes();
            LineFilter bad = new LineFilter() {
                @Override
                public Verdict verdict(Line line) {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) failure;
                }

                @Override
                public String toString() {
                    return "the bad filter";
                }
            };
            LineRules rules = LineRules.none().filters(List.of(bad, LineFilter.matching("^warn", Channel.WARNING)));
            try (OutputMultiplexer mux = OutputMultiplexer.builder()
                    .to(first, GroupingStrategy.line())
                    .to(second, GroupingStrategy.task())
                    .rules(rules)
                    .build()) {
                OutputSource job = mux.open("job", null);
                job.write(Channel.STDOUT, utf8("one\nwarn two\n"));
                job.finish(0);
                mux.drain();
            }
            String reason = failure instanceof Error ? "StackOverflowError" : "no idea";
            String told = "WARNING:the bad filter has failed and is left out: " + reason + "|";
            for (Notes notes : List.of(first, second)) {
                assertThat(notes.notes).contains("STDOUT:one|", "WARNING<STDOUT:warn two|");
                assertThat(notes.notes).filteredOn(told::equals).hasSize(1);
            }
        }
    }

    @Test
    void lineThatComesInPiecesIsShownAsItsFirstPieceWas() throws IOException {
        VirtualLine view = new VirtualLine(LineRules.none()
                .filters(List.of(
                        LineFilter.matching("^warn", Channel.WARNING), LineFilter.matching("x", Channel.ERROR))));
        view.say(0, "warning: be").say(3000, "gins x\nx\n").say(3001, "plain\n");
        assertThat(view.notes)
                .containsExactly(
                        "WARNING<STDOUT:warning: be", "WARNING<STDOUT:gins x|", "ERROR<STDOUT:x|", "STDOUT:plain|");
    }

    /** One job in virtual time, line by line. */
    private static final class VirtualLine {
        private final List<String> notes;
        private final VirtualView view;

        VirtualLine(LineRules rules) {
            Notes sink = new Notes();
            notes = sink.notes;
            view = new VirtualView(GroupingStrategy.line(), sink, rules);
            view.at(0).open(1);
        }

        VirtualLine say(long millis, String text) {
            view.at(millis).say(1, text);
            return this;
        }
    }

    @Test
    void channelsCanStandForOthersAndWarningsForErrors() throws IOException {
        LineRules rules = LineRules.none()
                .filters(List.of(LineFilter.matching("^warn", Channel.WARNING)))
                .map(Channel.CONSOLE, Channel.MESSAGE)
                .warningsAsErrors();
        assertThat(shown(rules, null, "warn\nplain\n")).containsExactly("ERROR<STDOUT:warn|", "STDOUT:plain|");
        assertThat(logged(LineRules.none())).isEqualTo("── job ──\nbefore\nafter\n");
        assertThat(logged(rules)).isEqualTo("── job ──\nbefore\n50%\nafter\n");
    }

    // What a text log has of a job that writes to the console.
    private static String logged(LineRules rules) throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(Sinks.text(log), GroupingStrategy.task())
                .rules(rules)
                .build()) {
            OutputSource job = mux.open("job", null);
            job.write(Channel.STDOUT, utf8("before\n"));
            job.write(Channel.CONSOLE, utf8("50%\n"));
            job.write(Channel.STDOUT, utf8("after\n"));
            job.finish(0);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    private String colored(String text, Palette palette) throws IOException {
        shown.reset();
        TextRenderer.Form form = TextRenderer.Form.of(true).with(palette);
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(Sinks.text(shown, form), GroupingStrategy.task())
                .rules(LineRules.common())
                .build()) {
            OutputSource job = mux.open("job", null);
            job.write(Channel.STDOUT, utf8(text));
            job.finish(0);
        }
        return shown.toString(StandardCharsets.UTF_8).replaceFirst("^.*\n", "").replace('\u001b', '^');
    }

    @Test
    void onlyWhatIsWrongIsRedAndEachLineOpensAndClosesItsColor() throws IOException {
        assertThat(colored("a\nerror: b\nerror: c\nwarning: d\ne\n", Palette.COMMON))
                .isEqualTo("a\n^[0;31merror: b^[0m\n^[0;31merror: c^[0m\n^[0;33mwarning: d^[0m\ne\n");
        assertThat(colored("error: b\n", Palette.parse("error=bright-white:red")))
                .isEqualTo("^[0;1;37;41merror: b^[0m\n");
        assertThat(colored("error: b\n", Palette.parse("warning=red"))).isEqualTo("error: b\n");
    }

    @Test
    void colorOfAJobStandsOverThatOfTheChannelAndComesBackBehindIt() throws IOException {
        assertThat(colored("a.c:1: error: \u001b[32mgreen\u001b[m red\nplain\n", Palette.COMMON))
                .isEqualTo("^[0;31ma.c:1: error: ^[0;31;32mgreen^[0;31m red^[0m\nplain\n");
        assertThat(colored("\u001b[32mgreen\nerror: still green\nagain\u001b[m\n", Palette.COMMON))
                .isEqualTo("^[32mgreen\n^[0m^[0;31;32merror: still green^[0m\n^[0;32magain^[m\n");
    }

    @Test
    void filterMayTellADiagnosticOutsideOfThoseThatMatchersFind() throws IOException {
        List<DiagnosticFound> told = new CopyOnWriteArrayList<>();
        LineFilter lint = LineFilter.matching(
                        "^LINT (?P<file>\\S+)@(?P<line>\\d+) (?P<code>\\w+) (?P<message>.*)", Channel.WARNING)
                .telling("lint");
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .rules(LineRules.common().filters(List.of(lint)))
                .onDiagnostic(event -> told.add((DiagnosticFound) event))
                .build();
        try (mux) {
            OutputSource job = mux.open(new JobInfo(7, "check", null, "check", "local", 1));
            job.write(Channel.STDOUT, utf8("LINT a.py@3 E1 too long\na.c:1:2: error: x\n  LINT b@1 E2 inside\n"));
            job.finish(1);
        }
        assertThat(told)
                .extracting(DiagnosticFound::diagnostic)
                .containsExactly(
                        new Diagnostic(Severity.WARNING, Location.of("a.py", 3), "E1", "too long", "lint"),
                        new Diagnostic(Severity.ERROR, Location.of("a.c", 1, 2), null, "x", "gcc"));
        assertThat(told).extracting(event -> event.job().job()).containsOnly(7L);
        assertThat(told).extracting(event -> event.at().sequence()).containsExactly(1L, 2L);
        assertThat(mux.counts()).isEqualTo(new DiagnosticCounts(1, 1));
        assertThat(mux.countsByTask()).containsOnlyKeys("check");
    }

    @Test
    void diagnosticsOfJobsOfOneNameWithoutNumbersAreToldApart() throws IOException {
        List<DiagnosticFound> told = new CopyOnWriteArrayList<>();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .rules(LineRules.common())
                .onDiagnostic(event -> told.add((DiagnosticFound) event))
                .build();
        try (mux) {
            OutputSource first = mux.open("cc", null);
            OutputSource second = mux.open("cc", "core");
            second.write(Channel.STDOUT, utf8("b.c:1:1: error: b\nb.c:2:1: error: b\n"));
            first.write(Channel.STDOUT, utf8("a.c:1:1: error: a\n"));
            second.finish(1);
            first.finish(1);
        }
        assertThat(told)
                .extracting(event -> event.diagnostic().message()
                        + event.job().job()
                        + event.job().component())
                .containsExactlyInAnyOrder("b2core", "b2core", "a1null");
    }

    @Test
    void warningsCountAsErrorsWhereTheyAreErrors() throws IOException {
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .rules(LineRules.common().warningsAsErrors())
                .build();
        try (mux) {
            OutputSource job = mux.open("cc", null);
            job.write(Channel.STDOUT, utf8("a.c:1:2: warning: x\na.c:1:2: note: y\nb.c:1:2: error: z\n"));
            mux.drain();
            assertThat(mux.counts())
                    .as("the last may still go on")
                    .hasToString("1 error")
                    .isEqualTo(new DiagnosticCounts(1, 0));
            job.finish(0);
        }
        assertThat(mux.counts()).hasToString("2 errors");
        assertThat(new DiagnosticCounts(0, 0)).hasToString("");
        assertThat(new DiagnosticCounts(3, 1)).hasToString("3 errors, 1 warning");
    }

    @Test
    void linesOfVerboseAndTraceAreShownForTheGroupsAskedFor() throws IOException {
        List<String> lines = List.of("[net] a", "[cache] b", "[net,cache] c", "d", "[all] e");
        assertThat(verbose(Visibility.common(), lines)).isEmpty();
        assertThat(verbose(Visibility.common().verbose(Set.of("net")), lines))
                .containsExactly("[net] a", "[net,cache] c");
        assertThat(verbose(Visibility.common().verbose(Set.of("cache", "x")), lines))
                .containsExactly("[cache] b", "[net,cache] c");
        assertThat(verbose(Visibility.common().verbose(Set.of("all")), lines)).isEqualTo(lines);
        assertThat(verbose(Visibility.common().trace(Set.of("all")), lines)).isEmpty();
    }

    private static List<String> verbose(Visibility visibility, List<String> lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextRenderer.Form form = TextRenderer.Form.of(false).with(visibility);
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(Sinks.text(out, form), GroupingStrategy.task())
                .build()) {
            mux.message(Channel.VERBOSE, String.join("\n", lines));
        }
        List<String> shown = new ArrayList<>();
        out.toString(StandardCharsets.UTF_8).lines().forEach(line -> shown.add(line.replaceFirst("^── ", "")));
        return shown;
    }

    @Test
    void patternsAreCheckedWhenTheyAreGiven() {
        assertThatThrownBy(() -> LineFilter.matching("(", Channel.ERROR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a pattern in the syntax of RE2, at '(': missing closing )");
        assertThatThrownBy(() -> LineFilter.matching("(?=x)", Channel.ERROR)).hasMessageContaining("RE2");
        assertThatThrownBy(() -> LineFilter.matching("", Channel.ERROR)).hasMessageContaining("empty");
        assertThatThrownBy(() -> LineFilter.matching("x".repeat(1001), Channel.ERROR))
                .hasMessage("the pattern has 1001 characters; at most 1000 are taken");
        assertThatThrownBy(() -> LineFilter.matching("((x{100}){100}){10}", Channel.ERROR))
                .hasMessage("the pattern repeats too much: its counts multiplied give more than 1000");
        assertThat(LineFilter.matching("(x{2,50}){20}", Channel.ERROR)).isNotNull();
    }
}
