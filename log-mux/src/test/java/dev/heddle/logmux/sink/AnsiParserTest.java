package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours and links become styles, everything else becomes visible, and it does not matter how the bytes were cut. */
class AnsiParserTest {

    private static final int ROUNDS = 3000;
    private static final List<String> PIECES = List.of(
            "a",
            "plain words",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "é",
            "漢字",
            "😀",
            "\u202e",
            "\u009b",
            "\u0007",
            "\u0000",
            "\u007f",
            "\b",
            "\u001b[31m",
            "\u001b[0m",
            "\u001b[m",
            "\u001b[K",
            "\u001b[2J",
            "\u001b[38;5;208m",
            "\u001b[48;2;1;2;3m",
            "\u001b[38:2::9:8:7m",
            "\u001b]0;t\u0007",
            "\u001b]8;;https://x.org/a?b=c&d\u001b\\",
            "\u001b]8;;\u001b\\",
            "\u001b]8;;javascript:alert(1)\u0007",
            "\u001b",
            "\u001b[",
            "\u001bP",
            "\u001b]8;;");

    /** The lines with their styles, as {@code {style}text}. */
    private static final class Collected implements AnsiParser.Target {
        final StringBuilder all = new StringBuilder();
        private final StringBuilder line = new StringBuilder();
        private TextStyle last = TextStyle.PLAIN;

        @Override
        public void text(String text, TextStyle style) {
            assertThat(text).isNotEmpty();
            text.codePoints()
                    .forEach(c -> assertThat(isShown(c)).as("U+%04X", c).isTrue());
            if (!style.equals(last)) {
                line.append('{').append(spell(style)).append('}');
                last = style;
            }
            line.append(text);
        }

        private static boolean isShown(int c) {
            return c == '\t'
                    || (c >= ' '
                            && c != 0x7F
                            && !Characters.isEightBitControl(c)
                            && !Characters.turnsDirection(c)
                            && (c < 0xD800 || c > 0xDFFF));
        }

        @Override
        public void endLine() {
            all.append(line).append('\n');
            line.setLength(0);
        }

        @Override
        public void fold() {
            line.setLength(0);
            last = TextStyle.PLAIN;
        }

        String finish() {
            return all.append(line).toString();
        }
    }

    private static String spell(TextStyle style) {
        StringBuilder text = new StringBuilder();
        String letters = "bdiurs";
        for (int i = 0; i < letters.length(); i++) {
            text.append(style.has(1 << i) ? letters.substring(i, i + 1) : "");
        }
        text.append(style.foreground() == TextStyle.NONE ? "" : " f" + color(style.foreground()));
        text.append(style.background() == TextStyle.NONE ? "" : " g" + color(style.background()));
        text.append(style.link() == null ? "" : " " + style.link());
        return text.toString().strip();
    }

    private static String color(int color) {
        return color < TextStyle.RGB ? String.valueOf(color) : String.format("#%06x", color & 0xFFFFFF);
    }

    private static String parsed(byte[] bytes) {
        Collected collected = new Collected();
        AnsiParser parser = new AnsiParser(collected);
        parser.accept(bytes, 0, bytes.length);
        parser.end();
        return collected.finish();
    }

    private static String parsed(String text) {
        return parsed(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | b",
                "2 | d",
                "3 | i",
                "4 | u",
                "21 | u",
                "7 | r",
                "9 | s",
                "1;2;3;4;7;9 | bdiurs",
                "31 | f1",
                "42 | g2",
                "97 | f15",
                "100 | g8",
                "38;5;208 | f208",
                "48;5;17 | g17",
                "38;2;1;2;255 | f#0102ff",
                "48;2;0;0;0 | g#000000",
                "38:5:9 | f9",
                "38:2:1:2:3 | f#010203",
                "38:2::1:2:3 | f#010203",
                "4:3 | u",
                "1;38;5;9;4 | bu f9",
                "58;5;9;1 | b",
                "58;2;1;2;3;1 | b",
                "38;5;256 | ''",
                "38;2;1;2;300 | ''",
                "38;5 | ''",
                "38 | ''",
                "38;7;1 | br",
                "99999999 | ''",
                "31;;1 | b"
            })
    void sequenceOfParametersGivesAStyle(String parameters, String style) {
        assertThat(spell(TextStyle.PLAIN.after(parameters))).isEqualTo(style);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "", "22;23;24;27;29;39;49", "31;0", "4:0;22;23;27;29;39;49"})
    void whatWasSwitchedOnIsSwitchedOff(String parameters) {
        assertThat(TextStyle.PLAIN.after("1;2;3;4;7;9;31;42").after(parameters)).isEqualTo(TextStyle.PLAIN);
    }

    @Test
    void stylesHoldOverLinesUntilTheyAreReset() {
        assertThat(parsed("a\u001b[1;31mred\nstill\u001b[0mplain")).isEqualTo("a{b f1}red\nstill{}plain");
    }

    @Test
    void onlyAddressesOfTheWebBecomeLinks() {
        assertThat(parsed("\u001b]8;id=1;https://x.org/a\u001b\\go\u001b]8;;\u0007on"))
                .isEqualTo("{https://x.org/a}go{}on");
        assertThat(parsed("\u001b]8;;javascript:alert(1)\u0007x")).isEqualTo("␛]8;;javascript:alert(1)␇x");
        assertThat(parsed("\u001b]8;;file:///etc/passwd\u0007x")).isEqualTo("␛]8;;file:///etc/passwd␇x");
        assertThat(parsed("\u001b]8;;https://x/\"onclick=\u0007x")).isEqualTo("␛]8;;https://x/\"onclick=␇x");
    }

    @Test
    void everyOtherSequenceIsShownAndDoesNothing() {
        assertThat(parsed("\u001b[2J\u001b[H\u001b]0;title\u0007\u001b]52;c;aGk=\u0007\u0005\u007f"))
                .isEqualTo("␛[2J␛[H␛]0;title␇␛]52;c;aGk=␇␅␡");
        assertThat(parsed("\u202eabc\u009b31m")).isEqualTo("\\u202eabc\\u009b31m");
        assertThat(parsed("\u001b[8mhidden")).isEqualTo("␛[8mhidden");
        assertThat(parsed("gcc\u001b[K puts")).isEqualTo("gcc puts");
    }

    @Test
    void bytesThatAreNotUtf8AreShownInHexadecimal() {
        assertThat(parsed(new byte[] {'a', (byte) 0xFF, 'b', (byte) 0xC3, '\n', (byte) 0xE2, (byte) 0x82}))
                .isEqualTo("a\\xffb\\xc3\n\\xe2\\x82");
    }

    @Test
    void aCarriageReturnFoldsTheLineToItsLastState() {
        assertThat(parsed("10%\r20%\r\nnext\r\n\rlast")).isEqualTo("20%\nnext\nlast");
    }

    @Test
    void itDoesNotMatterHowTheBytesAreCut() {
        Random random = new Random(20);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(3); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Collected collected = new Collected();
            AnsiParser parser = new AnsiParser(collected);
            int at = 0;
            while (at < bytes.length) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(7));
                parser.accept(bytes, at, count);
                at += count;
            }
            parser.end();
            assertThat(collected.finish()).as("round " + round).isEqualTo(parsed(bytes));
        }
    }

    @Test
    void aSequenceWithoutEndIsNotHeldForLong() {
        Collected collected = new Collected();
        AnsiParser parser = new AnsiParser(collected);
        byte[] endless = ("\u001b]8;;https://" + "x".repeat(SequenceParser.LONGEST)).getBytes(StandardCharsets.UTF_8);
        parser.accept(endless, 0, endless.length);
        assertThat(collected.finish()).startsWith("\\x1b]8;;https://xxx").endsWith("x");
    }
}
