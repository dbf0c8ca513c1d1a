package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs in the Rich Text Format as LibreOffice reads them. */
@Tag("peer")
@Timeout(300)
class RtfInLibreOfficeTest {

    private static final String PROGRAM = "soffice";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void findTheProgram() {
        boolean isThere = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, PROGRAM)));
        assumeTrue(isThere, "no " + PROGRAM + " (libreoffice-writer-nogui) on the PATH");
    }

    private static void convert(String form, List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "--headless",
                "-env:UserInstallation=" + folder.resolve("profile").toUri(),
                "--convert-to",
                form,
                "--outdir",
                folder.toString()));
        files.forEach(file -> command.add(file.toString()));
        Path words = folder.resolve("words");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start();
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS))
                    .as("LibreOffice is done in time")
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(words)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path replayed(Recording recording, String name, Sink sink) throws IOException {
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.replay(GroupingStrategy.task(), sink);
        }
        return folder.resolve(name);
    }

    private static Path rtf(Recording recording, String name) throws IOException {
        return replayed(recording, name + ".rtf", Sinks.rtf(folder.resolve(name + ".rtf")));
    }

    private static List<String> text(Recording recording, String name) throws IOException {
        TextRenderer.Form form = TextRenderer.Form.of(false).with(ControlPolicy.SAFE);
        return Files.readAllLines(replayed(
                recording, name + ".log", Sinks.text(Files.newOutputStream(folder.resolve(name + ".log")), form)));
    }

    /** Text with what a word processor might take for its own, and with runs of blanks, which it might change. */
    private static String hostile(long seed) {
        Random random = new Random(seed);
        String[] parts = {
            " ",
            "  ",
            "     ",
            "\t",
            "{",
            "}",
            "\\",
            "\\par",
            "\\object",
            "\\u228?",
            "\\'e4",
            "{\\field{\\*\\fldinst x}}",
            "\u00e4",
            "\u6f22",
            "\ud83d\ude00",
            "\u00a0",
            "?",
            ";",
            "word",
            "-",
            "\u2026",
            "http://127.0.0.1:9/"
        };
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 200; line++) {
            for (int i = random.nextInt(20); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            text.append("x\n");
        }
        return text.toString();
    }

    @Test
    void everyLineIsReadAsItWasWritten() throws Exception {
        List<Path> documents = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        for (int seed = 0; seed < 5; seed++) {
            Recording recording = new Recording("hostile" + seed).start(0, 1, "job");
            recording.say(1, 1, hostile(seed)).end(2, 1, 3);
            documents.add(rtf(recording, "hostile" + seed));
            expected.add(text(recording, "hostile" + seed));
        }
        convert("txt:Text (encoded):UTF8,LF", documents);
        for (int i = 0; i < documents.size(); i++) {
            String read = Files.readString(folder.resolve("hostile" + i + ".txt"));
            assertThat(read.replace("\ufeff", "").lines().toList()).isEqualTo(expected.get(i));
        }
    }

    @Test
    void coloursAndAttributesAreThoseOfTheJobAndNothingIsALinkOrAnObject() throws Exception {
        Recording recording = new Recording("colours").start(0, 1, "job");
        recording
                .say(
                        1,
                        1,
                        "\u001b[1;31mbold red\u001b[0m plain \u001b[4;3;9;34mmuch\u001b[0m \u001b[42mbehind\u001b[0m"
                                + " \u001b]8;;http://127.0.0.1:9/\u001b\\link\u001b]8;;\u001b\\ {\\field} {\\object}\n")
                .end(2, 1, 0);
        convert("fodt", List.of(rtf(recording, "colours")));
        String read = Files.readString(folder.resolve("colours.fodt"));
        String body = read.substring(read.indexOf("<office:body>"));
        assertThat(styleOf(read, body, "bold red")).contains("fo:color=\"#a31515\"", "fo:font-weight=\"bold\"");
        assertThat(styleOf(read, body, "much"))
                .contains(
                        "fo:color=\"#0451a5\"",
                        "fo:font-style=\"italic\"",
                        "style:text-underline-style=\"solid\"",
                        "style:text-line-through-style=\"solid\"");
        assertThat(styleOf(read, body, "behind")).contains("fo:color=\"#ffffff\"", "fo:background-color=\"#107c10\"");
        assertThat(body).contains("{\\field} {\\object}").doesNotContain("<text:a ", "<draw:", "xlink:", "<script");
    }

    private static String styleOf(String document, String body, String text) {
        String before = body.substring(0, body.indexOf(">" + text + "</text:span>"));
        String name =
                before.substring(before.lastIndexOf("text:style-name=\"") + 17).split("\"")[0];
        String style = document.substring(document.indexOf("<style:style style:name=\"" + name + "\""));
        return style.substring(0, style.indexOf("</style:style>"));
    }
}
