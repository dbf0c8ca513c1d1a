package dev.heddle.core.process;

import static dev.heddle.core.process.ProcessRunnerContract.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of what a command writes. */
interface OutputContract extends RunnerFixture {

    @Test
    default void outputIsKeptByteForByte() throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(directory().resolve("random"), bytes);

        assertThat(run(Command.of("cat", file.toString())).output().bytes()).isEqualTo(bytes);
    }

    @Test
    default void outputWithoutALastNewlineIsKept() {
        assertThat(run(Command.of("printf", "no newline")).out()).isEqualTo("no newline");
    }

    @Test
    default void singleBytesAreKeptInOrder() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            expected.append(i % 10);
        }
        String loop = "i=0; while [ $i -lt 500 ]; do printf $((i % 10)); i=$((i + 1)); done";

        assertThat(run(Command.shell(loop)).out()).isEqualTo(expected.toString());
    }

    @Test
    default void mergedStreamsKeepTheirOrder() {
        Ran ran = run(Command.shell("for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done"));

        assertThat(ran.out()).isEqualTo("o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\no6\ne6\no7\ne7\no8\ne8\no9\ne9\n");
        assertThat(ran.output().err()).isEmpty();
    }

    @Test
    default void labelledStreamsAreToldApart() {
        for (int i = 0; i < 3; i++) {
            Ran ran = run(Command.shell("echo out; echo err >&2").capture(Command.Capture.LABELLED));
            assertThat(ran.out()).isEqualTo("out\n");
            assertThat(ran.output().err()).isEqualTo("err\n");
            assertThat(run(Command.shell("echo a; echo b >&2")).out()).isEqualTo("a\nb\n");
        }
    }

    @Test
    default void twoHundredJobsAtOnceKeepTheirOutputApart() throws IOException {
        List<RunningProcess> running = new ArrayList<>();
        List<Collected> outputs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Collected output = new Collected();
            outputs.add(output);
            running.add(runner().start(Command.shell("for i in 1 2 3 4 5; do echo job " + i + "; done"), output));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(end(running.get(i)).exitedWith(0)).isTrue();
            assertThat(outputs.get(i).out()).isEqualTo(("job " + i + "\n").repeat(5));
        }
    }

    @Test
    default void anOutputThatThrowsDoesNotHangTheJob() {
        Collected refusing = new Collected() {
            @Override
            public synchronized void write(dev.heddle.core.Channel channel, byte[] bytes, int offset, int length) {
                throw new IllegalStateException("closed");
            }
        };
        try {
            ProcessEnd end = end(runner().start(Command.of("head", "-c", "1000000", "/dev/zero"), refusing));
            assertThat(end.exitCode()).isZero();
            assertThat(end.problem()).contains("closed");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(run(Command.of("echo", "next")).out()).isEqualTo("next\n");
    }

    @Test
    default void anOutputThatIsSlowLosesNothingAndIsNoLeftover() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        Collected slow = new Collected() {
            @Override
            public void write(dev.heddle.core.Channel channel, byte[] bytes, int offset, int length) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.write(channel, bytes, offset, length);
            }
        };
        RunningProcess process = runner().start(Command.shell("echo first; seq 10000"), slow);
        // Much longer than the drain grace, which must not count while the reader is held up.
        run(Command.of("sleep", "1"));
        gate.countDown();

        assertThat(end(process)).isEqualTo(new ProcessEnd(0, 0, false, null));
        assertThat(slow.out()).startsWith("first\n1\n").endsWith("\n10000\n");
    }
}
