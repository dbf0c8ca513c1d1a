package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of builds that the launcher ran: with the facts that only the scheduler knows. */
final class ReportInLauncherTest {

    private static final String GRAPH = """
            {"heddleGraph": 1,
             "tasks": [
              {"name": "a", "steps": [{"name": "run", "command": {"shell": "echo said by a"}}]},
              {"name": "b", "dependencies": ["a"], "steps": [{"name": "run", "command": {"shell": "echo said by b"}}]}]}
            """;

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int heddle(String... arguments) {
        return Main.run(arguments, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true));
    }

    private static String part(Path page, String id) throws IOException {
        Matcher found = Pattern.compile("id=\"" + id + "\">([^<]*)<").matcher(Files.readString(page));
        assertThat(found.find()).isTrue();
        byte[] bytes = Base64.getDecoder().decode(found.group(1).strip());
        return new String(
                new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aViewIsNeverWrittenOverTheRecordingThatItIsMadeOf() throws Exception {
        Path journal = folder.resolve("build.hlog");
        assertThat(heddle("mux", "--record", journal.toString(), "--", "echo precious"))
                .as(err.toString())
                .isZero();
        byte[] before = Files.readAllBytes(journal);
        Path other = Files.createSymbolicLink(folder.resolve("other"), journal);
        for (Path target : new Path[] {journal, other, Files.createLink(folder.resolve("hard"), journal)}) {
            assertThat(heddle("log", "export", "--format=text", "-o", target.toString(), journal.toString()))
                    .isEqualTo(2);
            assertThat(heddle("log", "html", "-o", target.toString(), journal.toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("heddle: " + target + ": is the recording that is read");
            assertThat(journal).isRegularFile().hasBinaryContent(before);
        }
    }

    @Test
    void twoOptionsThatNameOneFileAreRefusedAndItStaysAsItIs() throws Exception {
        Path file = Files.writeString(folder.resolve("all.html"), "kept");
        String place = file.toString();
        String logs = "--log-dir=" + folder;
        String[][] clashes = {
            {"mux", "--record", place, "--html", folder.resolve(".") + "/all.html", "--", "echo said"},
            {"mux", "--record", place, "--log=html", logs, "--", "echo said"},
            {"mux", "--html", place, "--log=text,html", logs, "--", "echo said"},
        };
        for (String[] each : clashes) {
            assertThat(heddle(each)).as(String.join(" ", each)).isEqualTo(2);
            assertThat(file).hasContent("kept");
        }
        assertThat(err.toString())
                .contains("--html: " + folder.resolve(".") + "/all.html is where the recording goes")
                .contains("--log: " + place + " is where the recording goes")
                .contains("--log: " + place + " is where the report goes");
    }

    @Test
    void aReportThatCannotBeOpenedIsNamedAndNothingIsStarted() {
        assertThat(heddle(
                        "mux",
                        "--html",
                        folder.resolve("none").resolve("r.html").toString(),
                        "--",
                        "echo said"))
                .as(err.toString())
                .isZero();
        assertThat(heddle("mux", "--html", folder.toString(), "--", "echo said"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("heddle: --html: ").contains("choose another place with --html");
    }

    @Test
    void aBuildWritesItsReportAndTheRecordingGivesItAgain() throws Exception {
        Path graph = Files.writeString(folder.resolve("graph.json"), GRAPH);
        Path journal = folder.resolve("build.hlog");
        Path page = folder.resolve("live.html");
        assertThat(heddle("run", "--record", journal.toString(), "--html", page.toString(), graph.toString()))
                .as(err.toString())
                .isZero();
        assertThat(heddle("log", "html", journal.toString())).as(err.toString()).isZero();
        for (Path each : new Path[] {page, folder.resolve("build.html")}) {
            assertThat(part(each, "b0")).contains("said by a\n", "said by b\n");
            assertThat(part(each, "facts"))
                    .contains("\non\u001fa\non\u001fb\n")
                    .containsPattern("\nfinished\u001f\\d+\u001f1");
        }
    }

    @Test
    void aRecordingThatIsNoneIsTold() throws Exception {
        Path file = Files.writeString(folder.resolve("x.hlog"), "no journal");
        assertThat(heddle("log", "html", file.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: " + file).doesNotContain("\tat ");
        assertThat(folder.resolve("x.html")).doesNotExist();
    }

    @Test
    void aStrategyThatNobodyKnowsIsTold() {
        assertThat(heddle("log", "html", "--strategy", "warp", "build.hlog")).isEqualTo(2);
        assertThat(err.toString()).startsWith("heddle: --strategy: ").contains("warp", "stage");
    }
}
