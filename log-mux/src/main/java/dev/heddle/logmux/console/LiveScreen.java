package dev.heddle.logmux.console;

import dev.heddle.logmux.console.FramePainter.Screen;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The screen of a display that shows a live region: decides when a frame is due and writes it. A frame is one write.
 *
 * <p><b>Rates.</b> With log text at most 20 frames a second, with other news at most 10, otherwise 2; none if nothing changed.
 *
 * <p><b>Threads.</b> Owned by the display's thread. {@link #restore}, {@link #suspend} and {@link #resume} come from others;
 * the lock stands between them and a frame.
 */
final class LiveScreen {

    /** Time between frames that bring log text. */
    static final long LOG_NANOS = 50_000_000;
    /** Time between frames that bring other news. */
    static final long NEWS_NANOS = 100_000_000;
    /** Time between frames in which only time has passed. */
    static final long IDLE_NANOS = 500_000_000;

    private static final int PATIENCE_MILLIS = 300;

    private final Terminal terminal;
    private final ConsoleModel model;
    private final Log log;
    private final ReentrantLock lock = new ReentrantLock();
    private Screen screen = Screen.UNTOUCHED; // under the lock
    private volatile Terminal.Size shownSize = new Terminal.Size(1, 1);
    private long shownRevision = -1;
    private long lastFrame = Long.MIN_VALUE / 2;
    private boolean restored; // under the lock
    private volatile boolean suspended;
    private volatile CountDownLatch hidden = new CountDownLatch(0);

    LiveScreen(Terminal terminal, ConsoleModel model, Log log) {
        this.terminal = terminal;
        this.model = model;
        this.log = log;
    }

    /**
     * Paints if it is time to.
     *
     * @return when to come again
     */
    long refresh(long nanos) throws IOException {
        if (suspended) {
            hide();
            return nanos + NEWS_NANOS;
        }
        Terminal.Size size = terminal.size();
        boolean news = model.revision() != shownRevision || !size.equals(shownSize);
        long pause = log.size() > 0 ? LOG_NANOS : news ? NEWS_NANOS : IDLE_NANOS;
        if (nanos - lastFrame >= pause) {
            paint(nanos, size);
        }
        return Math.min(nanos + NEWS_NANOS, lastFrame + (log.size() > 0 ? LOG_NANOS : IDLE_NANOS));
    }

    /** Paints now, whatever was painted last. */
    void paint(long nanos) throws IOException {
        if (!suspended) {
            paint(nanos, terminal.size());
        }
    }

    private void paint(long nanos, Terminal.Size size) throws IOException {
        boolean shown = model.isBusy() && !model.isStageTaken();
        List<RegionLine> region = List.of();
        if (shown) {
            region = Region.lines(model.at(nanos, Region.height(size)), size, terminal.hasColors());
        }
        shownRevision = model.revision();
        shownSize = size;
        lastFrame = nanos;
        write(region, size);
    }

    private void write(List<RegionLine> region, Terminal.Size size) throws IOException {
        FramePainter.Mode mode = new FramePainter.Mode(size, terminal.updatesAtOnce());
        lock.lock();
        try {
            if (restored) {
                return;
            }
            FramePainter.Frame frame = FramePainter.paint(screen, log.take(), region, mode);
            if (frame.bytes().length > 0) {
                // Noted first: after a write that failed half-way nobody knows what is there, and nothing more is
                // painted.
                screen = frame.screen();
                terminal.output().write(frame.bytes());
                terminal.output().flush();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the region away and gives the terminal back; the log text so far is written. */
    void end() throws IOException {
        try {
            write(List.of(), terminal.size());
        } finally {
            terminal.close();
        }
    }

    private void hide() throws IOException {
        if (hidden.getCount() > 0) {
            write(List.of(), terminal.size());
            hidden.countDown();
        }
    }

    /** The process is about to be stopped: returns when the region is gone, or cannot be taken away soon. */
    void suspend() {
        hidden = new CountDownLatch(1);
        suspended = true;
        try {
            // A display that is stuck in a write does not keep the process from stopping.
            if (!hidden.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process goes on, on a screen of which nothing is known. */
    void resume() {
        lock.lock();
        try {
            screen = screen.lost();
        } finally {
            lock.unlock();
        }
        shownSize = new Terminal.Size(1, 1);
        suspended = false;
    }

    /**
     * Gives the terminal back from any thread, in the middle of whatever happens: takes the region away, and paints nothing
     * more. Waits a moment for a frame that is being written, but not for ever.
     */
    void restore() {
        boolean locked = false;
        try {
            locked = lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (locked && !restored) {
                restored = true;
                FramePainter.Mode mode = new FramePainter.Mode(terminal.size(), false);
                terminal.output()
                        .write(FramePainter.paint(screen, new byte[0], List.of(), mode)
                                .bytes());
            }
        } catch (IOException e) {
            // Nobody is left to see it.
            restored = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (locked) {
                lock.unlock();
            }
            terminal.close();
        }
    }
}
