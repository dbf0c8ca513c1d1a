package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a log in the Rich Text Format. */
class RtfLogTest {

    /** All that the sink needs: nothing that links, embeds, runs or asks for anything. */
    private static final List<String> WORDS = List.of(
            "ansi",
            "ansicpg",
            "b",
            "blue",
            "cb",
            "cf",
            "chcbpat",
            "chshdng",
            "colortbl",
            "deff",
            "f",
            "fmodern",
            "fonttbl",
            "fprq",
            "fs",
            "green",
            "i",
            "margb",
            "margl",
            "margr",
            "margt",
            "paperh",
            "paperw",
            "par",
            "pard",
            "plain",
            "red",
            "rtf",
            "strike",
            "tab",
            "u",
            "uc",
            "ul");

    static List<Recording> recordings() throws IOException {
        return Recordings.all();
    }

    private static byte[] rtf(Recording recording, GroupingStrategy strategy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(strategy, Sinks.rtf(out));
        }
        return out.toByteArray();
    }

    private static List<String> text(Recording recording, GroupingStrategy strategy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(strategy, Sinks.text(out, TextRenderer.Form.of(false).with(ControlPolicy.SAFE)));
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    // A document understands links, and shows in another way what is no sequence or hides text.
    private static List<String> alike(List<String> lines) {
        return lines.stream()
                .map(line ->
                        line.replace("\\x1b", "\u241b").replaceAll("\u241b\\]8;;[^\u241b]*\u241b\\\\|\u241b\\[8m", ""))
                .toList();
    }

    private static String said(String text) throws IOException {
        Recording recording =
                new Recording("said").start(0, 1, "job").say(1, 1, text).end(2, 1, 0);
        return new String(rtf(recording, GroupingStrategy.line()), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void itIsTheTextOfTheTextLog(Recording recording) throws IOException {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            List<String> text = text(recording, strategy);
            if (text.stream().anyMatch(line -> line.length() >= 64 * 1024)) {
                // Cut into pieces, as another test shows.
                continue;
            }
            RtfReader read = RtfReader.read(rtf(recording, strategy));
            assertThat(alike(read.paragraphs))
                    .as(recording.name + ", " + strategy.name())
                    .isEqualTo(alike(text));
        }
    }

    @Test
    void noOutputBecomesPartOfTheFormat() throws IOException {
        for (int seed = 0; seed < 150; seed++) {
            for (GroupingStrategy strategy : GroupingStrategy.all()) {
                Recording recording = ForgingTest.recording(seed);
                RtfReader read = RtfReader.read(rtf(recording, strategy));
                assertThat(WORDS).containsAll(read.words);
                assertThat(read.paragraphs.stream().filter(line -> line.matches("── (engine|job3:).*")))
                        .containsExactlyInAnyOrder(
                                "── engine says 0", "── engine says 1", "── engine says 2", "── job3: exit code 7 ──");
            }
        }
    }

    @Test
    void signsOfTheFormatAndCharactersBeyondAsciiAreEscaped() throws IOException {
        String rtf = said("{\\object \\field} \t\u00e4 \u6f22 \ud83d\ude00\n");
        assertThat(rtf).contains("\\{\\\\object \\\\field\\} \\tab \\u228? \\u28450? \\u-10179?\\u-8704?");
        assertThat(RtfReader.read(rtf.getBytes(StandardCharsets.US_ASCII)).paragraphs)
                .contains("{\\object \\field} \t\u00e4 \u6f22 \ud83d\ude00");
    }

    @Test
    void coloursAndAttributesAreThoseOfTheJob() throws IOException {
        assertThat(said("\u001b[1;31mred\u001b[0m \u001b[3;4;9;38;5;196;48;2;0;0;255mx\u001b[0m y\u001b[7mz\n"))
                .contains("{\\b\\cf2 red}{ }{\\i\\ul\\strike\\cf197\\chshdng0\\chcbpat22\\cb22 x}{ y}")
                .contains("{\\cf16\\chshdng0\\chcbpat1\\cb1 z}");
    }

    @Test
    void textThatIsWhiteIsReadOnWhitePaper() throws IOException {
        assertThat(said("\u001b[97mwhite\u001b[40m on black\n"))
                .contains("{\\cf245 white}", "{\\cf16\\chshdng0\\chcbpat1");
        assertThat(said("\u001b[38;2;255;255;230mcream\n")).contains("{\\cf245 cream}");
    }

    @Test
    void lineOfAnotherSourceClosesAnUnfinishedOneWithAMark() throws IOException {
        Recording recording = new Recording("cut").start(0, 1, "a").start(0, 2, "b");
        recording
                .say(1, 1, "half")
                .say(3_000_000, 2, "whole\n")
                .say(3_100_000, 1, " and rest\n")
                .end(4_000_000, 1, 3);
        List<String> lines = RtfReader.read(rtf(recording.end(4_000_000, 2, 0), GroupingStrategy.line())).paragraphs;
        assertThat(lines).contains("half…", "whole", "… and rest", "── job1: exit code 3 ──");
    }

    @Test
    void lineWithoutEndIsWrittenInPieces() throws IOException {
        Recording recording = new Recording("long").start(0, 1, "a");
        for (int i = 0; i < 20; i++) {
            recording.say(i, 1, Channel.STDOUT, "0123456789".repeat(1000).getBytes(StandardCharsets.UTF_8));
        }
        List<String> lines = RtfReader.read(rtf(recording.end(9, 1, 0), GroupingStrategy.raw())).paragraphs;
        assertThat(lines).allMatch(line -> line.length() < 80_000);
        assertThat(String.join("", lines.subList(1, lines.size())).replaceAll("[^0-9]", ""))
                .isEqualTo("0123456789".repeat(20_000));
    }
}
