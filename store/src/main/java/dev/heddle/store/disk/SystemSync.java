package dev.heddle.store.disk;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * Brings a whole file system, or all that a folder holds, to the medium. The JDK has no call for a whole file system; the
 * program {@code sync} of GNU coreutils (8.24 or later) has: {@code sync -f} is syncfs(2), which tells write errors since
 * Linux 5.8. A process is started for each call: it takes a few milliseconds, and nothing has to be kept or closed.
 */
final class SystemSync {

    /** Directories inside one another; far beyond any archive. */
    private static final int MOST_DEPTH = 1_000;

    private static final long MOST_ENTRIES = 100_000_000;

    private SystemSync() {}

    /** Whether the file system of {@code folder} was synced; false where the program is missing or cannot do it. */
    static boolean fileSystemOf(Folder folder) throws IOException {
        if (!RawPaths.toName(folder.path()).isAscii()) {
            // Arguments are text: under some locales another directory, or none, would be meant.
            return false;
        }
        Said said = new Said();
        ProcessEnd end;
        try (ProcessRunner runner = ProcessRunner.builder()
                .mostIdle(0)
                .drainGrace(Duration.ZERO)
                .environment("LC_ALL", "C")
                .buildPlain()) {
            RunningProcess running;
            try {
                running = runner.start(Command.of("sync", "-f", folder.path().toString()), said);
            } catch (IOException notThere) {
                return false;
            }
            end = running.ended().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException(folder.path() + ": interrupted while its file system was synced");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw new AssertionError("BUG: the end of a process is never exceptional", e);
        }
        if (end.exitedWith(0)) {
            return true;
        }
        if (end.refused() || said.isOfAnOption()) {
            return false;
        }
        throw new IOException(folder.path() + ": its file system was not synced: " + said.text(end));
    }

    /** Syncs each file and directory in {@code folder}, those deeper down first, and then itself. */
    static void eachOf(Folder folder) throws IOException {
        eachOf(folder, 0);
    }

    private static void eachOf(Folder folder, int depth) throws IOException {
        if (depth > MOST_DEPTH) {
            throw new IOException(folder.path() + ": more than " + MOST_DEPTH + " directories inside one another");
        }
        for (RawName name : folder.names(MOST_ENTRIES)) {
            FileFacts.Kind kind = folder.kind(name);
            if (kind == FileFacts.Kind.FILE) {
                folder.sync(name);
            } else if (kind == FileFacts.Kind.DIRECTORY) {
                try (Folder inner = folder.folder(name)) {
                    eachOf(inner, depth + 1);
                }
            }
        }
        folder.sync();
    }

    /** What the program said, up to a bound. */
    private static final class Said implements JobOutput {

        private static final int MOST_BYTES = 1_000;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void write(Channel channel, byte[] from, int offset, int length) {
            bytes.write(from, offset, Math.min(length, MOST_BYTES - bytes.size()));
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}

        private synchronized String words() {
            return bytes.toString(StandardCharsets.UTF_8).strip();
        }

        boolean isOfAnOption() {
            return words().contains(" option");
        }

        String text(ProcessEnd end) {
            String problem = end.problem();
            String words = words();
            return problem != null ? problem : words.isEmpty() ? "'sync' ended with " + end.exitCode() : words;
        }
    }
}
