package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CellTextTest {

    @Test
    void wideCharactersTakeTwoCellsAndMarksNone() {
        assertThat(CellText.width("abc")).isEqualTo(3);
        assertThat(CellText.width("\u6f22\u5b57")).isEqualTo(4);
        assertThat(CellText.width("\uac00")).isEqualTo(2);
        assertThat(CellText.width("\ud83d\ude00")).isEqualTo(2);
        assertThat(CellText.width("e\u0301")).isEqualTo(1);
        assertThat(CellText.width("\uff21")).isEqualTo(2);
        assertThat(CellText.width("\u2500\u2501\u2026")).isEqualTo(3);
    }

    @Test
    void controlCharactersAndInvisibleOnesDoNotReachTheLine() {
        assertThat(CellText.visible("a\tb\u001b[31mc\u0007")).isEqualTo("a b\ufffd[31mc\ufffd");
        assertThat(CellText.visible("x\u202ey\u200dz\ufe0f")).isEqualTo("xyz");
        assertThat(CellText.visible("\ud800")).isEqualTo("\ufffd");
        assertThat(CellText.visible("\u0085\u2028")).isEqualTo("\ufffd\ufffd");
    }

    @Test
    void aCutTextFitsAndSaysThatItIsCut() {
        assertThat(CellText.start("abcdef", 6)).isEqualTo("abcdef");
        assertThat(CellText.start("abcdef", 4)).isEqualTo("abc\u2026");
        assertThat(CellText.start("\u6f22\u5b57\u6f22", 4)).isEqualTo("\u6f22\u2026");
        assertThat(CellText.end("src/main/File.java", 10)).isEqualTo("\u2026File.java");
        assertThat(CellText.end("abce\u0301", 2)).isEqualTo("\u2026e\u0301");
        assertThat(CellText.start("abc", 0)).isEmpty();
        assertThat(CellText.end("abc", -1)).isEmpty();
    }

    @Test
    void anyCutFitsWhateverTheText() {
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(20); j > 0; j--) {
                text.appendCodePoint(random.nextInt(0x30000));
            }
            String shown = CellText.visible(text.toString());
            int cells = random.nextInt(25);
            assertThat(CellText.width(CellText.start(shown, cells))).isLessThanOrEqualTo(cells);
            assertThat(CellText.width(CellText.end(shown, cells))).isLessThanOrEqualTo(cells);
            assertThat(shown.chars().noneMatch(c -> Character.isISOControl(c))).isTrue();
        }
    }

    @Test
    void columnsAreFilledByCells() {
        assertThat(CellText.padded("\u6f22", 4)).isEqualTo("\u6f22  ");
        assertThat(CellText.right("\u6f22", 4)).isEqualTo("  \u6f22");
        assertThat(CellText.padded("abcdef", 4)).isEqualTo("abcdef");
    }
}
