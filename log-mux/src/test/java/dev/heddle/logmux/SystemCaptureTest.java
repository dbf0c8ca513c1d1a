package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whose is what the host program prints. */
class SystemCaptureTest extends CapturedHost {

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
}
