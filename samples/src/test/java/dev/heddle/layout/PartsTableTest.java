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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of the tables that compare Heddle with its models names tests, and the tests it names are there. */
class PartsTableTest {

    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");

    /** Begins what is said of a feature that means nothing outside of ports, which needs no test. */
    private static final String NOT_FOR_HEDDLE = "| Ports only: ";

    @ParameterizedTest
    @CsvSource({"log-mux/docs/parts.md, 50", "scheduler/docs/dpb.md, 72"})
    void everyTestThatIsNamedExists(String page, int fewestRows) throws IOException {
        List<String> rows = rows(page);
        assertThat(rows).hasSizeGreaterThanOrEqualTo(fewestRows);
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            List<MatchResult> named = NAMED.matcher(row).results().toList();
            if (row.contains(NOT_FOR_HEDDLE)) {
                continue;
            }
            assertThat(named).as("tests named in: %s", row).isNotEmpty();
            for (MatchResult name : named) {
                if (!hasTest(name.group(1), name.group(2))) {
                    missing.add(name.group());
                }
            }
        }
        assertThat(missing).as("tests named in %s that are not there", page).isEmpty();
    }

    @Test
    void featuresOfDpbStandInTheirOrderEachOnce() throws IOException {
        List<Integer> numbers = rows("scheduler/docs/dpb.md").stream()
                .map(row -> Integer.valueOf(row.substring(2, row.indexOf(' ', 2))))
                .toList();
        assertThat(numbers).doesNotHaveDuplicates().isSorted().allMatch(number -> number >= 1 && number <= 72);
    }

    /** The rows of the tables, but for their heads. */
    private static List<String> rows(String page) throws IOException {
        List<String> lines = Files.readAllLines(Repository.root().resolve(page));
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean head = i + 1 < lines.size() && lines.get(i + 1).startsWith("| ---");
            if (lines.get(i).startsWith("|") && !lines.get(i).startsWith("| ---") && !head) {
                rows.add(lines.get(i));
            }
        }
        return rows;
    }

    private static boolean hasTest(String type, String method) throws IOException {
        Pattern declared = Pattern.compile("\\n {4,8}(default )?void " + method + "\\(");
        for (String module : List.of("core", "log-mux", "scheduler", "samples")) {
            Path tests = Repository.root().resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(tests)) {
                List<Path> found = files.filter(
                                file -> file.getFileName().toString().equals(type + ".java"))
                        .toList();
                for (Path file : found) {
                    if (declared.matcher(Files.readString(file)).find()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
