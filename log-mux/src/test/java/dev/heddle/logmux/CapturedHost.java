package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host program whose standard streams are taken before a test, and looked at after it. */
abstract class CapturedHost {

    @TempDir
    Path directory;

    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    final ByteArrayOutputStream host = new ByteArrayOutputStream();
    final PrintStream hostOut = new PrintStream(host, true, ISO_8859_1);
    final PrintStream hostErr = new PrintStream(host, true, ISO_8859_1);

    @BeforeEach
    void takeTheStreams() {
        System.setOut(hostOut);
        System.setErr(hostErr);
    }

    @AfterEach
    void giveTheStreamsBack() {
        boolean restored = System.out == hostOut && System.err == hostErr;
        System.setOut(systemOut);
        System.setErr(systemErr);
        assertThat(restored).as("the streams of before are back").isTrue();
    }

    final OutputMultiplexer mux(String name) throws IOException {
        return OutputMultiplexer.builder().journal(directory.resolve(name)).build();
    }

    final String said(String name, String task) throws IOException {
        try (JournalReader reader = Journal.open(directory.resolve(name))) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(reader.lastOf(task).orElseThrow(), copy);
            return copy.toString(UTF_8);
        }
    }

    final String engine(String name) throws IOException {
        try (JournalReader reader = Journal.open(directory.resolve(name))) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copyEngine(copy);
            return copy.toString(UTF_8);
        }
    }
}
