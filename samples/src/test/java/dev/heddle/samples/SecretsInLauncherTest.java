package dev.heddle.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --mask-file} and {@code --mask-env}. */
class SecretsInLauncherTest {

    private static final String SECRET = "correct \"horse\" battery";

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();

    private int heddle(Object... arguments) {
        String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return Main.run(words, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true));
    }

    @Test
    void noFileOfABuildHoldsASecretFromAFile() throws IOException {
        Path secrets = Files.writeString(directory.resolve("secrets"), "\n" + SECRET + "\r\nanother-one\n");
        Path graph = Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [{"name": "leaks", "steps": [{"name": "run", "command":
                  {"argv": ["sh", "-c", "cat $0; printf 'correct \\"hor'; sleep 0.05; printf 'se\\" battery'; exit 3", "%s"]}}]}]}
                """.formatted(secrets));
        Path record = directory.resolve("r.hlog");
        Path events = directory.resolve("events");
        int exitCode = heddle(
                "run",
                graph,
                "--mask-file",
                secrets,
                "--record",
                record,
                "--events",
                events,
                "--log=text",
                "--log-dir",
                directory);
        assertThat(exitCode).as(err.toString()).isEqualTo(1);
        for (Path file : List.of(record, events, directory.resolve("all.log"))) {
            assertThat(Files.readString(file, ISO_8859_1))
                    .as(file.toString())
                    .contains("***********************")
                    .doesNotContain(SECRET, SECRET.replace("\"", "\\\""), "another-one");
        }
        assertThat(Files.readString(directory.resolve("all.log"))).contains("secrets were masked");
        Files.readAllLines(events)
                .forEach(line -> assertThat(line).startsWith("{").endsWith("}"));
    }

    @Test
    void secretsThatCannotBeTakenAreToldByTheirPlaceAlone() throws IOException {
        Path secrets = Files.writeString(directory.resolve("secrets"), "long enough\npin\n");
        assertThat(heddle("mux", "--mask-file", secrets, "--", "true")).isEqualTo(2);
        assertThat(err.toString())
                .contains("secrets:2", "4 to 16384 bytes, not 3")
                .doesNotContain("pin", "Exception");
        err.getBuffer().setLength(0);
        assertThat(heddle("mux", "--mask-file", directory.resolve("none"), "--", "true"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none", "no such file");
        err.getBuffer().setLength(0);
        assertThat(heddle("mux", "--mask-env", "HEDDLE_NO_SUCH_VARIABLE", "--", "true"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no variable 'HEDDLE_NO_SUCH_VARIABLE'");
    }

    @Test
    void theValueOfAVariableIsMasked() throws IOException {
        Path record = directory.resolve("r.hlog");
        assertThat(heddle("mux", "--record", record, "--mask-env=PATH", "--", "echo $PATH; true"))
                .isZero();
        assertThat(Files.readString(record, ISO_8859_1)).contains("****").doesNotContain(System.getenv("PATH"));
    }
}
