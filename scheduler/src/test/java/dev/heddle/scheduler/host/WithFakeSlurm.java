package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of batch jobs, with programs that take the place of Slurm's. Afterwards nothing may be left. */
abstract class WithFakeSlurm {

    static final SlurmPace FAST = new SlurmPace(
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofMillis(500));

    /** What a job has written, and on what. */
    static final class Kept implements JobOutput {
        private final Map<Channel, ByteArrayOutputStream> kept = new EnumMap<>(Channel.class);
        final CountDownLatch any = new CountDownLatch(1);

        @Override
        public synchronized void write(Channel channel, byte[] bytes, int offset, int length) {
            kept.computeIfAbsent(channel, c -> new ByteArrayOutputStream()).write(bytes, offset, length);
            any.countDown();
        }

        synchronized byte[] bytes(Channel channel) {
            return kept.containsKey(channel) ? kept.get(channel).toByteArray() : new byte[0];
        }

        String text(Channel channel) {
            return new String(bytes(channel), StandardCharsets.UTF_8);
        }

        String text() {
            return text(Channel.STDOUT);
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }

    @TempDir
    Path directory;

    FakeSlurm slurm;
    SlurmRunner runner;
    final Kept output = new Kept();

    @BeforeEach
    void bringUp() throws IOException {
        slurm = new FakeSlurm(Files.createDirectory(directory.resolve("bin")));
        runner = open("timeout=1");
    }

    private SlurmRunner open(String keys) {
        return open(keys, FAST);
    }

    SlurmRunner open(String keys, SlurmPace pace) {
        HostEntry entry = HostEntry.parse("slurm:build jobs=8 " + keys + " spool=" + directory.resolve("spool"));
        ProcessRunner control =
                ProcessRunner.builder().environment("PATH", slurm.path()).build();
        return new SlurmRunner(entry, control, pace);
    }

    @AfterEach
    void closeLeavesNothing() throws IOException {
        runner.close();
        slurm.await();
        try (Stream<Path> left = Files.list(directory.resolve("spool"))) {
            assertThat(left).as("directories of runs").isEmpty();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("heddle-slurm"));
    }
}
