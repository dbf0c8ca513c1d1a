package dev.heddle.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of faults and bad inputs that the store is held against: every row names tests that exist and carry the row's
 * number as a tag, or says why it belongs to a later time.
 */
class FaultsTableTest {

    private static final Path PAGE = Path.of("store/docs/faults.md");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");

    /** Begins what is said of a row whose subject does not exist yet. */
    private static final String LATER = "Later: ";

    /** A row: its number, what happens, what is expected, and the tests. */
    private record Row(String id, String fault, String expected, String tests) {}

    @Test
    void everyRowNamesTestsThatExistAndCarryItsNumber() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Row row : rows()) {
            List<MatchResult> named = NAMED.matcher(row.tests()).results().toList();
            if (named.isEmpty() && !row.tests().startsWith(LATER)) {
                wrong.add(row.id() + " names no test and no reason");
            }
            for (MatchResult test : named) {
                if (!isTagged(test.group(1), test.group(2), row.id())) {
                    wrong.add(row.id() + ": " + test.group() + " is not there or has no @Tag(\"" + row.id() + "\")");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyNumberHasOneRow() throws IOException {
        List<String> ids = new ArrayList<>();
        numbers(ids, "T", 26);
        numbers(ids, "D", 7);
        numbers(ids, "C", 16);
        assertThat(rows().stream().map(Row::id)).containsExactlyElementsOf(ids);
    }

    private static void numbers(List<String> ids, String letter, int last) {
        for (int i = 1; i <= last; i++) {
            ids.add(letter + (i < 10 ? "0" : "") + i);
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Repository.root().resolve(PAGE))) {
            String[] cells = line.split(" \\| ", -1);
            if (line.matches("\\| [A-Z]\\d\\d \\|.*")) {
                assertThat(cells).as(line).hasSize(4);
                rows.add(new Row(cells[0].substring(2), cells[1], cells[2], cells[3].replaceFirst(" \\|$", "")));
            }
        }
        return rows;
    }

    private static boolean isTagged(String type, String method, String tag) throws IOException {
        // Between a tag and its method stands no other method.
        Pattern declared =
                Pattern.compile("@Tag\\(\"" + tag + "\"\\)((?!\\bvoid\\b)[\\s\\S])*+\\bvoid " + method + "\\(");
        Pattern wholeClass = Pattern.compile("\\n@Tag\\(\"" + tag + "\"\\)(?s:.*)\\n(final |abstract |public )*class "
                + type + "\\b(?s:.*)\\bvoid " + method + "\\(");
        for (String module : List.of("core", "store", "samples")) {
            Path tests = Repository.root().resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(tests)) {
                for (Path file : files.filter(
                                file -> file.getFileName().toString().equals(type + ".java"))
                        .toList()) {
                    String source = Files.readString(file);
                    if (declared.matcher(source).find()
                            || wholeClass.matcher(source).find()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
