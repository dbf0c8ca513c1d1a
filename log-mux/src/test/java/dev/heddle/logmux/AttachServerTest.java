package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.event.BuildEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AttachServerTest {

    @TempDir
    Path directory;

    private Path socket() {
        return directory.resolve("s");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Keeps what is shown, and tells when something of it was. */
    private static final class Witness implements Sink {
        final ByteArrayOutputStream shown = new ByteArrayOutputStream();
        final List<String> facts = new ArrayList<>();
        final CountDownLatch seen = new CountDownLatch(1);

        @Override
        public void write(Group group) throws IOException {
            group.read(shown::write);
            facts.add((group.job() == null ? "engine" : group.job().task()) + ": " + group.length());
            seen.countDown();
        }

        @Override
        public void event(BuildEvent event) {
            facts.add(event.getClass().getSimpleName());
        }

        @Override
        public void ended(int source, dev.heddle.core.@Nullable JobInfo job, JobEnding ending) {
            facts.add((job == null ? "?" : job.task()) + " " + ending.kind());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private CompletableFuture<Witness> attach(JournalFollower.Start start, Witness witness) {
        CompletableFuture<Witness> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (JournalFollower follower = JournalFollower.attach(socket(), start)) {
                follower.follow(GroupingStrategy.line(), witness, LineRules.none());
                if (follower.isCutOff()) {
                    throw new IOException("cut off");
                }
                done.complete(witness);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private SocketChannel request(String line) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        channel.write(ByteBuffer.wrap(bytes(line)));
        return channel;
    }

    private static String answer(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(4096);
        while (answer.hasRemaining() && channel.read(answer) >= 0) {
            // until the server closes
        }
        return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void clientsThatBeginLateSeeEverythingOrWhatIsSaidFromThenOn() throws Exception {
        CompletableFuture<Witness> all;
        CompletableFuture<Witness> rest;
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .journal(directory.resolve("build.hlog"))
                .build()) {
            mux.serve(socket());
            OutputSource early = mux.open("early", "part");
            early.write(Channel.STDOUT, bytes("before\n"));
            mux.open("gone", null).finish(0);
            mux.drain();
            Witness late = new Witness();
            rest = attach(JournalFollower.Start.NOW, late);
            Witness first = new Witness();
            all = attach(JournalFollower.Start.BEGINNING, first);
            assertThat(first.seen.await(60, TimeUnit.SECONDS)).isTrue();
            awaitClients(mux, 2);
            while (late.seen.getCount() > 0) {
                // Said until the client is there to hear it.
                mux.message(Channel.MESSAGE, "hello");
                var unused = late.seen.await(10, TimeUnit.MILLISECONDS);
            }
            early.write(Channel.STDERR, bytes("after\n"));
            mux.events()
                    .onEvent(new BuildEvent.CriticalPathFound(
                            new BuildEvent.Stamp(1, 0, Instant.EPOCH), Duration.ofSeconds(1), List.of("early"), 0));
            early.finish(3);
        }
        Witness everything = all.get(60, TimeUnit.SECONDS);
        assertThat(everything.shown.toString(StandardCharsets.UTF_8))
                .startsWith("before\n")
                .endsWith("after\n");
        assertThat(everything.facts).contains("gone EXITED", "early EXITED", "CriticalPathFound");
        Witness later = rest.get(60, TimeUnit.SECONDS);
        assertThat(later.shown.toString(StandardCharsets.UTF_8))
                .startsWith("hello\n")
                .endsWith("after\n");
        assertThat(later.facts)
                .contains("early: 6", "early EXITED", "CriticalPathFound")
                .doesNotContain("gone EXITED");
    }

    private static void awaitClients(OutputMultiplexer mux, int count) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (mux.attachedClients() < count) {
            var unused = never.await(2, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void clientsThatTakeNothingSlowNobodyAndTheOthersMissNothing() throws Exception {
        byte[] line = bytes("x".repeat(1023) + "\n");
        int lines = 40_000;
        List<CompletableFuture<Witness>> clients;
        List<SocketChannel> stopped = new ArrayList<>();
        Path file = directory.resolve("build.hlog");
        // Stands until the others have everything: on a busy machine they may take longer than a client is waited for.
        AtomicLong clock = new AtomicLong();
        OutputMultiplexer mux =
                OutputMultiplexer.builder().journal(file).ticker(clock::get).build();
        mux.serve(socket());
        for (int i = 0; i < 10; i++) {
            stopped.add(request("heddle-attach 1 beginning\n"));
        }
        clients = IntStream.range(0, 4)
                .mapToObj(i -> attach(JournalFollower.Start.BEGINNING, new Witness()))
                .toList();
        awaitClients(mux, 14);
        var unused = CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> clock.addAndGet(2 * AttachServer.PATIENCE_NANOS));
        try (OutputSource source = mux.open("a", null)) {
            for (int i = 0; i < lines; i++) {
                source.write(Channel.STDOUT, line);
            }
            source.finish(0);
        }
        mux.close();
        for (CompletableFuture<Witness> client : clients) {
            assertThat(client.get(60, TimeUnit.SECONDS).shown.size()).isEqualTo(lines * line.length);
        }
        try (JournalReader reader = Journal.open(file)) {
            assertThat(reader.lastOf("a").orElseThrow().totalBytes()).isEqualTo((long) lines * line.length);
        }
        for (SocketChannel channel : stopped) {
            channel.close();
        }
    }

    @Test
    void whatIsSentIsAJournalOfItsOwn() throws Exception {
        Recording recording = Recordings.chatty(60);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (SocketChannel channel = serveAndSay(recording, whole)) {
            Channels.newInputStream(channel).transferTo(whole);
        }
        byte[] sent = whole.toByteArray();
        try (JournalReader reader = new JournalReader(new MemoryBytes(sent))) {
            assertThat(reader.statistics().damaged()).isZero();
            assertThat(reader.statistics().torn()).isZero();
            assertThat(reader.statistics().payload()).isEqualTo(recording.bytes());
            for (Map.Entry<String, byte[]> said : recording.said().entrySet()) {
                int source = Integer.parseInt(said.getKey().split(" ")[0]);
                ByteArrayOutputStream copy = new ByteArrayOutputStream();
                reader.copy(reader.lastOf("job" + source).orElseThrow(), copy);
                assertThat(copy.toByteArray()).isEqualTo(said.getValue());
            }
        }
    }

    // A client that reads, but for one byte, only when everything was said; the journal waits for it. The first byte
    // tells
    // that the request was read: a client that comes when all is over may be sent away.
    private SocketChannel serveAndSay(Recording recording, ByteArrayOutputStream first) throws IOException {
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .journal(directory.resolve("build.hlog"))
                .build();
        mux.serve(socket());
        SocketChannel channel = request("heddle-attach 1 beginning\n");
        first.write(Channels.newInputStream(channel).read());
        Map<Integer, OutputSource> sources = new HashMap<>();
        for (Recording.Event event : recording.events) {
            OutputSource source = sources.computeIfAbsent(event.source(), number -> mux.open("job" + number, null));
            if (event.bytes() != null) {
                source.write(event.channel(), event.bytes());
            } else if (event.status() != null) {
                source.finish(event.status());
            }
        }
        Thread closer = new Thread(mux::close);
        closer.setDaemon(true);
        closer.start();
        return channel;
    }

    @Test
    void aClientOfAJournalInMemoryIsToldWhatIsNoLongerKept() throws Exception {
        Witness witness = new Witness();
        CompletableFuture<Witness> client;
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().memoryJournal(256 * 1024).build()) {
            mux.serve(socket());
            OutputSource source = mux.open("a", null);
            for (int i = 0; i < 2000; i++) {
                source.write(Channel.STDOUT, bytes("x".repeat(999) + "\n"));
            }
            mux.drain();
            client = attach(JournalFollower.Start.BEGINNING, witness);
            assertThat(witness.seen.await(60, TimeUnit.SECONDS)).isTrue();
            source.write(Channel.STDOUT, bytes("last\n"));
            source.finish(0);
        }
        client.get(60, TimeUnit.SECONDS);
        assertThat(witness.shown.toString(StandardCharsets.UTF_8))
                .contains("bytes of the journal are no longer kept")
                .endsWith("last\n");
        assertThat(witness.facts).contains("a EXITED");
    }

    @Test
    void whatIsNoRequestIsRefusedAndHarmsNobody() throws Exception {
        Random random = new Random(7);
        try (OutputMultiplexer mux = OutputMultiplexer.builder().build()) {
            mux.serve(socket());
            byte[] good = bytes("heddle-attach 1 beginning\n");
            for (int i = 0; i < 300; i++) {
                byte[] line = Arrays.copyOf(good, i < good.length ? i : random.nextInt(200));
                if (i >= good.length) {
                    random.nextBytes(line);
                }
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                    channel.write(ByteBuffer.wrap(line));
                    channel.shutdownOutput();
                    assertThat(answer(channel)).matches("(?s)(heddle-attach refused .*\n)?");
                } catch (IOException e) {
                    // The server has closed before everything was written or read.
                    assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
                }
            }
            try (SocketChannel channel = request("heddle-attach 2 beginning\n")) {
                assertThat(answer(channel)).startsWith("heddle-attach refused ");
            }
            Witness witness = new Witness();
            CompletableFuture<Witness> client = attach(JournalFollower.Start.BEGINNING, witness);
            mux.message(Channel.MESSAGE, "still here");
            assertThat(witness.seen.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client).isNotDone();
        }
    }

    @Test
    void moreClientsThanTheBoundAreRefusedWithTheReason() throws Exception {
        List<SocketChannel> held = new ArrayList<>();
        try (OutputMultiplexer mux = OutputMultiplexer.builder().build()) {
            mux.serve(socket());
            for (int i = 0; i < AttachServer.MOST_CLIENTS; i++) {
                held.add(request("heddle-attach 1 now\n"));
            }
            awaitClients(mux, AttachServer.MOST_CLIENTS);
            assertThatThrownBy(() -> JournalFollower.attach(socket(), JournalFollower.Start.NOW))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("64 clients");
        }
        for (SocketChannel channel : held) {
            channel.close();
        }
    }

    @Test
    void aClientThatNeverSaysWhatItWantsIsGivenUp() throws Exception {
        AtomicLong now = new AtomicLong();
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().ticker(now::get).build()) {
            mux.serve(socket());
            try (SocketChannel channel = request("heddle")) {
                awaitClients(mux, 1);
                now.addAndGet(AttachedClient.REQUEST_NANOS + 1);
                assertThat(answer(channel)).isEmpty();
            }
        }
    }

    @Test
    void theSocketIsForItsOwnerAndNothingStaysBehind() throws Exception {
        OutputMultiplexer mux = OutputMultiplexer.builder().build();
        mux.serve(socket());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> mux.serve(directory.resolve("other"))).isInstanceOf(IllegalStateException.class);
        try (OutputMultiplexer second = OutputMultiplexer.builder().build()) {
            assertThatThrownBy(() -> second.serve(socket())).hasMessageContaining("another build is served there");
        }
        SocketChannel silent = request("");
        mux.close();
        assertThat(directory).isEmptyDirectory();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("heddle-attach"));
        assertThatThrownBy(() -> mux.serve(socket())).isInstanceOf(IllegalStateException.class);
        silent.close();
    }

    @Test
    void whatStandsInTheWayIsReplacedOnlyIfItIsASocketThatNobodyServes() throws Exception {
        ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        left.bind(UnixDomainSocketAddress.of(socket()));
        left.close();
        try (OutputMultiplexer mux = OutputMultiplexer.builder().build()) {
            mux.serve(socket());
            request("heddle-attach 1 now\n").close();
        }
        Files.writeString(socket(), "precious");
        try (OutputMultiplexer mux = OutputMultiplexer.builder().build()) {
            assertThatThrownBy(() -> mux.serve(socket())).hasMessageContaining("no socket");
            assertThat(socket()).hasContent("precious");
            Path open = Files.createDirectory(directory.resolve("open"));
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatThrownBy(() -> mux.serve(open.resolve("s"))).hasMessageContaining("others may write there");
            assertThatThrownBy(() -> mux.serve(directory.resolve("missing").resolve("s")))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> mux.serve(directory.resolve("x".repeat(100))))
                    .hasMessageContaining("shorter");
        }
    }

    /** Serves whatever it is given to one client after another. */
    private void serveBytes(ServerSocketChannel server, byte[] answer) {
        CompletableFuture.runAsync(() -> {
            try (SocketChannel channel = server.accept()) {
                channel.write(ByteBuffer.wrap(answer));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void whateverAServerSendsAClientReadsItToAnEndOrAnError() throws Exception {
        byte[] journal = Recordings.noNewline().journal();
        Mutations mutations = new Mutations(List.of(journal));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket()));
            int count = Math.min(400, Mutations.COUNT);
            for (int i = 0; i < journal.length + count; i++) {
                byte[] answer = i < journal.length ? Arrays.copyOf(journal, i) : mutations.bytes(i);
                serveBytes(server, answer);
                try (JournalFollower follower = JournalFollower.attach(socket(), JournalFollower.Start.NOW)) {
                    follower.follow(GroupingStrategy.task(), new Witness(), LineRules.none());
                    assertThat(follower.isCutOff()).isTrue();
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("(?s).*(journal|at byte|without an answer|Broken pipe|reset).*");
                }
            }
        }
    }
}
