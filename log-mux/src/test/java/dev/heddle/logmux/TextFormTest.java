package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How recordings look as text. */
class TextFormTest {

    private static List<String> lines(Recording recording, GroupingStrategy strategy, TextRenderer.Form form)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(strategy, Sinks.text(out, form));
        }
        return TextChecks.decode(out.toByteArray()).lines().collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> lines(Recording recording, GroupingStrategy strategy) throws IOException {
        return lines(recording, strategy, TextRenderer.Form.of(false));
    }

    @Test
    void noLineWrittenInTwoHalvesIsBroken() throws IOException {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            List<String> lines = lines(Recordings.halfLines(), strategy);
            lines.removeIf(line -> line.startsWith("──"));
            assertThat(lines).as(strategy.name()).hasSize(800).allMatch(line -> line.matches("<task \\d line \\d+>"));
        }
    }

    @Test
    void everyLastLineWithoutNewlineIsThereAndGluedToNothing() throws IOException {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            List<String> lines = lines(Recordings.noNewline(), strategy);
            assertThat(lines.stream().filter(line -> line.matches("last words of \\d+")))
                    .as(strategy.name())
                    .hasSize(20);
        }
    }

    @Test
    void charactersThatComeByteByByteStayWhole() throws IOException {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            List<String> lines = lines(Recordings.utf8Bytes(), strategy, TextRenderer.Form.of(false));
            assertThat(String.join("", lines))
                    .as(strategy.name())
                    .doesNotContain("\uFFFD")
                    .doesNotContain("\\x");
        }
    }

    @Test
    void noLineOfAJobCanPassForTheEngines() throws IOException {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            List<String> lines = lines(Recordings.forged(), strategy);
            assertThat(lines.stream().filter(line -> line.startsWith("──")))
                    .as(strategy.name())
                    .allMatch(line -> line.matches("── job[12]( \\(goes on\\))? ──"));
            assertThat(lines).contains("\\── victim ──", "@\\ build-succeeded /gnu/store/x - ");
        }
    }

    @Test
    void aProgressBarFoldsToItsLastState() throws IOException {
        List<String> lines = lines(Recordings.progress(), GroupingStrategy.task());
        assertThat(lines).contains("done", "line 7").noneMatch(line -> line.contains("99%"));
    }

    @Test
    void aHalfLineIsClosedAndContinuedWithAMark() throws IOException {
        Recording recording = new Recording("half");
        recording
                .start(0, 1, "a")
                .say(1000, 1, "checking ...")
                .say(3_500_000, 1, " yes\n")
                .end(3_600_000, 1, 0);
        assertThat(lines(recording, GroupingStrategy.line())).containsExactly("── job1 ──", "checking ...…", "… yes");
    }

    @Test
    void coloursAreResetAtASwitchAndOpenedAgain() throws IOException {
        Recording recording = new Recording("colours");
        recording.start(0, 1, "a").start(0, 2, "b");
        recording.say(1000, 1, "\u001b[31mred\n").say(900_000, 2, "plain\n").say(1_800_000, 1, "still red\u001b[0m\n");
        recording.end(2_000_000, 1, 0).end(2_000_000, 2, 0);
        List<String> lines = lines(recording, GroupingStrategy.line(), TextRenderer.Form.of(true));
        assertThat(lines)
                .containsSubsequence("\u001b[31mred", "plain", "\u001b[0;31mstill red\u001b[0m")
                .anyMatch(line -> line.startsWith("\u001b[0m") && line.contains("job2"));
    }

    @Test
    void prefixesStandBeforeEveryLine() throws IOException {
        TextRenderer.Form form = TextRenderer.Form.of(false).with(TextRenderer.Layout.PREFIXES);
        assertThat(lines(Recordings.noNewline(), GroupingStrategy.task(), form))
                .allMatch(line -> line.startsWith("[job") || line.startsWith("── job"));
    }

    @Test
    void aLineOfAMegabyteIsShownWhole() throws IOException {
        Recording recording = new Recording("long").start(0, 1, "a");
        recording.say(1, 1, "é".repeat(500_000) + "\n").end(2, 1, 0);
        assertThat(lines(recording, GroupingStrategy.line())).contains("é".repeat(500_000));
    }
}
