package dev.heddle.scheduler;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files that tell of hosts: {@code init.HOST.log} has what the start-up program of a host printed last, and
 * {@code signature.log} in what hosts differed. May be used from any thread; blocks on the disk.
 */
final class HostLogs {

    /** Most bytes of a start-up program's output that are kept. */
    static final long MAX_STARTUP = 16 << 20;

    private HostLogs() {}

    /**
     * Takes the output of a start-up program; throws it away without a directory. A file that cannot be written does not
     * keep the host from work.
     */
    static JobOutput startUp(@Nullable Path directory, String host) {
        return new StartUp(directory == null ? null : directory.resolve("init." + fileName(host) + ".log"));
    }

    /** A part of a file's name: host names may have a colon, which not every file system takes. */
    static String fileName(String host) {
        return host.replace(':', '_');
    }

    /**
     * Adds to {@code signature.log} how a host differs.
     *
     * @throws IOException if it cannot be written
     */
    static void differs(Path directory, Instant when, String host, Consensus.Verdict verdict) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(when.getEpochSecond())
                .append(' ')
                .append(host)
                .append(" differs from ")
                .append(verdict.reference())
                .append('\n');
        verdict.differences().forEach(line -> text.append("    ").append(line).append('\n'));
        Files.createDirectories(directory);
        Files.write(
                directory.resolve("signature.log"),
                text.toString().getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static final class StartUp implements JobOutput {
        private final ReentrantLock lock = new ReentrantLock();

        // Guarded by lock.
        private @Nullable Path file;
        private @Nullable OutputStream out;
        private long left = MAX_STARTUP;

        StartUp(@Nullable Path file) {
            this.file = file;
        }

        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            lock.lock();
            try {
                OutputStream to = opened();
                if (to != null && left > 0) {
                    int taken = (int) Math.min(left, length);
                    to.write(bytes, offset, taken);
                    left -= taken;
                }
            } catch (IOException e) {
                file = null; // The last lines are told with the host's refusal; the file is a help and no more.
            } finally {
                lock.unlock();
            }
        }

        private @Nullable OutputStream opened() throws IOException {
            Path to = file;
            if (out == null && to != null) {
                Path parent = to.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                out = Files.newOutputStream(to);
            }
            return file == null ? null : out;
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {
            lock.lock();
            try {
                OutputStream ending = opened(); // What an earlier run printed must not be taken for this one's.
                if (ending != null) {
                    ending.close();
                }
            } catch (IOException e) {
                file = null;
            } finally {
                out = null;
                file = null;
                lock.unlock();
            }
        }
    }
}
