package dev.heddle.core.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The FIFO to which all shells of a runner report, and the one thread that reads it. Frames are handled on that thread.
 */
final class ControlPipe implements AutoCloseable {

    private final Path fifo;
    private final FileChannel channel;
    private final FrameReader frames;
    private final Thread thread;

    ControlPipe(Path fifo, String threadName, FrameReader frames) throws IOException {
        this.fifo = fifo;
        // Open for writing as well, so that the end is never found however many shells come and go.
        this.channel = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.frames = frames;
        this.thread = new Thread(null, this::run, threadName, 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    Path fifo() {
        return fifo;
    }

    private void run() {
        byte[] buffer = new byte[8 * 1024];
        try {
            while (true) {
                int n = channel.read(ByteBuffer.wrap(buffer));
                if (n < 0) {
                    throw new AssertionError("BUG: end of " + fifo + " while it is open for writing");
                }
                frames.feed(buffer, n);
            }
        } catch (ClosedChannelException e) {
            // close() ends the thread this way.
        } catch (IOException e) {
            // No read of an open FIFO fails; should one, the runner's sweep finds its jobs without a reader of frames.
            throw new AssertionError("BUG: cannot read " + fifo, e);
        }
    }

    /** Ends the thread and waits for it, unless called on it. */
    @Override
    public void close() {
        try {
            channel.close();
            if (Thread.currentThread() != thread) {
                thread.join();
            }
        } catch (IOException e) {
            // Nothing is written here, so nothing can be lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
