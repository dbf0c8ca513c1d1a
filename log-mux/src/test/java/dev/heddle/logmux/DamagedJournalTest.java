package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedJournalTest {

    private static final int FLIPS = Integer.getInteger("heddle.flips", 2000);

    @TempDir
    Path directory;

    private static CheckingSink replay(byte[] journal) throws IOException {
        CheckingSink sink = new CheckingSink();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            reader.replay(GroupingStrategy.line(), sink);
        }
        return sink;
    }

    @Test
    void everyTruncationIsReadUpToItsLastWholeFrame() throws IOException {
        Recording recording = Recordings.noNewline();
        byte[] journal = recording.journal();
        int before = -1;
        for (int length = 0; length < journal.length; length++) {
            byte[] cut = Arrays.copyOf(journal, length);
            try (JournalReader reader = new JournalReader(new MemoryBytes(cut))) {
                JournalStatistics statistics = reader.statistics();
                assertThat(statistics.damaged()).isZero();
                assertThat((int) statistics.payload()).isGreaterThanOrEqualTo(before);
                before = (int) statistics.payload();
            } catch (WireFormatException e) {
                assertThat(length).as(e.getMessage()).isLessThan(19);
            }
        }
        assertThat(before).isEqualTo((int) recording.bytes());
    }

    @Test
    void aCutFrameOfDataIsShownAsFarAsItIsThere() throws IOException {
        int torn = 0;
        Random random = new Random(12);
        for (Recording recording : List.of(Recordings.channels(), Recordings.binary())) {
            byte[] journal = recording.journal();
            Map<String, byte[]> said = recording.said();
            TreeMap<Long, Integer> payloads = payloads(journal);
            int steps = journal.length / 600;
            for (int length = CompactFormat.HEAD_LENGTH;
                    length < journal.length;
                    length += 1 + random.nextInt(2 * steps)) {
                long there = 0;
                for (Map.Entry<Long, Integer> payload :
                        payloads.headMap((long) length).entrySet()) {
                    there += Math.min(payload.getValue(), length - payload.getKey());
                }
                try (JournalReader reader = new JournalReader(new MemoryBytes(Arrays.copyOf(journal, length)))) {
                    long shown = 0;
                    for (JournalTask task : reader.tasks()) {
                        for (Channel channel : task.bytes().keySet()) {
                            ByteArrayOutputStream copy = new ByteArrayOutputStream();
                            reader.copy(task, EnumSet.of(channel), copy);
                            byte[] own = said.get(task.source() + " " + channel);
                            assertThat(copy.toByteArray()).isEqualTo(Arrays.copyOf(own, copy.size()));
                            assertThat(task.bytes()).containsEntry(channel, (long) copy.size());
                            shown += copy.size();
                        }
                    }
                    assertThat(shown).as("cut at %d", length).isEqualTo(there);
                    torn += reader.statistics().payload() < there ? 1 : 0;
                }
            }
        }
        assertThat(torn).as("cuts inside of a frame").isGreaterThan(100);
    }

    private static TreeMap<Long, Integer> payloads(byte[] journal) throws IOException {
        TreeMap<Long, Integer> payloads = new TreeMap<>();
        CompactDecoder decoder = new CompactDecoder(new FrameVisitor() {
            @Override
            public void session(long epochMillis) {}

            @Override
            public void time(long nanos) {}

            @Override
            public void task(int source, JobInfo job, boolean live) {}

            @Override
            public void end(int source, JobEnding ending, long[] totals) {}

            @Override
            public void data(int source, Channel channel, long offset, Slice bytes) {
                if (source != 0) {
                    payloads.put(offset, bytes.length());
                }
            }
        });
        assertThat(decoder.decode(journal, 0, journal.length)).isEqualTo(journal.length);
        return payloads;
    }

    @Test
    void aFrameOfDataThatIsCutIsReadAsAWholeOnceItIsThere() throws IOException {
        Recording recording = Recordings.noNewline();
        byte[] journal = recording.journal();
        Map.Entry<Long, Integer> last = payloads(journal).lastEntry();
        AtomicInteger there = new AtomicInteger((int) (last.getKey() + 1));
        RunReader.Bytes growing = new RunReader.Bytes() {
            @Override
            public int read(long offset, byte[] to, int at, int length) {
                return new MemoryBytes(Arrays.copyOf(journal, there.get())).read(offset, to, at, length);
            }

            @Override
            public long length() {
                return there.get();
            }

            @Override
            public void close() {}
        };
        try (JournalReader reader = new JournalReader(growing)) {
            long before = total(reader);
            assertThat(before).isEqualTo(recording.bytes() - last.getValue() + 1);
            reader.refresh();
            assertThat(total(reader)).as("nothing came").isEqualTo(before);
            there.set(journal.length);
            reader.refresh();
            assertThat(total(reader)).isEqualTo(recording.bytes());
            assertThat(reader.statistics().payload()).isEqualTo(recording.bytes());
        }
    }

    private static long total(JournalReader reader) {
        return reader.tasks().stream()
                .flatMap(task -> task.bytes().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    @Test
    void aFrameWhoseLengthIsDamagedIsNotTakenForOneThatIsCut() throws IOException {
        Recording recording = new Recording("one source").start(0, 1, "one");
        for (int i = 0; i < 20; i++) {
            recording.say(i * 100_000L, 1, "line " + i + "\n");
        }
        byte[] journal = recording.end(3_000_000, 1, 0).journal();
        TreeMap<Long, Integer> payloads = payloads(journal);
        int longer = 0;
        for (Map.Entry<Long, Integer> payload : payloads.entrySet()) {
            int tag = (int) (payload.getKey() - 1);
            if ((journal[tag] & 0xFF) != 0x7F + payload.getValue()) {
                continue;
            }
            byte[] damaged = journal.clone();
            // A frame of the same source as before, now of 4,208 bytes: more than there are.
            damaged[tag] = (byte) 0xFF;
            damaged[tag + 1] = (byte) 0xFF;
            assertThat(journal.length).isLessThan(4208);
            try (JournalReader reader = new JournalReader(new MemoryBytes(damaged))) {
                assertThat(total(reader))
                        .isEqualTo(payloads.headMap(payload.getKey()).values().stream()
                                .mapToLong(Integer::longValue)
                                .sum());
            }
            longer++;
        }
        assertThat(longer).isPositive();
    }

    @Test
    void aFlippedBitIsAnErrorOrLeavesOutOneIntervalAndNeverMixesBytes() throws IOException {
        Recording recording = Recordings.chatty(220);
        byte[] journal = recording.journal();
        byte[][] said = recording.said().values().toArray(new byte[0][]);
        assertThat(journal.length).isGreaterThan(2 * JournalWriter.CHECKPOINT_BYTES);
        Random random = new Random(11);
        for (int i = 0; i < FLIPS; i++) {
            byte[] damaged = journal.clone();
            int bit = random.nextInt(journal.length * 8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try (JournalReader reader = new JournalReader(new MemoryBytes(damaged))) {
                JournalStatistics statistics = reader.statistics();
                // The last checkpoint stands at the end, so damage to itself makes it a torn end.
                assertThat(statistics.damaged() + statistics.torn()).isBetween(1L, 3L * JournalWriter.CHECKPOINT_BYTES);
                assertThat(statistics.payload()).isLessThanOrEqualTo(recording.bytes());
                assertNothingForeign(reader, said);
            } catch (WireFormatException e) {
                assertThat(bit / 8).as(e.getMessage()).isLessThan(19);
            }
        }
    }

    // Lines of one task name it, so a foreign byte would show; only the first and last task are looked at.
    private static void assertNothingForeign(JournalReader reader, byte[][] said) throws IOException {
        JournalTask task = reader.tasks().get(reader.tasks().size() - 1);
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        reader.copy(task, copy);
        String own = "task " + task.source() + " says";
        copy.toString(StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> assertThat(line).startsWith(own));
        assertThat(said).isNotEmpty();
    }

    @Test
    void randomBytesAreAnErrorWithAnOffset() {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            Assertions.assertThatThrownBy(() -> replay(bytes))
                    .isInstanceOf(WireFormatException.class)
                    .hasMessageContaining("at byte");
        }
    }

    @Test
    void aTornJournalIsContinuedBehindItsLastWholeFrame() throws Exception {
        Random random = new Random(9);
        byte[] journal = Recordings.chatty(50).journal();
        Path path = directory.resolve("torn.hlog");
        for (int i = 0; i < 60; i++) {
            int length = 19 + random.nextInt(journal.length - 18);
            Files.write(path, Arrays.copyOf(journal, length));
            try (OutputMultiplexer mux =
                    OutputMultiplexer.builder().appendToJournal(path).build()) {
                OutputSource source = mux.open("later", null);
                source.write(Channel.STDOUT, "after the crash\n".getBytes(StandardCharsets.UTF_8));
                source.finish(0);
            }
            try (JournalReader reader = Journal.open(path)) {
                assertThat(reader.statistics().damaged()).isZero();
                assertThat(reader.statistics().torn()).isZero();
                JournalTask task = reader.lastOf("later").orElseThrow();
                ByteArrayOutputStream copy = new ByteArrayOutputStream();
                reader.copy(task, copy);
                assertThat(copy).hasToString("after the crash\n");
                assertThat(reader.tasks().stream().map(JournalTask::source)).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void whatAKilledProcessReportedDoneIsThere() throws Exception {
        Random random = new Random();
        for (int round = 0; round < Integer.getInteger("heddle.kills", 3); round++) {
            Path path = directory.resolve("killed" + round + ".hlog");
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Chatterbox.class.getName(),
                            path.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String last = "";
            int reports = 20 + random.nextInt(400);
            try (var reader = child.inputReader()) {
                for (int i = 0; i < reports; i++) {
                    last = reader.readLine();
                }
                child.toHandle().destroyForcibly();
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    last = line.matches("job \\d+") ? line : last;
                }
            }
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertRecovered(path, last);
        }
    }

    private static void assertRecovered(Path path, String last) throws IOException {
        try (JournalReader reader = Journal.open(path)) {
            assertThat(reader.statistics().damaged()).isZero();
            JournalTask done = reader.lastOf(last).orElseThrow();
            assertThat(done.ending()).isNotNull();
            for (JournalTask task : reader.tasks()) {
                ByteArrayOutputStream copy = new ByteArrayOutputStream();
                reader.copy(task, copy);
                String text = copy.toString(StandardCharsets.UTF_8);
                assertThat(Chatterbox.text(task.job().task())).startsWith(text);
                if (task.ending() != null) {
                    assertThat(text).isEqualTo(Chatterbox.text(task.job().task()));
                }
            }
        }
    }
}
