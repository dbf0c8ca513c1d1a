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

    private static final long UNCERTAIN_NANOS = 500_000;
    /** A view that reads so much at a time waits a little for more before it shows what it has. */
    private static final int MUCH = 32 * 1024;

    private static final int MORE = 192 * 1024;
    private static final long LINGER_NANOS = 2_000_000;

    private final Sink sink;
    private final JournalStore store;
    private final JournalWriter writer;
    private final ViewDriver driver;
    private final @Nullable LiveSink live;
    private final LagFilter lag;
    private final BiConsumer<View, Exception> failed;
    private final @Nullable SummaryCollector summary;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final JournalCursor cursor;
    private boolean lingering;
    /** Whether anything was read since it last waited. */
    private boolean gotOn;

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

    /**
     * What the views of one multiplexer have in common.
     *
     * @param failed is told of a sink that throws
     * @param summary makes what sinks that want it are told last, or null if none does
     */
    record Origin(
            JournalOpening opening,
            JournalWriter writer,
            BiConsumer<View, Exception> failed,
            @Nullable SummaryCollector summary) {}

    View(ViewDriver driver, Sink sink, Origin origin) {
        JournalOpening opening = origin.opening();
        this.sink = sink;
        this.store = opening.store();
        this.writer = origin.writer();
        this.failed = origin.failed();
        this.summary = sink.summarizes() ? origin.summary() : null;
        this.driver = driver;
        this.lag = new LagFilter(driver, store::published, sink.maySkip() ? MOST_LAG : Long.MAX_VALUE);
        CompactDecoder decoder;
        if (sink instanceof LiveSink shown) {
            this.live = shown;
            shown.begin(this::wake);
            if (shown.showsHalfLines()) {
                driver.holdHalfLines();
            }
            decoder = opening.decoder(new Tee(shown.feed(), lag));
        } else {
            this.live = null;
            decoder = opening.decoder(JobFrames.before(sink, lag));
        }
        this.cursor = new JournalCursor(store, driver.reader(), decoder, bytes -> driver.skipped(bytes, 1));
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
            summarize();
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

    private void summarize() throws IOException, InterruptedException {
        if (summary != null) {
            BuildSummary told = summary.await();
            if (told != null) {
                sink.summary(told);
            }
        }
    }

    /** Nobody waits for it any more, and so nobody may wait for what it makes. */
    void abandon() {
        if (sink instanceof SummaryCollector collector) {
            collector.giveUp();
        }
        thread.interrupt();
    }

    private void follow() throws IOException, InterruptedException {
        while (true) {
            doCommands();
            if (cursor.end() < store.published()) {
                long before = cursor.end();
                cursor.readOn();
                gotOn = true;
                lingering = cursor.end() - before >= MUCH;
                refresh();
                continue;
            }
            if (lingering) {
                lingering = false;
                store.awaitMuch(this, cursor.end() + MORE, LINGER_NANOS);
                continue;
            }
            lag.endSkipping();
            boolean over = store.isEnded() && cursor.end() >= store.published();
            if (!over) {
                letTimePass();
            }
            driver.flush();
            refresh();
            if (shown != cursor.offset()) {
                shown = cursor.offset();
                store.wake();
            }
            if (over) {
                return;
            }
            awaitMore();
        }
    }

    // Only up to where nothing can be written any more that happened before: so that every sink shows the same
    // order, however late it comes.
    private void letTimePass() throws IOException {
        JournalWriter.Settled settled = writer.settled();
        if (settled != null && settled.end() == cursor.end()) {
            driver.advance(settled.nanos());
        }
    }

    private void refresh() throws IOException {
        if (live != null) {
            woken = false;
            refreshDue = live.refresh(writer.now());
        }
    }

    private void awaitMore() throws InterruptedException {
        long due = Math.min(writer.tickAt(driver.deadline()), refreshDue);
        // What is due but not certain becomes so when the writer has written what it has.
        long wait = due == Assembler.NEVER ? Long.MAX_VALUE : Math.max(UNCERTAIN_NANOS, due - writer.now());
        if (gotOn) {
            // What comes after a quiet time is shown at once; what follows it soon is let come together, since to wake
            // a
            // thread costs more than to show a line.
            gotOn = false;
            store.awaitMuch(this, cursor.end() + MORE, Math.min(LINGER_NANOS, wait));
            return;
        }
        store.await(this, cursor.end(), wait, writer::hurry);
    }

    private void doCommands() throws IOException {
        if (letGo) {
            letGo = false;
            driver.dump();
            driver.flush();
            needed = cursor.offset();
            store.wake();
        }
        for (Command command = commands.peek(); command != null; command = commands.peek()) {
            command.run();
            driver.flush();
            commands.remove();
            store.wake();
        }
    }
}
