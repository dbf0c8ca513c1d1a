package dev.heddle.logmux.console;

import dev.heddle.logmux.console.FramePainter.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
    private Terminal.Size pageSize = new Terminal.Size(1, 1);
    private long shownRevision = -1;
    private long lastFrame = Long.MIN_VALUE / 2;
    private boolean restored; // under the lock
    private volatile boolean suspended;
    /** What a person reads in place of all this; on the terminal's other screen. */
    private @Nullable Page page;

    private boolean paged; // under the lock: the terminal's other screen is shown
    private volatile CountDownLatch hidden = new CountDownLatch(0);

    LiveScreen(Terminal terminal, ConsoleModel model, Log log) {
        this.terminal = terminal;
        this.model = model;
        this.log = log;
    }

    /** Shows a page in place of log and region, which go on behind it, or no longer if it is null. Due at once. */
    void show(@Nullable Page wanted) throws IOException {
        if (!Objects.equals(wanted, page)) {
            page = wanted;
            if (!suspended) {
                turn(terminal.size());
            }
        }
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
        if (!suspended && (page == null || log.size() > Log.MOST)) {
            paint(nanos, terminal.size());
        }
    }

    private void paint(long nanos, Terminal.Size size) throws IOException {
        lastFrame = nanos;
        if (page != null) {
            if (!size.equals(pageSize) || log.size() > Log.MOST) {
                turn(size);
            }
            return;
        }
        boolean shown = model.isBusy() && !model.isStageTaken();
        List<RegionLine> region = List.of();
        if (shown) {
            region = Region.lines(model.at(nanos, Region.height(size)), size, terminal.hasColors());
        }
        shownRevision = model.revision();
        shownSize = size;
        write(region, size);
    }

    /** Goes to the page, to another one, or back, or to the log for a moment with what has gathered. */
    private void turn(Terminal.Size size) throws IOException {
        Page wanted = page;
        lock.lock();
        try {
            if (restored) {
                return;
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            boolean first = !paged;
            if (first || wanted == null || log.size() > Log.MOST) {
                put(all, first ? "" : Page.LEAVE);
                FramePainter.Mode mode = new FramePainter.Mode(size, false);
                FramePainter.Frame frame = FramePainter.paint(screen, log.take(), List.of(), mode);
                all.write(frame.bytes(), 0, frame.bytes().length);
                screen = frame.screen();
                put(all, wanted == null ? "" : Page.ENTER);
            }
            byte[] painted = wanted == null ? new byte[0] : wanted.paint(size);
            all.write(painted, 0, painted.length);
            paged = wanted != null;
            pageSize = paged ? size : new Terminal.Size(1, 1);
            terminal.output().write(all.toByteArray());
            terminal.output().flush();
        } finally {
            lock.unlock();
        }
    }

    private static void put(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        to.write(bytes, 0, bytes.length);
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
            show(null);
            write(List.of(), terminal.size());
        } finally {
            terminal.close();
        }
    }

    private void hide() throws IOException {
        if (hidden.getCount() > 0) {
            Page read = page;
            page = null;
            turn(terminal.size());
            page = read;
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
                if (paged) {
                    terminal.output().write(Page.LEAVE.getBytes(StandardCharsets.US_ASCII));
                }
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
