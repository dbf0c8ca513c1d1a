package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCaptureTest {

    @TempDir
    Path directory;

    private static String said(JournalReader reader, String task) throws Exception {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        reader.copy(reader.lastOf(task).orElseThrow(), copy);
        return copy.toString();
    }

    @Test
    void whatAJobAndItsThreadsPrintIsTheJobsAndTheRestIsTheEngines() throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        Path path = directory.resolve("a.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(path).build();
                SystemCapture capture = SystemCapture.into(mux)) {
            System.out.println("from the host");
            OutputSource source = mux.open("job", null);
            try (SystemCapture.Scope scope = capture.enter(source)) {
                assertThat(scope).isNotNull();
                System.out.println("from the job");
                Thread child = new Thread(() -> System.err.print("from its thread"));
                child.start();
                child.join();
            }
            System.out.print("again the host");
            source.finish(0);
        }
        assertThat(System.out).isSameAs(out);
        assertThat(System.err).isSameAs(err);
        try (JournalReader reader = Journal.open(path)) {
            assertThat(said(reader, "job")).isEqualTo("from the job\nfrom its thread");
            ByteArrayOutputStream engine = new ByteArrayOutputStream();
            reader.copyEngine(engine);
            assertThat(engine).hasToString("from the host\nagain the host");
        }
    }

    @Test
    void capturesNestAndMayBeClosedInAnyOrder() throws Exception {
        PrintStream out = System.out;
        Path first = directory.resolve("1.hlog");
        Path second = directory.resolve("2.hlog");
        try (OutputMultiplexer one = OutputMultiplexer.builder().journal(first).build();
                OutputMultiplexer two =
                        OutputMultiplexer.builder().journal(second).build()) {
            SystemCapture outer = SystemCapture.into(one);
            System.out.print("a");
            SystemCapture inner = SystemCapture.into(two);
            System.out.print("b");
            inner.close();
            System.out.print("c");
            SystemCapture again = SystemCapture.into(two);
            outer.close();
            System.out.print("d");
            again.close();
            System.setOut(out);
        }
        try (JournalReader reader = Journal.open(first)) {
            ByteArrayOutputStream engine = new ByteArrayOutputStream();
            reader.copyEngine(engine);
            assertThat(engine).hasToString("ac");
        }
        try (JournalReader reader = Journal.open(second)) {
            ByteArrayOutputStream engine = new ByteArrayOutputStream();
            reader.copyEngine(engine);
            assertThat(engine).hasToString("bd");
        }
    }
}
