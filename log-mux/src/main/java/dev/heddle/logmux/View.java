package dev.heddle.logmux;

import dev.heddle.logmux.wire.CompactDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One sink's way through the journal while it is written: a cursor, a strategy, and the thread that leads one through the
 * other. A sink that is for a person skips what it missed when it is more than {@link #MOST_LAG} bytes behind.
 *
 * <p>Its thread ends with the journal, or when the sink fails.
 */
final class View implements JournalStore.Reader {

    /** How far a sink that may skip can be behind, in bytes of the journal. */
    static final long MOST_LAG = 16L * 1024 * 1024;

    private static final int CHUNK = 256 * 1024;
    /** Longest beginning of a frame that can stand at the end of a chunk in which no checkpoint was found. */
    private static final int CHECKPOINT_MARGIN = 64;

    private final Sink sink;
    private final JournalStore store;
    private final JournalWriter writer;
    private final ViewDriver driver;
    private final @Nullable LiveSink live;
    private final LagFilter lag;
    private final CompactDecoder decoder;
    private final BiConsumer<View, Exception> failed;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final byte[] chunk = new byte[CHUNK];
    /** Offset in the journal of {@code chunk[0]}; {@link #held} bytes of a frame stand there. */
    private long cursor;

    private int held;
    private boolean lost;
    private long refreshDue = Assembler.NEVER;

    private volatile long shown;
    private volatile long needed;
    private volatile boolean letGo;
    private volatile boolean woken;
    private volatile boolean detached;

    /** Something to be done between two frames. */
    @FunctionalInterface
    private interface Command {
        void run() throws IOException;
    }

    View(
            ViewDriver driver,
            JournalOpening opening,
            Sink sink,
            JournalWriter writer,
            BiConsumer<View, Exception> failed) {
        this.sink = sink;
        this.store = opening.store();
        this.writer = writer;
        this.failed = failed;
        this.driver = driver;
        this.lag = new LagFilter(driver, store::published, sink.maySkip() ? MOST_LAG : Long.MAX_VALUE);
        if (sink instanceof LiveSink shown) {
            this.live = shown;
            shown.begin(this::wake);
            this.decoder = opening.decoder(new Tee(shown.feed(), lag));
        } else {
            this.live = null;
            this.decoder = opening.decoder(JobFrames.before(sink, lag));
        }
        this.cursor = decoder.offset();
        this.thread = new Thread(this::run, "heddle-view");
        thread.setDaemon(true);
    }

    void start() {
        store.add(this);
        thread.start();
    }

    void strategy(GroupingStrategy strategy) {
        command(() -> driver.strategy(strategy));
    }

    void dump() {
        command(driver::dump);
    }

    private void wake() {
        woken = true;
        store.wake();
    }

    private void command(Command command) {
        if (!detached) {
            commands.add(command);
            store.wake();
        }
    }

    /** Whether all commands are done and everything before {@code offset} was shown, as far as the strategy allows. */
    boolean hasReached(long offset) {
        return detached || (shown >= offset && commands.isEmpty());
    }

    /** Grows as long as this view gets on, also within a group that is long. */
    long progress() {
        return shown + driver.reader().loaded();
    }

    /** Offset up to which everything was shown. */
    long shown() {
        return shown;
    }

    Sink sink() {
        return sink;
    }

    Thread thread() {
        return thread;
    }

    @Override
    public long needed() {
        return detached || sink.maySkip() ? Long.MAX_VALUE : needed;
    }

    @Override
    public void letGo() {
        letGo = true;
    }

    @Override
    public boolean hasWork() {
        return letGo || woken || !commands.isEmpty();
    }

    // The edge of the view: whatever a sink throws must not reach the others.
    private void run() {
        Exception failure = null;
        Error fatal = null;
        try {
            follow();
            lag.endSkipping();
            driver.finish();
        } catch (UncheckedIOException e) {
            failure = e.getCause();
        } catch (IOException | RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = new IOException("it was too slow to close", e);
        } catch (Error e) {
            // Memory is short, or this is a bug: that something is missing is told all the same.
            failure = new IOException(e.toString(), e);
            fatal = e;
        }
        store.remove(this);
        Exception closing = close();
        failure = failure == null ? closing : failure;
        if (failure != null) {
            failed.accept(this, failure);
        }
        // Only now, so that who waits for this view finds the failure told to the others.
        detached = true;
        if (fatal != null) {
            throw fatal;
        }
    }

    private @Nullable Exception close() {
        Exception failure = null;
        try {
            sink.close();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        try {
            driver.reader().close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    private void follow() throws IOException, InterruptedException {
        while (true) {
            doCommands();
            if (cursor + held < store.published()) {
                readOn();
                refresh();
                continue;
            }
            lag.endSkipping();
            boolean over = store.isEnded() && cursor + held >= store.published();
            if (!over) {
                driver.advance(writer.now());
            }
            driver.flush();
            refresh();
            if (shown != cursor) {
                shown = cursor;
                store.wake();
            }
            if (over) {
                return;
            }
            awaitMore();
        }
    }

    private void refresh() throws IOException {
        if (live != null) {
            woken = false;
            refreshDue = live.refresh(writer.now());
        }
    }

    private void awaitMore() throws InterruptedException {
        long due = Math.min(driver.deadline(), refreshDue);
        long wait = due == Assembler.NEVER ? Long.MAX_VALUE : due - writer.now();
        if (wait > 0) {
            store.await(this, cursor + held, wait, writer::hurry);
        }
    }

    private void doCommands() throws IOException {
        if (letGo) {
            letGo = false;
            driver.dump();
            driver.flush();
            needed = cursor;
            store.wake();
        }
        for (Command command = commands.peek(); command != null; command = commands.peek()) {
            command.run();
            driver.flush();
            commands.remove();
            store.wake();
        }
    }

    private void readOn() throws IOException {
        int count = driver.reader().read(cursor + held, chunk, held, CHUNK - held);
        if (count <= 0) {
            long floor = store.floor(cursor + held);
            driver.skipped(floor - cursor, 1);
            cursor = floor;
            held = 0;
            lost = true;
            return;
        }
        int end = held + count;
        driver.reader().atHand(chunk, cursor, end);
        int done = lost ? findPlace(end) : decoder.decode(chunk, 0, end);
        driver.reader().atHand(chunk, 0, 0);
        System.arraycopy(chunk, done, chunk, 0, end - done);
        held = end - done;
        cursor += done;
    }

    // The place is lost when memory was too short for what this view had not read.
    private int findPlace(int end) {
        CompactDecoder.Checkpoint found = decoder.findCheckpoint(chunk, 0, end, cursor);
        if (found == null) {
            return Math.max(0, end - CHECKPOINT_MARGIN);
        }
        decoder.resume(found);
        lost = false;
        return (int) (found.end() - cursor);
    }
}
