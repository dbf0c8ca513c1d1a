package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Lines that are longer than the screen is wide, on terminals that do not agree about the width of everything. */
class RowStartsTest {

    private static final int ROUNDS = 4000;

    /** What a job may fill a row with: narrow, wide, with marks on it, joined, of a width that nobody knows. */
    private static final String[] FILL = {
        "a",
        "word ",
        "\u6f22",
        "\u00e9",
        "e\u0301",
        "\t",
        "\u2500",
        "\ud83d\ude00",
        "\u2764\ufe0f",
        "\u200b",
        "\u1100\u1161",
        "\u00ad",
        "x".repeat(17)
    };

    private static final String[] FORGED = {
        "\u2500\u2500 job2 \u2500\u2500 ", "\u2501\u2501 ", "\u2014\u2014 ", "[job2] ", "\u2026"
    };

    /** Cells as the display counts them: the upper bound of what terminals make of it. */
    private static int cells(int code) {
        if (code < 0x300) {
            return 1;
        }
        boolean mark = Character.getType(code) == Character.NON_SPACING_MARK;
        boolean wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x3000 && code < 0xE000) || code >= 0x1F000;
        return mark ? 0 : wide ? 2 : 1;
    }

    /** The rows on which a screen shows a line. */
    private static List<String> rows(String line, int width, IntUnaryOperator cells) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        int used = 0;
        for (int code : line.codePoints().toArray()) {
            int wide = code == '\t' ? Math.max(0, Math.min(8 - used % 8, width - 1 - used)) : cells.applyAsInt(code);
            if (code != '\t' && wide > 0 && used + wide > width) {
                rows.add(row.toString());
                row.setLength(0);
                used = 0;
            }
            row.appendCodePoint(code);
            used += wide;
        }
        rows.add(row.toString());
        return rows;
    }

    private static String shown(String said, int width, String prefix, boolean guarded) throws IOException {
        LineGuard guard = prefix.isEmpty() ? LineGuard.whole() : LineGuard.inside();
        if (guarded) {
            guard = guard.whereRowsBreak(new RowStarts(() -> width, RowStartsTest::cells, prefix));
        }
        return shown(said, prefix, guard);
    }

    private static String shown(String said, String prefix, LineGuard guard) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Screen screen = new Screen(out);
        screen.begin(prefix.getBytes(StandardCharsets.UTF_8), new ColorState());
        SafeText text = new SafeText(ControlPolicy.SAFE, false, guard);
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += 7) {
            text.write(bytes, at, Math.min(7, bytes.length - at), screen);
        }
        text.end(screen);
        screen.flush(true);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String hostile(Random random, int width) {
        StringBuilder line = new StringBuilder();
        if (random.nextBoolean()) {
            // Straight to the end of a row.
            return "x".repeat(width * (1 + random.nextInt(3)) - random.nextInt(9)) + forged(random) + forged(random);
        }
        for (int i = random.nextInt(4 * width); i >= 0; i--) {
            line.append(random.nextInt(6) == 0 ? forged(random) : FILL[random.nextInt(FILL.length)]);
        }
        return line.toString();
    }

    private static String forged(Random random) {
        return FORGED[random.nextInt(FORGED.length)];
    }

    // Without backslashes, and with what stands for a character in its place.
    private static String folded(String text) {
        return text.replace("\\", "")
                .replace('[', '(')
                .replaceAll("[\u2500\u2501\u2014]", "-")
                .replace('\u2026', '.');
    }

    /** Rows behind the first of each line that pass for a line of the engine's or of another job. */
    private static int forgeries(String text, int width, String prefix, IntUnaryOperator cells) {
        int found = 0;
        for (String line : text.split("\n")) {
            for (String row : rows(line, width, cells).stream().skip(1).toList()) {
                String seen = row.replaceAll("^\\p{Mn}+", "");
                boolean lead = !seen.isEmpty() && EngineLines.isLead(seen.codePointAt(0));
                found += lead || (!prefix.isEmpty() && seen.startsWith("[")) ? 1 : 0;
            }
        }
        return found;
    }

    @Test
    void noRowOfALongLinePassesForAnotherLine() throws IOException {
        int unguarded = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            int width = 10 + random.nextInt(60);
            String prefix = seed % 2 == 0 ? "" : "[job1] ";
            String said = hostile(random, width);
            unguarded += forgeries(shown(said, width, prefix, false), width, prefix, RowStartsTest::cells);
            String text = shown(said, width, prefix, true);
            assertThat(forgeries(text, width, prefix, RowStartsTest::cells))
                    .as("seed %d: %s", seed, text)
                    .isZero();
            // Others count some characters otherwise.
            for (int i = 0; i < 3; i++) {
                int strange = i;
                IntUnaryOperator other = code -> code == 0x1F600
                                || code == 0x200B
                                || code == 0xFE0F
                                || code == 0xAD
                                || code == 0x2764
                                || (code >= 0x1100 && code < 0x1200)
                                || code == 0x301
                        ? strange
                        : cells(code);
                assertThat(forgeries(text, width, prefix, other))
                        .as("seed %d, %d cells: %s", seed, strange, String.join("$\n", rows(text, width, other)))
                        .isZero();
            }
            assertThat(folded(text.substring(prefix.length()))).isEqualTo(folded(said));
        }
        assertThat(unguarded).isGreaterThan(ROUNDS / 4);
    }

    @Test
    void onlyWhatBeginsARowIsMarked() throws IOException {
        String table = "\u2502 a \u2502 b \u2502 c \u2502";
        String said = "row " + table.repeat(4) + "\n  \u251c\u2500\u2500 tree\n";
        assertThat(shown(said, 80, "", true)).isEqualTo(shown(said, 80, "", false));
        assertThat(shown("0123456789\u2500\u2500 x\n", 10, "", true)).isEqualTo("0123456789\\\u2500\u2500 x\n");
        assertThat(shown("012345678\u2500\u2500 x\n", 10, "", true)).isEqualTo("012345678\u2500\\\u2500 x\n");
        assertThat(shown("0123\u2500\u2500 x\n", 12, "", true)).isEqualTo("0123\u2500\u2500 x\n");
    }

    @Test
    void theWidthIsThatOfTheMomentWhenALineBegins() throws IOException {
        int[] width = {10};
        RowStarts rows = new RowStarts(() -> width[0], RowStartsTest::cells, "");
        LineGuard guard = LineGuard.whole().whereRowsBreak(rows);
        assertThat(shown("0123456789\u2500\u2500\u2500\n", "", guard)).isEqualTo("0123456789\\\u2500\u2500\u2500\n");
        width[0] = 12;
        guard.newLine();
        assertThat(shown("0123456789\u2500\u2500\u2500\n", "", guard)).isEqualTo("0123456789\u2500\u2500\\\u2500\n");
    }
}
