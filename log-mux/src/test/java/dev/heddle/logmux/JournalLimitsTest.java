package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.wire.Slice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Journals that are full, taken, in memory, or read while they are written; and jobs that go into them. */
@Timeout(60)
class JournalLimitsTest {

    @TempDir
    Path directory;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String said(JournalReader reader, JournalTask task) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        reader.copy(task, copy);
        return copy.toString(StandardCharsets.UTF_8);
    }

    /** A file on a disk that is full after some bytes: what fits is written, then the write fails. */
    private static final class FullDisk extends RandomAccessFile {
        private final long most;

        FullDisk(Path path, long most) throws FileNotFoundException {
            super(path.toFile(), "rw");
            this.most = most;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int fits = (int) Math.min(length, most - getFilePointer());
            super.write(bytes, from, fits);
            if (fits < length) {
                throw new IOException("No space left on device");
            }
        }
    }

    @Test
    void aFullDiskEndsTheJournalAtItsLastWholeFrameAndTheBuildIsStillShown() throws Exception {
        Path path = directory.resolve("full.hlog");
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        StringBuilder expected = new StringBuilder("── job ──\n");
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .journal(path)
                .to(Sinks.text(shown))
                .build(JournalOpening.into(new FullDisk(path, 100_000)));
        try (mux) {
            OutputSource source = mux.open("job", null);
            for (int i = 0; i < 10_000; i++) {
                String line = "line " + i + " of a job that goes on whatever happens to the disk\n";
                expected.append(line);
                source.write(Channel.STDOUT, utf8(line));
            }
            source.finish(0);
            assertThat(mux.drain()).isTrue();
        }
        assertThat(mux.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.isJournal()).isTrue();
            assertThat(failure.missingBytes()).isBetween(expected.length() - 100_000L, expected.length() - 30_000L);
            assertThat(failure.toString()).contains(path.toString(), "No space left on device");
        });
        String text = shown.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.startsWith("── error:")))
                .singleElement()
                .asString()
                .contains(path.toString(), "No space left on device", "not recorded");
        String jobs = text.lines()
                .filter(line -> !line.startsWith("──"))
                .reduce(
                        new StringBuilder("── job ──\n"),
                        (all, line) -> all.append(line).append('\n'),
                        (a, b) -> a)
                .toString();
        assertThat(jobs.equals(expected.toString())).isTrue();
        try (JournalReader reader = Journal.open(path)) {
            assertThat(reader.statistics().damaged()).isZero();
            assertThat(reader.statistics().torn()).isZero();
            JournalTask task = reader.lastOf("job").orElseThrow();
            assertThat(task.ending()).isNull();
            assertThat(task.totalBytes()).isBetween(30_000L, 100_000L);
            assertThat(expected.substring("── job ──\n".length()).startsWith(said(reader, task)))
                    .isTrue();
        }
    }

    @Test
    void aDiskThatIsFullOnlyAtTheEndIsToldOfToo() throws Exception {
        Path path = directory.resolve("end.hlog");
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .journal(path)
                .to(Sinks.text(shown))
                .build(JournalOpening.into(new FullDisk(path, 200)));
        OutputSource source = mux.open("job", null);
        source.write(Channel.STDOUT, utf8("x".repeat(500) + "\n"));
        mux.close();
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("No space left on device", "x".repeat(500));
    }

    @Test
    void theLengthAtWhichTheDiskIsFullMakesNoDifferenceToWhatIsTold() throws Exception {
        Path whole = directory.resolve("whole.hlog");
        assertThat(failuresOn(whole, Long.MAX_VALUE)).isEmpty();
        long length = whole.toFile().length();
        for (long most = 100; most < length; most++) {
            Path path = directory.resolve("cut" + most + ".hlog");
            List<OutputFailure> failures = failuresOn(path, most);
            assertThat(failures)
                    .as("full after %d bytes", most)
                    .singleElement()
                    .satisfies(failure -> assertThat(
                                    failure.missingBytes() + path.toFile().length())
                            .isGreaterThanOrEqualTo(length));
        }
    }

    private static List<OutputFailure> failuresOn(Path path, long most) throws IOException {
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .journal(path)
                .ticker(() -> 0)
                .build(JournalOpening.into(new FullDisk(path, most)));
        try (mux) {
            OutputSource source = mux.open("job", null);
            source.write(Channel.STDOUT, utf8("a line\n".repeat(20)));
            source.finish(0);
        }
        return mux.failures();
    }

    @Test
    void aDiskOnWhichNothingCanBeWrittenIsRefusedAtOnce() throws Exception {
        Path path = directory.resolve("nothing.hlog");
        assertThatThrownBy(() -> failuresOn(path, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
    }

    @Test
    void aFileThatFailsOnlyWhenItIsClosedIsToldOf() throws Exception {
        Path path = directory.resolve("closing.hlog");
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw") {
            @Override
            public void close() throws IOException {
                super.close();
                throw new IOException("Disk quota exceeded");
            }
        };
        OutputMultiplexer mux = OutputMultiplexer.builder().journal(path).build(JournalOpening.into(file));
        mux.close();
        assertThat(mux.failures()).singleElement().asString().contains(path.toString(), "Disk quota exceeded");
    }

    @Test
    void aJournalInMemoryStaysWithinItsLimitAndSinksStillGetEverything() throws Exception {
        CheckingSink shown = new CheckingSink();
        String line = "held back by the strategy until memory is short\n";
        int lines = 3 * 1024 * 1024 / line.length();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .memoryJournal(512 * 1024)
                .to(shown)
                .build()) {
            OutputSource source = mux.open("job", null);
            for (int i = 0; i < lines; i++) {
                source.write(Channel.STDOUT, utf8(line));
            }
            source.finish(0);
        }
        assertThat(shown.groups).as("shown early").isGreaterThan(1);
        String text = new String(shown.said().get("1 STDOUT"), StandardCharsets.UTF_8);
        assertThat(text.equals(line.repeat(lines))).isTrue();
    }

    @Test
    void theOldestBytesInMemoryGoWhenNoReaderNeedsThem() {
        long limit = 512 * 1024;
        JournalStore store = new JournalStore(null, 0, limit);
        byte[] block = new byte[10_000];
        for (int i = 0; i < 300; i++) {
            assertThat(store.append(new Slice(block, 0, block.length), new Slice(block, 0, 0)))
                    .isNull();
            assertThat(store.published() - store.floor(0)).isLessThanOrEqualTo(limit);
        }
        assertThat(store.published()).isEqualTo(3_000_000);
        assertThat(store.readMemory(0, block, 0, 1)).isEqualTo(-1);
        assertThat(store.readMemory(store.published() - 1, block, 0, 10)).isOne();
    }

    @Test
    void aLiveJobIsShownByteByByteAndTheOthersWaitForItsEnd() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.line())
                .to(ConsoleDisplay.of(shown, false))
                .build()) {
            OutputSource other = mux.open("other", null);
            OutputSource live = mux.openLive(new JobInfo(1, "live", null, "live", "local", 1));
            OutputSource second = mux.openLive(new JobInfo(2, "second", null, "second", "local", 1));
            live.write(Channel.STDOUT, utf8("10%"));
            assertThat(mux.drain()).isTrue();
            assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("── live ──\n10%");
            other.write(Channel.STDOUT, utf8("other line\n"));
            second.write(Channel.STDOUT, utf8("second line\n"));
            live.write(Channel.STDOUT, utf8(" 20%"));
            assertThat(mux.drain()).isTrue();
            assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("── live ──\n10% 20%");
            live.finish(0);
            other.finish(0);
            second.finish(0);
            assertThat(mux.drain()).isTrue();
            assertThat(shown.toString(StandardCharsets.UTF_8))
                    .startsWith("── live ──\n10% 20%\n")
                    .contains("── other ──\nother line\n", "── second ──\nsecond line\n");
        }
    }

    @Test
    void twoWritersOfOneJournalAreRefused() throws Exception {
        Path path = directory.resolve("one.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(path).build()) {
            for (OutputMultiplexer.Builder second : new OutputMultiplexer.Builder[] {
                OutputMultiplexer.builder().journal(path),
                OutputMultiplexer.builder().appendToJournal(path)
            }) {
                assertThatThrownBy(second::build)
                        .isInstanceOf(FileSystemException.class)
                        .hasMessageContaining(path.toString())
                        .hasMessageContaining("another build is writing this journal");
            }
            OutputSource source = mux.open("first", null);
            source.write(Channel.STDOUT, utf8("unharmed"));
            source.finish(0);
        }
        try (JournalReader reader = Journal.open(path)) {
            assertThat(said(reader, reader.lastOf("first").orElseThrow())).isEqualTo("unharmed");
        }
        OutputMultiplexer.builder().appendToJournal(path).build().close();
    }

    @Test
    void aJournalCanBeReadFromTheMomentItHasItsName() throws Exception {
        Path path = directory.resolve("new.hlog");
        Path begun = directory.resolve("new.hlog.new");
        Files.writeString(begun, "what a killed process left");
        JournalFile.Fresh fresh = JournalFile.begin(path);
        assertThat(path).doesNotExist();
        assertThatThrownBy(() -> JournalFile.begin(path)).hasMessageContaining("another build is writing this journal");
        fresh.discard();
        assertThat(begun).doesNotExist();

        JournalOpening opening = JournalOpening.create(path);
        // As a kill at this moment leaves it: nothing was written on purpose yet.
        Path copy = Files.copy(path, directory.resolve("killed.hlog"));
        try (JournalReader reader = Journal.open(copy)) {
            assertThat(reader.tasks()).isEmpty();
        }
        OutputMultiplexer.builder().appendToJournal(copy).build().close();
        assertThat(begun).doesNotExist();
        assertThat(opening.store().close()).isNull();
    }

    @Test
    void aJournalIsReadWhileItIsWritten() throws Exception {
        Path path = directory.resolve("growing.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(path).build()) {
            OutputSource source = mux.open("job", null);
            source.write(Channel.STDOUT, utf8("first "));
            mux.drain();
            try (JournalReader reader = Journal.open(path)) {
                JournalTask early = reader.lastOf("job").orElseThrow();
                assertThat(early.ending()).isNull();
                assertThat(said(reader, early)).isEqualTo("first ");
                for (int i = 0; i < 50; i++) {
                    source.write(Channel.STDOUT, utf8("x".repeat(5000)));
                    mux.drain();
                    reader.refresh();
                    assertThat(reader.lastOf("job").orElseThrow().totalBytes()).isEqualTo(6 + (i + 1) * 5000L);
                }
                source.finish(4);
                reader.refresh();
                JournalTask done = reader.lastOf("job").orElseThrow();
                assertThat(done.ending().exitCode()).hasValue(4);
                assertThat(said(reader, done).equals("first " + "x".repeat(250_000)))
                        .isTrue();
                assertThat(reader.tasks()).hasSize(1);
                assertThat(reader.statistics().damaged()).isZero();
            }
        }
    }

    @Test
    void aStreamIsPumpedToItsEnd() throws Exception {
        Path path = directory.resolve("pump.hlog");
        byte[] bytes = new byte[100_001];
        new Random(1).nextBytes(bytes);
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(path).build()) {
            OutputSource source = mux.open("pump", null);
            assertThat(source.pump(new ByteArrayInputStream(bytes), Channel.STDERR))
                    .isEqualTo(bytes.length);
            source.finish(0);
        }
        try (JournalReader reader = Journal.open(path)) {
            JournalTask task = reader.lastOf("pump").orElseThrow();
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(task, copy);
            assertThat(copy.toByteArray()).isEqualTo(bytes);
            assertThat(task.bytes()).containsOnlyKeys(Channel.STDERR);
        }
    }

    @Test
    void realCommandsWithHalfLinesAreRecordedExactlyAndShownWhole() throws Exception {
        Path path = directory.resolve("real.hlog");
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        String script =
                "for i in 1 2 3; do printf \"$1 checking $i... \"; sleep 0.05; echo yes; done; printf end; exit $2";
        String[] names = {"a", "b"};
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.line())
                        .journal(path)
                        .to(Sinks.text(shown))
                        .build();
                ProcessRunner runner = ProcessRunner.builder().build()) {
            Thread[] threads = new Thread[names.length];
            for (int i = 0; i < names.length; i++) {
                OutputSource source = mux.open(names[i], null);
                Command command = Command.of("sh", "-c", script, "sh", names[i], String.valueOf(i));
                threads[i] = new Thread(() -> run(source, command, runner));
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        try (JournalReader reader = Journal.open(path)) {
            for (int i = 0; i < names.length; i++) {
                JournalTask task = reader.lastOf(names[i]).orElseThrow();
                String one = names[i] + " checking ";
                assertThat(said(reader, task))
                        .isEqualTo(one + "1... yes\n" + one + "2... yes\n" + one + "3... yes\nend");
                assertThat(task.ending().exitCode()).hasValue(i);
            }
        }
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .allMatch(line -> line.matches("── .*|[ab] checking [123]\\.\\.\\. yes|end"))
                .filteredOn(line -> line.equals("end"))
                .hasSize(2);
    }

    private static void run(OutputSource source, Command command, ProcessRunner runner) {
        try {
            source.run(command, runner);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
