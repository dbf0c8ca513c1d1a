package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCaptureTest {

    @TempDir
    Path directory;

    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream host = new ByteArrayOutputStream();
    private final PrintStream hostOut = new PrintStream(host, true, ISO_8859_1);
    private final PrintStream hostErr = new PrintStream(host, true, ISO_8859_1);

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

    private OutputMultiplexer mux(String name) throws IOException {
        return OutputMultiplexer.builder().journal(directory.resolve(name)).build();
    }

    private String said(String name, String task) throws IOException {
        try (JournalReader reader = Journal.open(directory.resolve(name))) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copy(reader.lastOf(task).orElseThrow(), copy);
            return copy.toString(UTF_8);
        }
    }

    private String engine(String name) throws IOException {
        try (JournalReader reader = Journal.open(directory.resolve(name))) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            reader.copyEngine(copy);
            return copy.toString(UTF_8);
        }
    }

    @Test
    void whatAJobAndItsThreadsPrintIsTheJobsAndTheRestIsTheEngines() throws Exception {
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            System.out.println("from the host");
            OutputSource source = mux.open("job", null);
            try (SystemCapture.Scope scope = capture.enter(source)) {
                assertThat(scope).isNotNull();
                System.out.println("from the job");
                Thread child = new Thread(() -> {
                    Thread grandchild = new Thread(() -> System.err.print("from its thread"));
                    grandchild.start();
                    joined(grandchild);
                });
                child.start();
                child.join();
            }
            System.out.print("again the host");
            source.finish(0);
        }
        assertThat(said("a", "job")).isEqualTo("from the job\nfrom its thread");
        assertThat(engine("a")).isEqualTo("from the host\nagain the host");
        assertThat(host.size()).isZero();
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wrappedWorkOfAPoolBelongsToTheJobThatWrappedIt() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            pool.submit(() -> System.out.println("the pool")).get();
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                OutputSource source = mux.open("job" + i, null);
                try (SystemCapture.Scope scope = capture.enter(source)) {
                    assertThat(scope).isNotNull();
                    pool.submit(capture.wrap(() -> System.out.println("run " + number)))
                            .get();
                    results.add(pool.submit(capture.wrap(() -> {
                        System.out.println("call " + number);
                        return number;
                    })));
                }
                assertThat(results.get(i).get()).isEqualTo(i);
                source.finish(0);
            }
            pool.submit(capture.wrap(() -> System.out.println("nobody's"))).get();
        } finally {
            pool.shutdown();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(said("a", "job" + i)).isEqualTo("run " + i + "\ncall " + i + "\n");
        }
        assertThat(engine("a")).isEqualTo("the pool\nnobody's\n");
    }

    @Test
    void oneCallIsOnePieceHoweverManyThreadsPrintForAJob() throws Exception {
        int threads = 8;
        String filler = "x".repeat(3000);
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            OutputSource source = mux.open("job", null);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> all = new ArrayList<>();
            try (SystemCapture.Scope scope = capture.enter(source)) {
                assertThat(scope).isNotNull();
                for (int i = 0; i < threads; i++) {
                    int number = i;
                    Thread thread = new Thread(() -> {
                        Random random = new Random(number);
                        awaited(start);
                        for (int line = 0; line < 300; line++) {
                            String text = number + ":" + line + ":" + filler.substring(random.nextInt(3000)) + ".";
                            if (line % 2 == 0) {
                                System.out.println(text);
                            } else {
                                System.out.printf("%s%n", text);
                            }
                        }
                    });
                    thread.start();
                    all.add(thread);
                }
            }
            start.countDown();
            all.forEach(SystemCaptureTest::joined);
            source.finish(0);
        }
        List<String> lines = said("a", "job").lines().toList();
        assertThat(lines).hasSize(threads * 300).allMatch(line -> line.matches("\\d:\\d+:x+\\."));
        for (int i = 0; i < threads; i++) {
            String own = i + ":";
            assertThat(lines.stream().filter(line -> line.startsWith(own)).map(line -> line.split(":")[1]))
                    .hasSize(300)
                    .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aThreadThatOutlivesItsJobPrintsForTheEngineBehindAWarning() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            OutputSource source = mux.open("short", null);
            Thread thread;
            try (SystemCapture.Scope scope = capture.enter(source)) {
                assertThat(scope).isNotNull();
                System.out.println("in time");
                thread = new Thread(
                        () -> {
                            awaited(ended);
                            System.out.println("late");
                            System.out.println("later");
                        },
                        "straggler");
                thread.start();
            }
            source.finish(0);
            ended.countDown();
            thread.join();
        }
        assertThat(said("a", "short")).isEqualTo("in time\n");
        assertThat(engine("a"))
                .isEqualTo("thread 'straggler' goes on printing after the end of job 'short', which started it\n"
                        + "late\nlater\n");
    }

    @Test
    void aJobOutputThatStandsBeforeASourceIsWrittenToo() throws Exception {
        List<String> seen = new ArrayList<>();
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            OutputSource source = mux.open("job", null);
            JobOutput before = new JobOutput() {
                @Override
                public void write(Channel channel, byte[] bytes, int offset, int length) {
                    seen.add(new String(bytes, offset, length, UTF_8));
                    source.write(channel, bytes, offset, length);
                }

                @Override
                public void finish(Outcome outcome) {}

                @Override
                public void close() {}
            };
            try (SystemCapture.Scope scope = capture.enter(before)) {
                assertThat(scope).isNotNull();
                System.out.println("one");
                source.finish(0);
                System.out.println("two");
            }
        }
        assertThat(seen).containsExactly("one\n", "two\n");
        assertThat(said("a", "job")).isEqualTo("one\n");
        assertThat(engine("a")).contains("after the end of a job").endsWith("two\n");
    }

    @Test
    void everyWayToPrintSaysTheSameAsThePrintStreamOfTheJdk() throws Exception {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (OutputMultiplexer mux = mux("a");
                SystemCapture capture = SystemCapture.into(mux)) {
            assertThat(capture).isNotNull();
            for (PrintStream stream : List.of(new PrintStream(expected, true, UTF_8), System.out)) {
                printInEveryWay(stream);
                assertThat(stream.checkError()).isFalse();
            }
        }
        assertThat(engine("a")).isEqualTo(expected.toString(UTF_8));
    }

    private static void printInEveryWay(PrintStream to) throws IOException {
        to.print(true);
        to.print('c');
        to.print(1);
        to.print(2L);
        to.print(3.5f);
        to.print(4.25);
        to.print(new char[] {'a', 'b'});
        to.print("text é \u4e16 \ud83d\ude00");
        to.print((String) null);
        to.print((Object) List.of(1));
        to.println();
        to.println(false);
        to.println('d');
        to.println(5);
        to.println(6L);
        to.println(7.5f);
        to.println(8.25);
        to.println(new char[] {'x'});
        to.println("line");
        to.println((Object) null);
        to.printf("%d-%s", 1, "a");
        to.printf(Locale.GERMANY, "%.2f", 1.5);
        to.format("%s%n", "f");
        to.format(Locale.ROOT, "%.1f", 2.5);
        to.append("abc").append("abcdef", 2, 4).append('z').append(null);
        to.write('w');
        to.write(new byte[] {1, 2, 3});
        to.write(new byte[] {9, 'y', 9}, 1, 1);
        to.writeBytes(new byte[] {'b'});
        to.print('\ud83d');
        to.print('\ude00');
        to.flush();
        to.close();
    }

    @Test
    void capturesClosedInAnyOrderGiveTheVeryStreamsBack() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 40; round++) {
            int count = 2 + random.nextInt(4);
            List<OutputMultiplexer> muxes = new ArrayList<>();
            List<SystemCapture> captures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                muxes.add(mux("m" + i));
                captures.add(SystemCapture.into(muxes.get(i)));
                System.out.println("on top " + i);
            }
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                open.add(i);
            }
            while (!open.isEmpty()) {
                captures.get(open.remove(random.nextInt(open.size()))).close();
                System.out.println("said with " + open.size());
            }
            assertThat(System.out).isSameAs(hostOut);
            assertThat(System.err).isSameAs(hostErr);
            muxes.forEach(OutputMultiplexer::close);
            String all = "";
            for (int i = 0; i < count; i++) {
                assertThat(engine("m" + i)).startsWith("on top " + i + "\n");
                all += engine("m" + i);
            }
            for (int left = 1; left < count; left++) {
                assertThat(all).containsOnlyOnce("said with " + left);
            }
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("said with 0\n".repeat(40));
    }

    @Test
    void whatAClosedCaptureHandsOnHasTheEncodingOfTheStreamBehindIt() throws Exception {
        try (OutputMultiplexer mux = mux("a")) {
            SystemCapture capture = SystemCapture.into(mux);
            PrintStream kept = System.out;
            kept.print("é");
            capture.close();
            capture.close();
            kept.print("é");
            kept.write(new byte[] {7});
        }
        assertThat(engine("a")).isEqualTo("é");
        assertThat(host.toByteArray()).isEqualTo(new byte[] {(byte) 0xE9, 7});
    }

    @Test
    void aSinkThatPrintsWhatItIsGivenDoesNotCallItself() throws Exception {
        Sink printing = new Sink() {
            @Override
            public void write(Group group) throws IOException {
                group.read((bytes, from, length) -> System.out.write(bytes, from, length));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.line())
                        .to(printing)
                        .build();
                SystemCapture capture = SystemCapture.into(mux)) {
            assertThat(capture).isNotNull();
            System.out.println("once");
            assertThat(mux.drain()).isTrue();
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("once\n");
    }

    @Test
    void aStreamThatAStrangerPutOnTopStaysThere() throws Exception {
        try (OutputMultiplexer mux = mux("a")) {
            SystemCapture capture = SystemCapture.into(mux);
            PrintStream strangers = new PrintStream(System.out, true, UTF_8);
            System.setOut(strangers);
            capture.close();
            assertThat(System.out).isSameAs(strangers);
            System.out.println("through both");
            System.setOut(hostOut);
        }
        assertThat(host.toString(ISO_8859_1)).isEqualTo("through both\n");
    }

    /** Heddle as another class loader has it. */
    private final class Stranger implements AutoCloseable {
        final URLClassLoader loader;
        final AutoCloseable mux;
        final AutoCloseable capture;

        Stranger(String journal) throws Exception {
            URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Stranger::url)
                    .toArray(URL[]::new);
            loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
            Class<?> muxClass = loader.loadClass(OutputMultiplexer.class.getName());
            assertThat(muxClass).isNotSameAs(OutputMultiplexer.class);
            Object builder = muxClass.getMethod("builder").invoke(null);
            builder.getClass().getMethod("journal", Path.class).invoke(builder, directory.resolve(journal));
            mux = (AutoCloseable) builder.getClass().getMethod("build").invoke(builder);
            capture = (AutoCloseable) loader.loadClass(SystemCapture.class.getName())
                    .getMethod("into", muxClass)
                    .invoke(null, mux);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                mux.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
            loader.close();
        }
    }

    @Test
    void copiesOfHeddleInSeveralClassLoadersDoNotDisturbOneAnother() throws Exception {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int[] order : orders) {
            try (Stranger first = new Stranger("first");
                    OutputMultiplexer own = mux("own")) {
                SystemCapture capture = SystemCapture.into(own);
                try (Stranger last = new Stranger("last")) {
                    System.out.println("at the last");
                    List<AutoCloseable> captures = List.of(first.capture, capture, last.capture);
                    for (int index : order) {
                        captures.get(index).close();
                        System.out.println("after " + index);
                    }
                }
            }
            assertThat(System.out).isSameAs(hostOut);
            assertThat(System.err).isSameAs(hostErr);
            assertThat(engine("last")).startsWith("at the last\n");
            String all = engine("first") + engine("own") + engine("last");
            assertThat(all).containsOnlyOnce("after " + order[0]).containsOnlyOnce("after " + order[1]);
            assertThat(host.toString(ISO_8859_1)).isEqualTo("after " + order[2] + "\n");
            host.reset();
        }
    }
}
