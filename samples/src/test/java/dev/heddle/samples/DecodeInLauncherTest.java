package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code heddle mux --decode} makes of streams that end too early. */
class DecodeInLauncherTest {

    private static final String BUILD = """
            @ build-started /gnu/store/a.drv - x86_64-linux  5
            @ build-log 5 6
            hello
            """;
    private static final String WHOLE = BUILD + "@ build-succeeded /gnu/store/a.drv -\n";

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    private int decode(String stream) throws IOException {
        Path file = Files.writeString(directory.resolve("stream"), stream);
        PrintStream before = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            String[] arguments = {"mux", "--decode=guix", file.toString()};
            return Main.run(arguments, new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void wholeStreamIsDone() throws IOException {
        assertThat(decode(WHOLE)).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void streamThatEndsWhileABuildGoesOnIsToldAndFails() throws IOException {
        assertThat(decode(BUILD)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("stream: the stream ends, and builds have not: 1");
    }

    @ParameterizedTest
    @CsvSource({"'@ build-l'", "'@ build-log 5 60'", "'@ build-log 5 3\nhe'", "'@ '"})
    void streamThatEndsInsideAHeaderOrAFragmentIsToldAndFails(String cut) throws IOException {
        assertThat(decode(WHOLE + cut.replace("\\n", "\n"))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("stream: the stream is cut off or damaged, places: 1")
                .doesNotContain("builds have not");
    }
}
