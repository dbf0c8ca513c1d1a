package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heddle.core.Channel;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real tools printed, in {@code diagnostics/TOOL.txt}, and what is found in it, in {@code TOOL.found}: first and last line,
 * matcher, diagnostic.
 */
class CommonMatchersTest {

    static byte[] resource(String name) throws IOException {
        try (InputStream in = CommonMatchersTest.class.getResourceAsStream("diagnostics/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static List<DiagnosticFound> found(byte[] journal) throws IOException {
        List<DiagnosticFound> events = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            LineRules rules = LineRules.none().matchers(DiagnosticMatcher.common());
            reader.diagnose(rules, event -> events.add((DiagnosticFound) event));
        }
        return events;
    }

    private static Recording recording(byte[] output) {
        return new Recording("tool")
                .start(0, 1, "tool")
                .say(10, 1, Channel.STDOUT, output)
                .end(1_000_000, 1, 1);
    }

    private static String described(DiagnosticFound event, byte[] output, long outputAt) {
        String text = new String(output, StandardCharsets.ISO_8859_1);
        int from = (int) (event.offset() - outputAt);
        long first = text.substring(0, from).lines().count() + 1;
        long last = text.substring(0, from + (int) event.bytes()).lines().count();
        assertThat(from == 0 || output[from - 1] == '\n')
                .as("it begins with a line")
                .isTrue();
        return event.diagnostic().matcher() + ": " + first + "-" + last + ": " + event.diagnostic();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc",
                "gcc-colored",
                "gxx",
                "clang",
                "ld",
                "lld",
                "javac",
                "jvm",
                "python",
                "rustc",
                "msvc",
                "go",
                "maven",
                "make",
                "plain"
            })
    void whatToolsPrintIsFound(String tool) throws IOException {
        byte[] output = resource(tool + ".txt");
        byte[] journal = recording(output).journal();
        long outputAt = new String(journal, StandardCharsets.ISO_8859_1)
                .indexOf(new String(output, StandardCharsets.ISO_8859_1));
        List<DiagnosticFound> events = found(journal);
        List<String> found =
                events.stream().map(event -> described(event, output, outputAt)).toList();
        String rewritten = System.getProperty("heddle.update");
        if (rewritten != null) {
            Files.write(Path.of(rewritten, tool + ".found"), found);
        }
        assertThat(found)
                .isEqualTo(new String(resource(tool + ".found"), StandardCharsets.UTF_8)
                        .lines()
                        .toList());
        Random random = new Random(tool.hashCode());
        for (int cut = 0; cut < 20; cut++) {
            List<DiagnosticFound> again =
                    found(recording(output).cutAnew(random).journal());
            assertThat(again)
                    .extracting(DiagnosticFound::diagnostic, DiagnosticFound::bytes)
                    .isEqualTo(events.stream()
                            .map(event -> tuple(event.diagnostic(), event.bytes()))
                            .toList());
        }
    }
}
