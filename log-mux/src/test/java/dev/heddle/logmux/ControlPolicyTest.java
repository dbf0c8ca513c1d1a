package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.ControlCategory;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which category of control sequences passes under which policy, and what the others become. */
class ControlPolicyTest {

    /** Something that a terminal obeys, what kind it is, and how it looks where it does not pass. */
    enum Sample {
        COLOUR(ControlCategory.COLOR, "\u001b[1;31mred\u001b[0m", "red"),
        CARRIAGE_RETURN(ControlCategory.CURSOR_IN_LINE, "old\rnew", "new"),
        BACKSPACE(ControlCategory.CURSOR_IN_LINE, "a\bb", "a␈b"),
        CURSOR_RIGHT(ControlCategory.CURSOR_IN_LINE, "a\u001b[3Cb", "a␛[3Cb"),
        ERASE_LINE(ControlCategory.ERASE_IN_LINE, "a\u001b[2Kb", "a␛[2Kb"),
        ERASE_TO_END(ControlCategory.ERASE_IN_LINE, "a\u001b[Kb", "ab"),
        CURSOR_UP(ControlCategory.CURSOR, "\u001b[1A", "␛[1A"),
        CURSOR_ABSOLUTE(ControlCategory.CURSOR, "\u001b[2;3H", "␛[2;3H"),
        SAVED_CURSOR(ControlCategory.CURSOR, "\u001b7", "␛7"),
        ERASE_SCREEN(ControlCategory.ERASE_SCREEN, "\u001b[2J", "␛[2J"),
        FILL(ControlCategory.ERASE_SCREEN, "\u001b#8", "␛#8"),
        TITLE(ControlCategory.TITLE, "\u001b]0;x\u0007", "␛]0;x␇"),
        HYPERLINK(
                ControlCategory.HYPERLINK,
                "\u001b]8;;http://x\u001b\\y\u001b]8;;\u001b\\",
                "␛]8;;http://x␛\\y␛]8;;␛\\"),
        CLIPBOARD(ControlCategory.CLIPBOARD, "\u001b]52;c;eA==\u0007", "␛]52;c;eA==␇"),
        CLIPBOARD_QUESTION(ControlCategory.CLIPBOARD, "\u001b]52;c;?\u0007", "␛]52;c;?␇"),
        NOTIFICATION(ControlCategory.NOTIFICATION, "\u001b]9;x\u0007", "␛]9;x␇"),
        DEVICE_CONTROL(ControlCategory.DEVICE_STRING, "\u001bPx\u001b\\", "␛Px␛\\"),
        PROGRAM_COMMAND(ControlCategory.DEVICE_STRING, "\u001b_Gx\u001b\\", "␛_Gx␛\\"),
        POSITION_QUESTION(ControlCategory.DEVICE_QUERY, "\u001b[6n", "␛[6n"),
        ATTRIBUTES_QUESTION(ControlCategory.DEVICE_QUERY, "\u001b[>c", "␛[>c"),
        TITLE_QUESTION(ControlCategory.DEVICE_QUERY, "\u001b[21t", "␛[21t"),
        MODE_QUESTION(ControlCategory.DEVICE_QUERY, "\u001b[?2026$p", "␛[?2026$p"),
        COLOUR_QUESTION(ControlCategory.DEVICE_QUERY, "\u001b]10;?\u0007", "␛]10;?␇"),
        ENQUIRY(ControlCategory.DEVICE_QUERY, "\u0005", "␅"),
        OTHER_SCREEN(ControlCategory.MODE, "\u001b[?1049h", "␛[?1049h"),
        KEYS(ControlCategory.MODE, "\u001b[>4;2m", "␛[>4;2m"),
        RESET(ControlCategory.MODE, "\u001bc", "␛c"),
        CHARACTER_SET(ControlCategory.MODE, "\u001b(0", "␛(0"),
        SHIFT_OUT(ControlCategory.MODE, "\u000e", "␎"),
        EIGHT_BIT_CONTROL(ControlCategory.EIGHT_BIT, "\u009b2J", "\\u009b2J"),
        DIRECTION(ControlCategory.DIRECTION, "\u202egnp", "\\u202egnp"),
        SEPARATOR(ControlCategory.DIRECTION, "a\u2028b", "a\\u2028b"),
        BELL(ControlCategory.OTHER, "\u0007", "␇"),
        NULL(ControlCategory.OTHER, "\u0000", "␀"),
        DELETE(ControlCategory.OTHER, "\u007f", "␡"),
        REPETITION(ControlCategory.OTHER, "a\u001b[99999b", "a␛[99999b"),
        PALETTE(ControlCategory.OTHER, "\u001b]4;1;red\u0007", "␛]4;1;red␇"),
        CONTROL_INSIDE(ControlCategory.MALFORMED, "\u001b[3\u00011m", "␛[3␁1m"),
        CONTROL_IN_STRING(ControlCategory.MALFORMED, "\u001b]0;x\ty\u0007", "␛]0;x\ty␇"),
        TOO_LONG(ControlCategory.MALFORMED, "\u001b[" + "0".repeat(300) + "m", "␛[" + "0".repeat(300) + "m");

        final ControlCategory category;
        final String sequence;
        final String shown;

        Sample(ControlCategory category, String sequence, String shown) {
            this.category = category;
            this.sequence = sequence;
            this.shown = shown;
        }
    }

    private static String shown(byte[] said, ControlPolicy policy, boolean colors) throws IOException {
        Recording recording = new Recording("policy").start(0, 1, "a").say(1, 1, Channel.STDOUT, said);
        recording.end(2, 1, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextRenderer.Form form = TextRenderer.Form.of(colors).with(policy).with(TextRenderer.Layout.PREFIXES);
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.line(), Sinks.text(out, form));
        }
        String text = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("[job1] ").endsWith("\n");
        byte[] line = text.substring("[job1] ".length(), text.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
        return new String(line, StandardCharsets.UTF_8);
    }

    private static String shown(String said, ControlPolicy policy, boolean colors) throws IOException {
        return shown(("<" + said + ">\n").getBytes(StandardCharsets.UTF_8), policy, colors);
    }

    private static String expected(Sample sample, ControlPolicy policy) {
        if (sample.category == ControlCategory.MALFORMED) {
            // Its escape character is malformed; what follows is text and controls like any other.
            boolean escape = policy.passing().contains(ControlCategory.MALFORMED);
            boolean others = policy.passing().contains(ControlCategory.OTHER);
            String opened = escape ? sample.shown.replace('␛', '\u001b') : sample.shown;
            return "<" + (others ? opened.replace('␁', '\u0001').replace('␇', '\u0007') : opened) + ">";
        }
        if (policy.passing().contains(sample.category)) {
            return "<" + sample.sequence + ">";
        }
        return sample == Sample.CARRIAGE_RETURN ? "new>" : "<" + sample.shown + ">";
    }

    @ParameterizedTest
    @EnumSource
    void safeLetsColoursPassAndMakesTheRestVisible(Sample sample) throws IOException {
        assertThat(ControlPolicy.SAFE.passing()).containsExactly(ControlCategory.COLOR);
        assertThat(shown(sample.sequence, ControlPolicy.SAFE, true)).isEqualTo(expected(sample, ControlPolicy.SAFE));
    }

    @ParameterizedTest
    @EnumSource
    void plainLetsNoColoursPassEither(Sample sample) throws IOException {
        String expected = expected(sample, ControlPolicy.PLAIN);
        assertThat(shown(sample.sequence, ControlPolicy.PLAIN, true)).isEqualTo(expected);
        assertThat(shown(sample.sequence, ControlPolicy.SAFE, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void liveLetsPassWhatWorksInsideALine(Sample sample) throws IOException {
        assertThat(ControlPolicy.LIVE.passing())
                .containsExactlyInAnyOrder(
                        ControlCategory.COLOR, ControlCategory.ERASE_IN_LINE, ControlCategory.CURSOR_IN_LINE);
        assertThat(shown(sample.sequence, ControlPolicy.LIVE, true)).isEqualTo(expected(sample, ControlPolicy.LIVE));
    }

    @ParameterizedTest
    @EnumSource
    void trustLetsEverythingPass(Sample sample) throws IOException {
        assertThat(shown(sample.sequence, ControlPolicy.TRUST, true)).isEqualTo("<" + sample.sequence + ">");
    }

    @ParameterizedTest
    @EnumSource
    void anEmbeddersOwnSetLetsPassWhatIsInItAndNothingElse(ControlCategory category) throws IOException {
        ControlPolicy own = new ControlPolicy(EnumSet.of(category));
        ControlPolicy others = new ControlPolicy(EnumSet.complementOf(EnumSet.of(category)));
        boolean sampled = false;
        for (Sample sample : Sample.values()) {
            assertThat(shown(sample.sequence, own, true)).isEqualTo(expected(sample, own));
            assertThat(shown(sample.sequence, others, true)).isEqualTo(expected(sample, others));
            sampled |= sample.category == category;
        }
        assertThat(sampled).as("a sample of %s", category).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whereItIsCutDoesNotMatter(Sample sample) throws IOException {
        byte[] said = ("<" + sample.sequence + ">\n").getBytes(StandardCharsets.UTF_8);
        for (ControlPolicy policy : Set.of(ControlPolicy.SAFE, ControlPolicy.LIVE, ControlPolicy.TRUST)) {
            for (int cut = 1; cut < said.length; cut++) {
                Recording recording = new Recording("cut").start(0, 1, "a");
                recording.say(1, 1, Channel.STDOUT, Arrays.copyOfRange(said, 0, cut));
                recording.say(2, 1, Channel.STDOUT, Arrays.copyOfRange(said, cut, said.length));
                recording.end(3, 1, 0);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                TextRenderer.Form form = TextRenderer.Form.of(true).with(policy).with(TextRenderer.Layout.PREFIXES);
                try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
                    reader.replay(GroupingStrategy.raw(), Sinks.text(out, form));
                }
                assertThat(out.toString(StandardCharsets.UTF_8))
                        .as("cut at %d", cut)
                        .isEqualTo("[job1] " + expected(sample, policy) + "\n");
            }
        }
    }

    @Test
    void aSequenceThatTheEndCutsIsMadeVisible() throws IOException {
        byte[] said = "<\u001b]0;tit".getBytes(StandardCharsets.UTF_8);
        assertThat(shown(said, ControlPolicy.LIVE.passing(ControlCategory.TITLE), true))
                .isEqualTo("<␛]0;tit");
        assertThat(shown(said, ControlPolicy.TRUST, true)).isEqualTo("<\u001b]0;tit");
        byte[] half = {'<', (byte) 0xE2, (byte) 0x82};
        assertThat(shown(half, ControlPolicy.SAFE, true)).isEqualTo("<\\xe2\\x82");
    }

    @Test
    void trustChangesNoByteOfAnything() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            byte[] said = new byte[random.nextInt(200) + 1];
            random.nextBytes(said);
            for (int i = 0; i < said.length; i++) {
                if (said[i] == '\n') {
                    said[i] = 0x1B;
                }
            }
            Recording recording = new Recording("trust").start(0, 1, "a").say(1, 1, Channel.STDOUT, said);
            recording.end(2, 1, 0);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TextRenderer.Form form = TextRenderer.Form.of(true).with(ControlPolicy.TRUST);
            try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
                reader.replay(GroupingStrategy.line(), Sinks.text(out, form));
            }
            assertThat(out.toString(StandardCharsets.ISO_8859_1))
                    .contains(new String(said, StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::error file=a::no",
                "  ::endgroup::",
                "\u00a0::add-mask::x",
                "##[error]no",
                "so ##vso[task.complete]",
                "##teamcity[message]",
                "@ build-succeeded /gnu/store/x - ",
                "[[ATTACHMENT|/etc/passwd]]",
                "── job ──",
                "\u200b── job ──",
                "\u001b[1m::error::no"
            })
    void commandsAndEngineLinesOfAJobAreBroken(String line) throws IOException {
        Recording recording = new Recording("commands").start(0, 1, "a").say(1, 1, line + "\n");
        recording.end(2, 1, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.line(), Sinks.text(out, TextRenderer.Form.of(true)));
        }
        String shown =
                TextChecks.decode(out.toByteArray()).lines().skip(1).findFirst().orElseThrow();
        assertThat(shown).contains("\\");
        assertThat(shown.replace("\u001b[0m", "").replace("\\", "")).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc\u001b[G── heddle: x",
                "abc\u001b[3D── heddle: x",
                "abc\u001b[99D\u001b[K── heddle: x",
                "abc\u001b[1`── heddle: x",
                "abc\b\b\b── heddle: x",
                "abc\r── heddle: x",
                "abc── heddle: x\u001b[G\u001b[3P",
                "abc── heddle: x\u001b[G\u001b[4P",
                "── heddle: x\u001b[G\u001b[P",
                "a─b─ heddle: x\u001b[G\u001b[P\u001b[C\u001b[P",
                "\u001b[999Ca── heddle: x"
            })
    void whereTextMovesNothingThatAnEngineLineBeginsWithIsShown(String line) throws IOException {
        for (TextRenderer.Layout layout : TextRenderer.Layout.values()) {
            List<String> shown = linesOfAJob(line, ControlPolicy.LIVE, layout);
            assertThat(shown).anyMatch(text -> text.contains("-- heddle: x") || text.contains("a-b- heddle: x"));
            assertThat(shown).noneMatch(text -> text.contains("─"));
        }
        assertThat(linesOfAJob(line, ControlPolicy.TRUST, TextRenderer.Layout.HEADS))
                .contains(line);
    }

    @Test
    void whereTextMovesDrawingsAreAsWideInAscii() throws IOException {
        assertThat(linesOfAJob("┌─┬─┐ │ ━━╸ … － エラー", ControlPolicy.LIVE, TextRenderer.Layout.HEADS))
                .containsExactly("+-+-+ | --- . -- エラー");
        assertThat(linesOfAJob("a━━\u001b[G::error::x", ControlPolicy.LIVE, TextRenderer.Layout.HEADS))
                .containsExactly("a--\u001b[G:\\:error::x");
    }

    private static List<String> linesOfAJob(String line, ControlPolicy policy, TextRenderer.Layout layout)
            throws IOException {
        Recording recording = new Recording("moving").start(0, 1, "a").say(1, 1, line + "\n");
        recording.end(2, 1, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextRenderer.Form form = TextRenderer.Form.of(true).with(policy).with(layout);
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.line(), Sinks.text(out, form));
        }
        return List.of(out.toString(StandardCharsets.UTF_8).split("\n")).stream()
                .filter(text -> !text.contains("── job1 ──"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a::b", "##  Title", "# 1", "x = a[1]", "[INFO] x", "user@host", "@param x", "/* ## */", "-- ok"
            })
    void ordinaryLinesGetNoBackslash(String line) throws IOException {
        Recording recording = new Recording("ordinary").start(0, 1, "a").say(1, 1, line + "\n");
        recording.end(2, 1, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.line(), Sinks.text(out));
        }
        assertThat(TextChecks.decode(out.toByteArray())).isEqualTo("── job1 ──\n" + line + "\n");
    }

    @Test
    void everyNameHasItsPolicyAndNoOtherNameHasOne() {
        assertThat(ControlPolicy.NAMES)
                .extracting(ControlPolicy::byName)
                .containsExactly(ControlPolicy.SAFE, ControlPolicy.PLAIN, ControlPolicy.LIVE, ControlPolicy.TRUST);
        assertThatThrownBy(() -> ControlPolicy.byName("Safe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Safe'")
                .hasMessageContaining("safe, plain, live, trust");
    }

    @Test
    void thePageTellsWhatPassesUnderEachName() throws IOException {
        List<String> page = Files.readAllLines(Path.of("docs", "controls.md"));
        for (ControlCategory category : ControlCategory.values()) {
            String[] row = page.stream()
                    .filter(line -> line.startsWith("| `" + category + "` |"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row of " + category))
                    .split("\\|");
            for (int i = 0; i < ControlPolicy.NAMES.size(); i++) {
                String name = ControlPolicy.NAMES.get(i);
                assertThat(row[3 + i].strip().equals("passes"))
                        .as("%s under %s", category, name)
                        .isEqualTo(ControlPolicy.byName(name).passing().contains(category));
            }
        }
    }
}
