package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Command.Capture;
import dev.heddle.core.process.ProcessRunner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a recording tells of commands whose output was captured in different ways. */
@Timeout(60)
class CaptureModesTest {

    @TempDir
    Path directory;

    private JournalReader record(Command command) throws Exception {
        Path journal = directory.resolve("capture.hlog");
        try (OutputMultiplexer mux =
                        OutputMultiplexer.builder().journal(journal).build();
                ProcessRunner runner = ProcessRunner.builder()
                        .drainGrace(Duration.ofMillis(100))
                        .build()) {
            OutputSource source = mux.open("job", null);
            assertThat(source.run(command, runner)).isZero();
        }
        return Journal.open(journal);
    }

    private static String said(JournalReader reader, Channel... channels) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        EnumSet<Channel> wanted = EnumSet.noneOf(Channel.class);
        wanted.addAll(List.of(channels));
        reader.copy(reader.tasks().get(0), wanted, copy);
        return copy.toString(StandardCharsets.UTF_8);
    }

    @Test
    void mergedOutputHasTheExactOrderAndNoGuess() throws Exception {
        try (JournalReader reader = record(Command.shell("echo a; echo b >&2; echo c"))) {
            assertThat(said(reader, Channel.STDOUT)).isEqualTo("a\nb\nc\n");
            assertThat(reader.tasks().get(0).orderGuessed()).isFalse();
        }
    }

    @Test
    void labelledOutputIsApartAndItsOrderIsMarkedAsGuessed() throws Exception {
        Command command = Command.shell("for i in 1 2 3; do echo out$i; echo err$i >&2; done");
        try (JournalReader reader = record(command.capture(Capture.LABELLED))) {
            assertThat(said(reader, Channel.STDOUT)).isEqualTo("out1\nout2\nout3\n");
            assertThat(said(reader, Channel.STDERR)).isEqualTo("err1\nerr2\nerr3\n");
            assertThat(reader.tasks().get(0).orderGuessed()).isTrue();
        }
    }

    @Test
    @Tag("peer")
    void outputOfATerminalIsOneStreamOfWhatTheProgramWrote() throws Exception {
        Command command = Command.shell("test -t 1 && test -t 2 && printf '\\033[31mred\\033[0m\\n'");
        try (JournalReader reader = record(command.capture(Capture.PTY))) {
            assumeTrue(said(reader, Channel.WARNING).isEmpty(), "there is no Perl, or no /dev/ptmx");
            assertThat(said(reader, Channel.STDOUT)).isEqualTo("\033[31mred\033[0m\n");
            assertThat(reader.tasks().get(0).orderGuessed()).isFalse();
        }
    }

    @Test
    void aDescendantThatHoldsTheOutputIsTakenNoteOfAndDoesNotHangTheJob() throws Exception {
        Command command = Command.shell("(trap '' HUP TERM; sleep 1000) & echo done");
        for (Capture capture : Capture.values()) {
            try (JournalReader reader = record(command.capture(capture))) {
                assertThat(said(reader, Channel.STDOUT)).isEqualTo("done\n");
                assertThat(said(reader, Channel.WARNING)).as("%s", capture).contains("left behind", "was killed");
            }
        }
    }

    @Test
    void aPumpedStreamIsTakenToItsEndAndIsNotClosed() throws Exception {
        byte[] bytes = new byte[100_000];
        new Random(3).nextBytes(bytes);
        boolean[] closed = {false};
        InputStream stream = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, 777));
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Path journal = directory.resolve("pumped.hlog");
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().journal(journal).build()) {
            OutputSource source = mux.open("pumped", null);
            assertThat(source.pump(stream, Channel.STDERR)).isEqualTo(bytes.length);
            source.finish(0);
        }
        assertThat(closed[0]).isFalse();
        try (JournalReader reader = Journal.open(journal)) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(reader.tasks().get(0), copy);
            assertThat(copy.toByteArray()).isEqualTo(bytes);
        }
    }
}
