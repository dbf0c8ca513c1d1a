package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the plain jobs of one runner share: directory, timer, and the threads that wait for processes. Made at the first start,
 * so a runner that starts nothing costs nothing. May be used from any thread.
 *
 * @param files where FIFOs and inputs are, or null where no FIFO can be made
 * @param timer for what only time shows
 * @param waiters one thread a running command, so as many as run at once
 */
record PlainHouse(@Nullable RunnerFiles files, ScheduledThreadPoolExecutor timer, ThreadPoolExecutor waiters) {

    private static final long JOIN_MILLIS = 2_000;
    private static final byte[] NO_MARK = {};

    static PlainHouse open(RunnerSettings settings) throws IOException {
        RunnerFiles files =
                settings.mkfifo() == null ? null : RunnerFiles.create(settings.temporary(), settings.mkfifo());
        ThreadPoolExecutor waiters = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), PlainHouse::waiter);
        return new PlainHouse(files, RunnerTimer.start(), waiters);
    }

    private static Thread waiter(Runnable work) {
        Thread thread = new Thread(null, work, "heddle-process-wait", 128 * 1024);
        thread.setDaemon(true);
        return thread;
    }

    /** The file that a command reads, written first if the command says what is in it; null if it reads nothing. */
    @Nullable
    Path stdin(Launch launch, long number) throws IOException {
        if (launch.command().stdin() instanceof Command.Stdin.Text text) {
            return files == null
                    ? Files.writeString(Files.createTempFile("heddle-", ".in"), text.content())
                    : files.write("i" + number, text.content());
        }
        return launch.stdinFile().orElse(null);
    }

    /** A FIFO and its reader, which runs {@code drained} at each end of output. */
    static OutputPipe pipe(RunnerFiles files, String name, Runnable drained) throws IOException {
        return new OutputPipe(files.takeFifo(), NO_MARK, "heddle-process-" + name, new OutputPipe.Listener() {
            @Override
            public boolean claims(byte[] held) {
                return false;
            }

            @Override
            public void drained() {
                drained.run();
            }
        });
    }

    /** Ends threads, and removes the directory when the readers of some pipes have ended or had their time. */
    void close(Collection<PipePair> pairs) {
        timer.shutdownNow();
        waiters.shutdown();
        try {
            for (PipePair pair : pairs) {
                pair.join(JOIN_MILLIS);
            }
            timer.awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
            waiters.awaitTermination(JOIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (files != null) {
            files.close();
        }
    }
}
