package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which category of control sequences passes under which policy, and what the others become. */
class ControlPolicyTest {

    /** A category: something that belongs to it, and how it looks where it does not pass under {@code SAFE}. */
    enum Category {
        COLOUR("\u001b[1;31mred\u001b[0m", "\u001b[1;31mred\u001b[0m"),
        CARRIAGE_RETURN("old\rnew", "new"),
        BACKSPACE("a\bb", "a␈b"),
        ERASE_IN_LINE("a\u001b[2Kb", "a␛[2Kb"),
        ERASE_TO_END("a\u001b[Kb", "ab"),
        CURSOR_IN_LINE("a\u001b[3Cb", "a␛[3Cb"),
        CURSOR_UP("\u001b[1A", "␛[1A"),
        CURSOR_ABSOLUTE("\u001b[2;3H", "␛[2;3H"),
        ERASE_SCREEN("\u001b[2J", "␛[2J"),
        TITLE("\u001b]0;x\u0007", "␛]0;x␇"),
        HYPERLINK("\u001b]8;;http://x\u001b\\", "␛]8;;http://x␛\\"),
        CLIPBOARD("\u001b]52;c;eA==\u0007", "␛]52;c;eA==␇"),
        NOTIFICATION("\u001b]9;x\u0007", "␛]9;x␇"),
        DEVICE_CONTROL("\u001bPx\u001b\\", "␛Px␛\\"),
        DEVICE_QUERY("\u001b[6n", "␛[6n"),
        MODE("\u001b[?1049h", "␛[?1049h"),
        RESET("\u001bc", "␛c"),
        CHARACTER_SET("\u000e", "␎"),
        EIGHT_BIT_CONTROL("\u009b2J", "\\u009b2J"),
        DIRECTION("\u202egnp", "\\u202egnp"),
        NULL("\u0000", "␀");

        final String sequence;
        final String safe;

        Category(String sequence, String safe) {
            this.sequence = sequence;
            this.safe = safe;
        }
    }

    private static final Set<Category> LIVE = EnumSet.of(
            Category.COLOUR,
            Category.CARRIAGE_RETURN,
            Category.BACKSPACE,
            Category.ERASE_IN_LINE,
            Category.ERASE_TO_END,
            Category.CURSOR_IN_LINE);

    private static String shown(String said, ControlPolicy policy, boolean colors) throws IOException {
        Recording recording = new Recording("policy").start(0, 1, "a").say(1, 1, "<" + said + ">\n");
        recording.end(2, 1, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextRenderer.Form form = TextRenderer.Form.of(colors).with(policy).with(TextRenderer.Layout.PREFIXES);
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.line(), Sinks.text(out, form));
        }
        String text = TextChecks.decode(out.toByteArray());
        assertThat(text).startsWith("[job1] ").endsWith("\n");
        return text.substring("[job1] ".length(), text.length() - 1);
    }

    @ParameterizedTest
    @EnumSource
    void safeLetsColoursPassAndMakesTheRestVisible(Category category) throws IOException {
        String expected = category == Category.CARRIAGE_RETURN ? "new>" : "<" + category.safe + ">";
        assertThat(shown(category.sequence, ControlPolicy.SAFE, true)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void plainLetsNoColoursPassEither(Category category) throws IOException {
        String expected = switch (category) {
            case COLOUR -> "<red>";
            case CARRIAGE_RETURN -> "new>";
            default -> "<" + category.safe + ">";
        };
        assertThat(shown(category.sequence, ControlPolicy.PLAIN, true)).isEqualTo(expected);
        assertThat(shown(category.sequence, ControlPolicy.SAFE, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void liveLetsPassWhatWorksInsideALine(Category category) throws IOException {
        String expected = LIVE.contains(category) ? category.sequence : category.safe;
        assertThat(shown(category.sequence, ControlPolicy.LIVE, true)).isEqualTo("<" + expected + ">");
    }

    @ParameterizedTest
    @EnumSource
    void trustLetsEverythingPass(Category category) throws IOException {
        assertThat(shown(category.sequence, ControlPolicy.TRUST, true)).isEqualTo("<" + category.sequence + ">");
    }
}
