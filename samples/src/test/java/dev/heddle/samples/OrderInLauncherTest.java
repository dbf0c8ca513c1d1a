package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order in which the launcher runs what is ready. */
@Timeout(120)
class OrderInLauncherTest extends LauncherFixture {

    private static final int TASKS = 12;

    private List<String> orderOf(String... given) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(given));
        // What an earlier build took would be heeded before the weights of the graph.
        arguments.addAll(List.of("--no-history", "--record", recording().toString()));
        Path log = directory.resolve("order");
        Files.deleteIfExists(log);
        assertThat(heddle(arguments.toArray(String[]::new)))
                .as(this::everything)
                .isZero();
        return Files.readAllLines(log);
    }

    /** Tasks without dependencies; the first has the smallest weight. */
    private String graph() throws IOException {
        StringBuilder text = new StringBuilder("{\"heddleGraph\": 1, \"tasks\": [");
        for (int i = 0; i < TASKS; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"name\": \"t" + i + "\", \"weight\": " + (i + 1) + ", \"steps\": [{\"name\": \"run\",")
                    .append(" \"command\": {\"shell\": \"echo t" + i + " >>" + directory.resolve("order") + "\"}}]}");
        }
        return Files.writeString(directory.resolve("graph.json"), text + "]}").toString();
    }

    private Path recording() {
        return directory.resolve("recording");
    }

    /** What is shown goes past the streams of this JVM to those of its process: but it is recorded as well. */
    private String drawnSeed() throws IOException {
        String recorded = Files.readString(recording(), StandardCharsets.ISO_8859_1);
        Matcher seed = Pattern.compile("--order random:(\\d+) ").matcher(recorded);
        assertThat(seed.find()).isTrue();
        return seed.group(1);
    }

    @Test
    void aRandomOrderTellsItsSeedAndIsRepeatedByIt() throws IOException {
        List<String> drawn = orderOf("run", graph(), "-j", "1", "-r");
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "random:" + drawnSeed()))
                .isEqualTo(drawn);
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "random:1"))
                .isNotEqualTo(orderOf("run", graph(), "-j", "1", "--order", "random:2"))
                .containsExactlyInAnyOrderElementsOf(drawn);
    }

    @Test
    void aManifestIsBuiltInTheOrderThatWasAskedFor() throws IOException {
        StringBuilder manifest = new StringBuilder("rule say\n  command = echo $out >>order\n");
        for (int i = 0; i < TASKS; i++) {
            manifest.append("build t" + i + ": say\n");
        }
        Files.writeString(directory.resolve("build.ninja"), manifest);
        List<String> drawn = orderOf("ninja", "-C", directory.toString(), "-j", "1", "-r");
        assertThat(orderOf("ninja", "-C", directory.toString(), "-j", "1", "--order", "random:" + drawnSeed()))
                .isEqualTo(drawn);
        assertThat(orderOf("ninja", "-C", directory.toString(), "-j", "1", "--order", "fifo"))
                .isNotEqualTo(drawn)
                .containsExactlyInAnyOrderElementsOf(drawn);
    }

    @Test
    void targetsGoFirstAmongAllAndByTheirHeadStarts() throws IOException {
        assertThat(orderOf("run", graph(), "-j", "1", "-a", "t3", "t1=9000"))
                .hasSize(TASKS)
                .startsWith("t1", "t3", "t11", "t10");
        assertThat(orderOf("run", graph(), "-j", "1", "t3", "t1=60")).containsExactly("t1", "t3");
    }

    @Test
    void targetsAreReadFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("targets"), "# what is wanted\nt3\n\n  t1=60\n#t4\n");
        assertThat(orderOf("run", graph(), "-j", "1", "-P", file.toString(), "t5"))
                .containsExactly("t1", "t5", "t3");
    }

    @Test
    void aTargetThatIsNoneIsToldWithItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("targets"), "# what is wanted\nt3\nt99\n");
        Path raw = Files.write(directory.resolve("raw"), new byte[] {'t', '3', '\n', 't', (byte) 0xFF, '\n'});
        Path cut = Files.write(directory.resolve("cut"), new byte[] {'t', '3', '\n', (byte) 0xC3});
        String graph = graph();
        String[][] uses = {
            {"-P", file.toString(), file + ":3:1: no task 't99'"},
            {"-P", raw.toString(), raw + ":2:2: is not UTF-8"},
            {"-P", cut.toString(), cut + ":2:1: is not UTF-8"},
            {"-P", directory + "/none", "/none: cannot be read: no such file"},
            {"-P", "/dev/zero", "/dev/zero: has more than 67108864 bytes"},
            {"t1=fast", "", graph + ": 't1=fast': no number of at least 0 behind '='"},
            {"t1=-1", "", graph + ": 't1=-1': no number of at least 0 behind '='"},
            {"t99=1", "", graph + ": no task 't99=1'"},
        };
        for (String[] use : uses) {
            err.getBuffer().setLength(0);
            List<String> arguments = new ArrayList<>(List.of("run", graph, "--no-record"));
            for (String argument : List.of(use).subList(0, use.length - 1)) {
                if (!argument.isEmpty()) {
                    arguments.add(argument);
                }
            }
            assertThat(heddle(arguments.toArray(String[]::new)))
                    .as(err.toString())
                    .isEqualTo(2);
            assertThat(err.toString()).contains(use[use.length - 1]);
        }
    }

    @Test
    void aNamedOrderIsKept() throws IOException {
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "fifo")).startsWith("t0", "t1", "t2");
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "longest")).startsWith("t11", "t10", "t9");
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "dpb")).startsWith("t11", "t10", "t9");
        assertThat(orderOf("run", graph(), "-j", "1", "--order", "critical-path"))
                .startsWith("t11", "t10", "t9");
    }

    @ParameterizedTest
    @CsvSource({
        "--order alphabet, no such order: 'alphabet'",
        "--order random:, the seed is not a number: 'random:'",
        "--order random:1x, the seed is not a number: 'random:1x'",
        "--order fifo:3, no such order: 'fifo:3'",
        "-r --order fifo, cannot be used with --order fifo"
    })
    void anOrderThatIsNoneIsRefusedBeforeAnythingStarts(String options, String told) throws IOException {
        for (String command : List.of("run " + graph(), "ninja -C " + directory)) {
            StringWriter words = new StringWriter();
            int exitCode = Main.run(
                    (command + " " + options).split(" "), new PrintWriter(words), new PrintWriter(words, true));
            assertThat(exitCode).as(words.toString()).isEqualTo(2);
            assertThat(words.toString()).contains(told);
        }
        assertThat(directory.resolve("order")).doesNotExist();
    }
}
