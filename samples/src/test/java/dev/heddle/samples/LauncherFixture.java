package dev.heddle.samples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in this JVM, with a directory and what it writes to the streams of the JVM, which are given back afterwards. */
abstract class LauncherFixture {

    @TempDir
    Path directory;

    /** What the launcher says of wrong use. */
    final StringWriter err = new StringWriter();
    /** What it writes to standard output. */
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    /** What it writes to standard error. */
    final ByteArrayOutputStream words = new ByteArrayOutputStream();

    private PrintStream outBefore;
    private PrintStream errBefore;

    @BeforeEach
    void takeStreams() {
        outBefore = System.out;
        errBefore = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(words, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveStreamsBack() {
        System.setOut(outBefore);
        System.setErr(errBefore);
    }

    /** Runs the launcher; gives its exit code. */
    final int heddle(String... arguments) {
        return Main.run(arguments, new PrintWriter(System.out, true), new PrintWriter(err, true));
    }

    final String shown() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Everything that was said anywhere. */
    final String everything() {
        return err + shown() + words.toString(StandardCharsets.UTF_8);
    }
}
