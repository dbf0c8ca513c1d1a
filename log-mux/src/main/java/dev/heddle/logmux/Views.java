package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The views of one multiplexer, and the patience with which they are waited for: as long as a view gets on, and
 * {@link #PATIENCE_NANOS} beyond that. For any thread once {@link #open} has returned.
 */
final class Views {

    /** How long a view may make no progress before nobody waits for it any more. */
    static final long PATIENCE_NANOS = 5_000_000_000L;

    /**
     * A sink to be shown the journal.
     *
     * @param strategy its own, or null if it follows the multiplexer's
     */
    record Target(Sink sink, @Nullable GroupingStrategy strategy) {}

    private final JournalOpening opening;
    private final JournalWriter journal;
    private final @Nullable Path path;
    private final LongSupplier ticker;
    private final List<View> all = new ArrayList<>();
    /** Those whose strategy is the multiplexer's. */
    private final List<View> followers = new ArrayList<>();

    Views(JournalOpening opening, JournalWriter journal, @Nullable Path path, LongSupplier ticker) {
        this.opening = opening;
        this.journal = journal;
        this.path = path;
        this.ticker = ticker;
    }

    /**
     * Opens and starts a view of each sink.
     *
     * @param common the strategy of sinks that have none of their own
     * @param summary makes what sinks are told last, and is one of them, or is null
     */
    void open(
            List<Target> targets,
            GroupingStrategy common,
            Diagnosis diagnosis,
            Failures failures,
            @Nullable SummaryCollector summary)
            throws IOException {
        View.Origin origin = new View.Origin(opening, journal, failures::sinkFailed, summary);
        for (Target target : targets) {
            GroupingStrategy own = target.strategy();
            LineClassifier lines = diagnosis.classifier(target.sink());
            RunReader reader = new RunReader(StoreBytes.own(opening.store(), path));
            ViewDriver driver = new ViewDriver(own == null ? common : own, target.sink(), reader, lines);
            View view = new View(driver, target.sink(), origin);
            all.add(view);
            if (own == null) {
                followers.add(view);
            }
        }
        all.forEach(View::start);
    }

    void strategy(GroupingStrategy strategy) {
        followers.forEach(view -> view.strategy(strategy));
    }

    void dump() {
        all.forEach(View::dump);
    }

    /** Whether a thread is that of one of the views. */
    boolean isThreadOfOne(Thread thread) {
        return all.stream().anyMatch(view -> view.thread() == thread);
    }

    /**
     * Waits until all views have come to a place in the journal.
     *
     * @return false if one made no progress and was not waited for
     */
    boolean awaitAt(long offset) {
        boolean reached = true;
        for (View view : all) {
            reached &= await(view, () -> view.hasReached(offset));
        }
        return reached;
    }

    /**
     * Waits until all views have ended; one that makes no progress is interrupted and left.
     *
     * @param left told each that is left
     */
    void awaitEnd(Consumer<View> left) {
        for (View view : all) {
            if (view.thread() == Thread.currentThread()) {
                // A sink closes its own multiplexer: it is given the rest when it returns.
                continue;
            }
            if (!await(view, () -> !view.thread().isAlive())) {
                left.accept(view);
                view.abandon();
            }
        }
    }

    // Progress is measured by the bytes read and shown, so that a long way to go is no reason to give up.
    private boolean await(View view, BooleanSupplier reached) {
        long progress = view.progress();
        long since = ticker.getAsLong();
        boolean interrupted = false;
        while (!reached.getAsBoolean()) {
            long now = ticker.getAsLong();
            if (view.progress() != progress) {
                progress = view.progress();
                since = now;
            } else if (now - since > PATIENCE_NANOS) {
                break;
            }
            interrupted |= opening.store().awaitChange();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return reached.getAsBoolean();
    }
}
