package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/hlog.md} is enough to read a journal: a reader in Python that was written from it reads every byte. */
@Tag("peer")
class PythonReaderTest {

    @TempDir
    static Path directory;

    private static Path script;

    private final Map<Integer, String> names = new TreeMap<>();
    private long damaged;

    @BeforeAll
    static void needPython() throws IOException, InterruptedException {
        script = directory.resolve("read_hlog.py");
        try (var resource = PythonReaderTest.class.getResourceAsStream("/hlog/read_hlog.py")) {
            Files.write(script, Objects.requireNonNull(resource).readAllBytes());
        }
        boolean there;
        try {
            there = new ProcessBuilder("python3", "-c", "pass").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "no python3 on the PATH");
    }

    /** What the reader in Python found, by source and channel. */
    private Map<String, byte[]> read(byte[] journal) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("read.hlog"), journal);
        Path printed = directory.resolve("printed");
        Process python = new ProcessBuilder("python3", script.toString(), file.toString())
                .redirectOutput(printed.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(python.waitFor()).isZero();
        return parse(Files.readAllBytes(printed));
    }

    private Map<String, byte[]> parse(byte[] printed) {
        names.clear();
        Map<String, byte[]> said = new TreeMap<>();
        for (int at = 0; at < printed.length; ) {
            int end = at;
            while (printed[end] != '\n') {
                end++;
            }
            String[] fields = new String(printed, at, end - at, StandardCharsets.UTF_8).split(" ", 4);
            at = end + 1;
            if (fields[0].equals("damaged")) {
                damaged = Long.parseLong(fields[1]);
                continue;
            }
            int length = Integer.parseInt(fields[2]);
            Channel channel = Channel.values()[Integer.parseInt(fields[1])];
            said.put(fields[0] + " " + channel, Arrays.copyOfRange(printed, at, at + length));
            names.put(Integer.parseInt(fields[0]), fields[3]);
            at += length + 1;
        }
        return said;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, bytes) -> assertThat(actual.get(key)).as(key).isEqualTo(bytes));
    }

    @Test
    void everyRecordingIsReadToTheByte() throws IOException, InterruptedException {
        for (Recording recording : Recordings.all()) {
            assertSame(read(recording.journal()), recording.said());
            assertThat(damaged).isZero();
            names.forEach((source, name) -> assertThat(name).isEqualTo("job" + source));
        }
    }

    @Test
    void whatAMultiplexerWroteInTwoSessionsIsRead() throws IOException, InterruptedException {
        Path file = directory.resolve("sessions.hlog");
        Map<String, byte[]> expected = new TreeMap<>();
        for (int session = 0; session < 2; session++) {
            try (OutputMultiplexer mux =
                    OutputMultiplexer.builder().appendToJournal(file).build()) {
                JobInfo job = new JobInfo(session, "w\u00f6rk " + session, "component", "cc -c x.c", "host", 2);
                OutputSource source = session == 0 ? mux.open(job) : mux.openLive(job);
                byte[] out = ("out " + session + "\n").repeat(20_000).getBytes(StandardCharsets.UTF_8);
                byte[] err = {(byte) 0xFF, 0, '\n', (byte) session};
                source.write(Channel.STDOUT, out);
                source.write(Channel.STDERR, err);
                source.finish(session);
                expected.put(source.number() + " STDOUT", out);
                expected.put(source.number() + " STDERR", err);
                mux.message(Channel.MESSAGE, "a word of the engine");
            }
        }
        expected.put("0 MESSAGE", "a word of the engine\n".repeat(2).getBytes(StandardCharsets.UTF_8));
        assertSame(read(Files.readAllBytes(file)), expected);
        assertThat(names.values()).containsExactly("engine", "w\u00f6rk 0", "w\u00f6rk 1");
    }

    @Test
    void aDamagedIntervalIsLeftOutAndATornEndShownAsHeddleDoes() throws IOException, InterruptedException {
        byte[] whole = Recordings.chatty(220).journal();
        for (int damage = 0; damage < 8; damage++) {
            byte[] journal = Arrays.copyOf(whole, whole.length - damage * 97);
            journal[30_000 + damage] ^= 0x11;
            Map<String, byte[]> read = read(journal);
            try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
                assertThat(damaged).isEqualTo(reader.statistics().damaged()).isPositive();
                for (JournalTask task : reader.tasks()) {
                    ByteArrayOutputStream said = new ByteArrayOutputStream();
                    reader.copy(task, EnumSet.of(Channel.STDOUT), said);
                    assertThat(read.getOrDefault(task.source() + " STDOUT", new byte[0]))
                            .isEqualTo(said.toByteArray());
                }
            }
        }
    }
}
