package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of matchers, those in {@code matchers/} among them: what they find, what is wrong with them, and that nothing worse happens. */
class MatcherFileTest {

    private static final int FLIPS = Integer.getInteger("heddle.flips", 2000);
    private static final List<String> KEPT =
            List.of("every-field.json", "eslint.json", "smallest.json", "unicode.json");

    private static byte[] kept(String name) throws IOException {
        try (var in = MatcherFileTest.class.getResourceAsStream("matchers/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static List<DiagnosticMatcher> read(byte[] json) throws IOException {
        return DiagnosticMatcher.read(new ByteArrayInputStream(json), "m.json");
    }

    private static List<String> found(List<DiagnosticMatcher> matchers, String output) throws IOException {
        byte[] journal = new Recording("tool")
                .start(0, 1, "tool")
                .say(10, 1, Channel.STDOUT, output.getBytes(StandardCharsets.UTF_8))
                .end(1000, 1, 1)
                .journal();
        List<String> found = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            reader.diagnose(LineRules.none().matchers(matchers), event -> {
                DiagnosticFound diagnostic = (DiagnosticFound) event;
                found.add(diagnostic.bytes() + " " + diagnostic.diagnostic().matcher() + " " + diagnostic.diagnostic());
            });
        }
        return found;
    }

    @Test
    void matcherOfAUserFindsWhatItDescribes() throws IOException {
        String output =
                "src/a.js\n  3:7  error  'x' is not defined  no-undef\n  9:1  warning  Too long  max-len\n\ndone\n";
        assertThat(found(read(kept("eslint.json")), output))
                .containsExactly(
                        "43 eslint error: 'x' is not defined [no-undef]", "34 eslint warning: Too long [max-len]");
    }

    @Test
    void everyFieldMeansWhatTheDocumentSays() throws IOException {
        List<DiagnosticMatcher> matchers = read(kept("every-field.json"));
        assertThat(matchers).extracting(DiagnosticMatcher::name).containsExactly("prover");
        String output = """
                In theory T
                goal failed at a.p:3: first
                anything
                > at b.p:4:5

                > at c.p:6
                qed X1: last word
                And also:
                goal failed at d.p:7: second
                > at e.p:8
                qed X2
                goal failed at none: alone
                goal failed at ignored: not this
                """;
        assertThat(found(matchers, output)).containsExactly("149 prover e.p:8: warning: last word [X2]");
    }

    @Test
    void textAroundTheMatchersOfAFileMayBeAnyUnicode() throws IOException {
        assertThat(found(read(kept("unicode.json")), "füße.ü:3: ошибка: плохо 🧵\nx\n"))
                .containsExactly("43 ünï füße.ü:3: error: плохо 🧵");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                          | 1:1: the text ends too early
            []                                                          | 1:1: an object is expected here
            {}                                                          | 1:2: the field "heddleMatchers" is missing
            {"heddleMatchers":2}                                        | 1:19: this is version 2 of the format; only version 1
            {"heddleMatchers":1,"matcher":[]}                           | 1:21: unknown field "matcher"; known here: heddleMatchers, matchers
            {"heddleMatchers":1}                                        | 1:20: the field "matchers" is missing
            {"heddleMatchers":1,"matchers":[{}]}                        | 1:34: the field "name" is missing
            {"heddleMatchers":1,"matchers":[{"head":"x"}]}              | 1:34: the first field of a matcher must be "name"
            {"heddleMatchers":1,"matchers":[{"name":""}]}               | 1:41: a matcher needs a name
            {"heddleMatchers":1,"matchers":[{"name":"a"}]}              | 1:44: the matcher 'a' has no head
            {"heddleMatchers":1,"matchers":[~{"name":"a","head":"("}]}  | 2:20: not a pattern in the syntax of RE2, at '('
            {"heddleMatchers":1,"matchers":[{"name":"a","head":["b",7]}]} | 1:57: a string is expected here
            {"heddleMatchers":1,"matchers":[{"name":"a","gap":21}]}     | 1:51: a number from 0 to 20 is expected
            {"heddleMatchers":1,"matchers":[{"name":"a","mostLines":0}]} | 1:57: a number from 1 to 200 is expected
            {"heddleMatchers":1,"matchers":[{"name":"a","severity":"bad"}]} | 1:56: one of these is expected here: error, warning
            {"heddleMatchers":1,"matchers":[{"name":"a","needs":""}]}   | 1:53: a word of 1 to 100 characters
            {"heddleMatchers":1,"matchers":[{"name":"a","regexp":"b"}]} | 1:45: unknown field "regexp"; known here: name, needs, head
            {"heddleMatchers":1,"matchers":[]} x                        | 1:36:
            """)
    void whatIsWrongIsToldWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> read(json.replace("''", "").replace('~', '\n').getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MatcherFormatException.class)
                .hasMessageStartingWith("m.json:" + message);
    }

    @Test
    void filesAndMatchersHaveLimits() {
        byte[] large = new byte[MatcherFile.MOST_BYTES + 1];
        Arrays.fill(large, (byte) ' ');
        assertThatThrownBy(() -> read(large)).hasMessage("m.json:1:1: a file of matchers has at most 1048576 bytes");
        String one = "{\"name\":\"a\",\"head\":\"b\"}";
        String many = "{\"heddleMatchers\":1,\"matchers\":[" + (one + ",").repeat(100) + one + "]}";
        assertThatThrownBy(() -> read(many.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("a file has at most 100 matchers");
        String patterns =
                "{\"heddleMatchers\":1,\"matchers\":[{\"name\":\"a\",\"head\":[" + "\"b\",".repeat(32) + "\"b\"]}]}";
        assertThatThrownBy(() -> read(patterns.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("more than 32 of one kind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-field.json", "eslint.json", "smallest.json", "unicode.json"})
    void everyTruncationIsAnErrorWithAPlace(String name) throws IOException {
        byte[] whole = new String(kept(name), StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
        assertThat(read(whole)).isNotEmpty();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOf(MatcherFormatException.class)
                    .hasMessageMatching("(?s)m\\.json:\\d+:\\d+: .+");
        }
    }

    @Test
    void damagedFilesAreReadOrRefusedAndWhatIsReadDoesNoHarm() throws IOException {
        String line = "ab".repeat(1000) + "\n";
        int read = 0;
        for (int seed = 0; seed < FLIPS; seed++) {
            Random random = new Random(seed);
            byte[] json = kept(KEPT.get(random.nextInt(KEPT.size())));
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                int at = random.nextInt(json.length);
                json[at] = (byte)
                        (random.nextBoolean()
                                ? json[at] ^ (1 << random.nextInt(8))
                                : "{}[]()*+?\\\"^$|:,09".charAt(random.nextInt(18)));
            }
            try {
                List<DiagnosticMatcher> matchers = read(json);
                read++;
                if (seed % 20 == 0) {
                    found(matchers, line + "goal failed at a.p:3: x\n  3:7  error  y\n" + line);
                }
            } catch (MatcherFormatException e) {
                assertThat(e.place()).as("seed %d", seed).matches("m\\.json:\\d+:\\d+");
            }
        }
        assertThat(read).as("some of them are still matchers").isPositive();
    }
}
