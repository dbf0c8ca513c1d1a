package dev.heddle.core.process;

import com.google.common.util.concurrent.MoreExecutors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A shell on another machine: the process here that leads to it, a thread for each of its two outputs, and what it said that
 * was no job's.
 *
 * <p><b>Threads.</b> May be used from any thread. Texts are written by threads of {@code writers}, in order, since a line that
 * is dead takes no more; the handlers are called on the two reader threads.
 */
final class FarShell {

    /** Told by the reader threads. */
    interface Listener {

        /** Takes what comes from standard output, or from standard error. */
        FarStream.Handler handler(boolean error);

        /** One of the two has ended; there is no more. */
        void ended(boolean error);
    }

    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST_COMPLAINT = 2048;

    private final Process process;
    private final OutputStream input;
    private final Executor writer;
    private final Thread[] readers;
    private final StringBuilder complaint = new StringBuilder();
    /** What came on standard output and was no frame: whatever runs there instead of a shell speaks there. */
    private final StringBuilder talk = new StringBuilder();

    private volatile long heardAt = System.nanoTime();

    /**
     * Starts the process.
     *
     * @param argv what leads to the shell
     * @param name of the threads
     */
    FarShell(List<String> argv, String nonce, String name, Executor writers, Listener listener) throws IOException {
        this.process = new ProcessBuilder(argv).start();
        this.input = process.getOutputStream();
        this.writer = MoreExecutors.newSequentialExecutor(writers);
        this.readers = new Thread[] {
            reader(process.getInputStream(), nonce, name + "-out", listener, false),
            reader(process.getErrorStream(), nonce, name + "-err", listener, true)
        };
    }

    /** Begins to read; what is told then may find its listener complete. */
    void listen() {
        for (Thread thread : readers) {
            thread.start();
        }
    }

    private Thread reader(InputStream in, String nonce, String name, Listener listener, boolean error) {
        FarStream stream = new FarStream(nonce, listener.handler(error));
        Thread thread = new Thread(
                null,
                () -> {
                    read(in, stream);
                    listener.ended(error);
                },
                name,
                OutputPipe.STACK);
        thread.setDaemon(true);
        return thread;
    }

    private void read(InputStream in, FarStream stream) {
        byte[] buffer = new byte[BUFFER];
        try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                heardAt = System.nanoTime();
                stream.feed(buffer, n);
            }
        } catch (IOException e) {
            // The process was killed from here; what was read before has been given on.
        }
        stream.end();
    }

    /** Keeps what the shell or the way to it says of itself, the beginning of it. */
    void complain(byte[] bytes, int offset, int length) {
        keep(complaint, bytes, offset, length);
    }

    /** Keeps what came on standard output and is no frame, the beginning of it. */
    void talk(byte[] bytes, int offset, int length) {
        keep(talk, bytes, offset, length);
    }

    private static void keep(StringBuilder kept, byte[] bytes, int offset, int length) {
        synchronized (kept) {
            int room = LONGEST_COMPLAINT - kept.length();
            String text = new String(bytes, offset, Math.min(length, room), StandardCharsets.UTF_8);
            kept.append(text, 0, Math.min(text.length(), room));
        }
    }

    /** What it said of itself, in one line; empty if nothing. */
    String complaint() {
        return oneLine(complaint);
    }

    /** What it said of itself, or else what it printed instead of being a shell, in one line; empty if nothing. */
    String lastWords() {
        String said = complaint();
        return said.isEmpty() ? oneLine(talk) : said;
    }

    private static String oneLine(StringBuilder kept) {
        synchronized (kept) {
            return kept.toString().strip().replaceAll("[\\r\\n]+", "; ");
        }
    }

    /** Sends a text, later. What cannot be sent is dropped: the end of the outputs tells that the line is dead. */
    void send(String text) {
        byte[] bytes = text.getBytes(RunnerFiles.CHARSET);
        writer.execute(() -> {
            try {
                input.write(bytes);
                input.flush();
            } catch (IOException e) {
                // As said above.
            }
        });
    }

    /** Ends its input, after what was sent. */
    void endInput() {
        writer.execute(this::closeInput);
    }

    private void closeInput() {
        try {
            input.close();
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** Kills the process here. What it had said is still read. */
    void destroy() {
        // Not through Process, which would close the outputs with what is still in them.
        process.toHandle().destroyForcibly();
    }

    /** When anything last came from it, or when it was started. */
    long heardAt() {
        return heardAt;
    }

    /** Waits for process and readers, at most {@code millis} for each. */
    void await(long millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        for (Thread thread : readers) {
            if (Thread.currentThread() != thread) {
                thread.join(millis);
            }
        }
    }
}
