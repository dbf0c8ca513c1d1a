package dev.heddle.logmux;

import dev.heddle.logmux.wire.FrameVisitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * Leads a journal into sinks, as a {@link JournalReader} does, but keeps nothing of the jobs in it: what it needs in memory does
 * not grow with their number. {@link Journal#openReplay} makes it. Not safe for several threads.
 */
public final class JournalReplay implements AutoCloseable {

    private final RunReader.Bytes bytes;

    /** Looks at the beginning; closes the bytes if that is not a journal's. */
    JournalReplay(RunReader.Bytes bytes) throws IOException {
        this.bytes = bytes;
        boolean complete = false;
        try {
            JournalScanner scanner = new JournalScanner(new RunReader(bytes), new JournalIndex());
            scanner.scan(1);
            scanner.requireHead();
            complete = true;
        } finally {
            if (!complete) {
                bytes.close();
            }
        }
    }

    /**
     * Leads the whole journal through a strategy into a sink, at once, with lines put on channels by rules: as
     * {@link JournalReader#replay(GroupingStrategy, Sink, LineRules)}. The sink is closed.
     *
     * @throws IOException if the journal cannot be read or the sink throws it
     */
    public ViewStatistics replay(GroupingStrategy strategy, Sink sink, LineRules rules) throws IOException {
        return lead(bytes, strategy, sink, new Diagnosis(rules, null, problem -> {}), driver -> driver);
    }

    /** Leads a journal through a strategy into a sink, which is closed; {@code pace} may stand before what drives it. */
    static ViewStatistics lead(
            RunReader.Bytes bytes,
            GroupingStrategy strategy,
            Sink sink,
            Diagnosis diagnosis,
            Function<ViewDriver, FrameVisitor> pace)
            throws IOException {
        try (sink) {
            RunReader own = new RunReader(bytes);
            ViewDriver driver = new ViewDriver(strategy, sink, own, diagnosis.classifier(sink));
            LedView view = new LedView(driver, sink, diagnosis, pace);
            new JournalScanner(own, new JournalFeed(view.frames())).scan(Long.MAX_VALUE);
            view.finish();
            return driver.statistics();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
