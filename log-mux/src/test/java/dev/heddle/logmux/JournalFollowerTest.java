package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalFollowerTest {

    @TempDir
    Path directory;

    /** Gives what is shown to the test. */
    private static final class Handover implements Sink {
        final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

        @Override
        public void write(Group group) throws IOException {
            shown.add(new String(group.bytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            shown.add("closed");
        }

        String next() throws InterruptedException {
            String text = shown.poll(30, TimeUnit.SECONDS);
            return text == null ? "nothing came" : text;
        }
    }

    /** A journal in an array that gets longer at each look, in virtual time. */
    private static final class Growing implements GrowingBytes {
        private final byte[] whole;
        private final int step;
        final AtomicLong now = new AtomicLong();
        int length;
        boolean interrupted;

        Growing(byte[] whole, int step) {
            this.whole = whole;
            this.step = step;
        }

        @Override
        public boolean await(long nanos, boolean complete) {
            now.addAndGet(1_000_000);
            length = Math.min(whole.length, length + step);
            return length < whole.length;
        }

        @Override
        public void interrupt() {
            interrupted = true;
        }

        @Override
        public int read(long offset, byte[] to, int at, int count) {
            int taken = (int) Math.min(count, length - offset);
            if (taken <= 0) {
                return -1;
            }
            System.arraycopy(whole, (int) offset, to, at, taken);
            return taken;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void close() {}
    }

    private static CompletableFuture<ViewStatistics> follow(JournalFollower follower, Sink sink) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return follower.follow(GroupingStrategy.line(), sink, LineRules.none());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void whatIsSaidIsShownWhileTheBuildRunsAndTheEndOfTheBuildIsTheEnd() throws Exception {
        Path file = directory.resolve("build.hlog");
        Handover shown = new Handover();
        CompletableFuture<ViewStatistics> done;
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(file).build()) {
            OutputSource source = mux.open("a", null);
            source.write(Channel.STDOUT, "one\n".getBytes(StandardCharsets.UTF_8));
            mux.drain();
            JournalFollower follower = JournalFollower.open(file);
            done = follow(follower, shown);
            assertThat(shown.next()).isEqualTo("one\n");
            source.write(Channel.STDOUT, "two\n".getBytes(StandardCharsets.UTF_8));
            assertThat(shown.next()).isEqualTo("two\n");
            source.write(Channel.STDOUT, "half".getBytes(StandardCharsets.UTF_8));
            // Shown by the clock of the follower, for nothing comes after it.
            assertThat(shown.next()).isEqualTo("half");
            assertThat(done).isNotDone();
            source.finish(0);
        }
        assertThat(shown.next()).isEqualTo("closed");
        assertThat(done.get(30, TimeUnit.SECONDS).bytes()).isEqualTo(12);
    }

    @Test
    void howeverAJournalGrowsTheSameIsShown() throws Exception {
        Recording recording = Recordings.chatty(40);
        byte[] journal = recording.journal();
        for (int step : new int[] {1 << 20, 4096, 511, 37}) {
            CheckingSink sink = new CheckingSink();
            Growing bytes = new Growing(journal, step);
            try (JournalFollower follower = new JournalFollower(bytes, bytes.now::get, null)) {
                follower.follow(GroupingStrategy.line(), sink, LineRules.none());
            }
            assertThat(sink.said().keySet()).isEqualTo(recording.said().keySet());
            recording
                    .said()
                    .forEach((key, said) -> assertThat(sink.said().get(key))
                            .as("%s by %s bytes", key, step)
                            .isEqualTo(said));
        }
    }

    @Test
    void onlyTheJobsThatAreWantedAreShown() throws Exception {
        byte[] journal = new Recording("two")
                .start(0, 1, "a")
                .start(0, 2, "b")
                .say(1, 1, "of a\n")
                .say(2, 2, "of b\n")
                .end(3, 1, 0)
                .end(3, 2, 0)
                .journal();
        CheckingSink sink = new CheckingSink();
        Growing bytes = new Growing(journal, 10);
        try (JournalFollower follower = new JournalFollower(bytes, bytes.now::get, null)) {
            follower.only(job -> job.task().equals("job2")).follow(GroupingStrategy.line(), sink, LineRules.none());
        }
        assertThat(sink.inOrder).hasToString("of b\n");
        assertThat(sink.ended()).containsExactly(2);
    }

    @Test
    void onlyTheChannelsThatAreWantedAreShown() throws Exception {
        byte[] journal = new Recording("channels")
                .start(0, 1, "a")
                .say(1, 1, "said\n")
                .say(2, 1, Channel.STDERR, "complained\n".getBytes(StandardCharsets.UTF_8))
                .say(3, 1, "said again\n")
                .end(4, 1, 0)
                .journal();
        CheckingSink sink = new CheckingSink();
        Growing bytes = new Growing(journal, 10);
        try (JournalFollower follower = new JournalFollower(bytes, bytes.now::get, null)) {
            follower.on(EnumSet.of(Channel.STDERR)).follow(GroupingStrategy.line(), sink, LineRules.none());
        }
        assertThat(sink.inOrder).hasToString("complained\n");
        assertThat(sink.ended()).containsExactly(1);
    }

    @Test
    void aRecordingThatWasCutOffIsShownUpToThereAndTold() throws Exception {
        byte[] journal = Recordings.chatty(5).journal();
        Path file = directory.resolve("cut.hlog");
        Files.write(file, Arrays.copyOf(journal, journal.length / 2));
        CheckingSink sink = new CheckingSink();
        try (JournalFollower follower = JournalFollower.open(file)) {
            follower.follow(GroupingStrategy.line(), sink, LineRules.none());
            assertThat(follower.isCutOff()).isTrue();
        }
        assertThat(sink.closed).isTrue();
        assertThat(sink.said()).isNotEmpty();
    }

    @Test
    void aFileThatIsLockedIsWaitedForHoweverQuietItIs() throws Exception {
        byte[] journal = Recordings.chatty(5).journal();
        Path file = directory.resolve("quiet.hlog");
        Files.write(file, Arrays.copyOf(journal, journal.length / 2));
        Handover shown = new Handover();
        CompletableFuture<ViewStatistics> done;
        try (RandomAccessFile writer = JournalFile.lock(file)) {
            assertThat(writer.length()).isEqualTo(journal.length / 2);
            done = follow(JournalFollower.open(file), shown);
            // Longer than the looks after which the lock is looked at.
            assertThatThrownBy(() ->
                            done.get(2 * FollowedFile.QUIET_LOOKS * FollowedFile.POLL_NANOS, TimeUnit.NANOSECONDS))
                    .isInstanceOf(TimeoutException.class);
        }
        assertThat(done.get(30, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aNewBuildInPlaceOfTheFollowedOneIsNoticed() throws Exception {
        Path file = directory.resolve("build.hlog");
        OutputMultiplexer.builder().journal(file).build().close();
        try (JournalFollower follower = JournalFollower.open(file)) {
            assertThat(follower.isReplaced()).isFalse();
            OutputMultiplexer.builder().journal(file).build().close();
            follower.follow(GroupingStrategy.line(), new CheckingSink(), LineRules.none());
            assertThat(follower.isReplaced()).isTrue();
            assertThat(follower.isCutOff()).isFalse();
        }
    }

    @Test
    void closingEndsIt() throws Exception {
        Path file = directory.resolve("build.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder().journal(file).build()) {
            mux.message(Channel.MESSAGE, "begun");
            JournalFollower follower = JournalFollower.open(file);
            Handover shown = new Handover();
            CompletableFuture<ViewStatistics> done = follow(follower, shown);
            assertThat(shown.next()).isEqualTo("begun\n");
            follower.close();
            assertThat(done.handle((value, failure) -> "ended").get(30, TimeUnit.SECONDS))
                    .isEqualTo("ended");
        }
    }

    @Test
    void whatIsNoJournalIsRefusedWithThePlace() throws Exception {
        assertThatThrownBy(() -> JournalFollower.open(directory.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> JournalFollower.open(directory)).hasMessageContaining("regular file");
        Path text = Files.writeString(directory.resolve("text"), "this is no journal at all, but text\n");
        try (JournalFollower follower = JournalFollower.open(text)) {
            assertThatThrownBy(() -> follower.follow(GroupingStrategy.line(), new CheckingSink(), LineRules.none()))
                    .isInstanceOf(WireFormatException.class)
                    .hasMessageContaining("at byte");
        }
    }

    @Test
    void everyTruncationAndManyChangesAreFollowedToAnEnd() throws Exception {
        byte[] journal = Recordings.noNewline().journal();
        Mutations mutations =
                new Mutations(List.of(journal, Recordings.chatty(30).journal()));
        for (int i = 0; i < journal.length + Mutations.COUNT; i++) {
            byte[] bytes = i < journal.length ? Arrays.copyOf(journal, i) : mutations.bytes(i);
            Growing growing = new Growing(bytes, 1 + i % 5000);
            try (JournalFollower follower = new JournalFollower(growing, growing.now::get, null)) {
                // With damage a source may speak behind its end, which no sink may mind.
                Sink sink = i < journal.length ? new CheckingSink() : new Handover();
                follower.follow(GroupingStrategy.indented(), sink, LineRules.none());
            } catch (WireFormatException e) {
                assertThat(e).hasMessageContaining("at byte");
            }
        }
    }
}
