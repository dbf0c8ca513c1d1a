package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows a build of another process while it runs, in any strategy: by the journal file it writes, or by the socket where it
 * {@linkplain OutputMultiplexer serves} its journal. The build is not slowed, however slow the sink is.
 *
 * <p>A follower is for one pass, by one thread; {@link #close} may be called by any.
 *
 * <p><b>Memory.</b> About 4 MiB and what the strategy holds; with a socket also what the strategy holds back, at most
 * {@value AttachedStream#LIMIT} bytes, beyond which it is shown early.
 */
public final class JournalFollower implements AutoCloseable {

    /** Where to begin with what a running build said. */
    public enum Start {
        /** With its first byte, or the first that is still kept. */
        BEGINNING,
        /** With what is said from now on. */
        NOW
    }

    private final GrowingBytes bytes;
    private final LongSupplier ticker;
    private final @Nullable FilePlace place;
    private volatile boolean closed;
    private boolean cutOff;
    private Predicate<JobInfo> wanted = job -> true;
    private Set<Channel> channels = EnumSet.allOf(Channel.class);

    JournalFollower(GrowingBytes bytes, LongSupplier ticker, @Nullable Path path) throws IOException {
        this.bytes = bytes;
        this.ticker = ticker;
        this.place = path == null ? null : FilePlace.of(path);
    }

    /**
     * Follows a journal file from its first byte. It may be one that nobody writes any more.
     *
     * @throws IOException if it cannot be opened
     */
    public static JournalFollower open(Path file) throws IOException {
        return new JournalFollower(new FollowedFile(file), System::nanoTime, file);
    }

    /**
     * Attaches to a build at a socket.
     *
     * @throws IOException if nobody serves there, or the server refuses; the message says why
     */
    public static JournalFollower attach(Path socket, Start start) throws IOException {
        return new JournalFollower(AttachedStream.connect(socket, start), System::nanoTime, null);
    }

    /** Shows only what these jobs say, and the engine. To be called before {@link #follow}. */
    public JournalFollower only(Predicate<JobInfo> jobs) {
        this.wanted = Objects.requireNonNull(jobs);
        return this;
    }

    /**
     * Shows only what was said on these channels, by jobs and by the engine; rules may then put a line of these on another. To be
     * called before {@link #follow}.
     */
    public JournalFollower on(Set<Channel> wantedChannels) {
        this.channels = Set.copyOf(wantedChannels);
        return this;
    }

    /**
     * Leads the journal through a strategy into a sink until its writer has closed it, or is gone, or this is closed. The sink is
     * closed.
     *
     * @throws IOException if the journal cannot be read, or the sink throws it
     */
    public ViewStatistics follow(GroupingStrategy strategy, Sink sink, LineRules rules) throws IOException {
        Objects.requireNonNull(strategy, "strategy");
        try (sink) {
            RunReader reader = new RunReader(bytes);
            Diagnosis diagnosis = new Diagnosis(rules, null, problem -> {});
            ViewDriver driver = new ViewDriver(strategy, sink, reader, diagnosis.classifier(sink));
            LedView view = new LedView(driver, sink, diagnosis, frames -> frames);
            JournalFeed feed = new JournalFeed(new SelectedJobs(view.frames(), wanted, channels));
            JournalScanner scanner = new JournalScanner(reader, feed);
            try {
                feed.growing(true);
                pursue(scanner, feed, driver);
                feed.growing(false);
                scanner.scan(Long.MAX_VALUE);
            } catch (IOException | ClosedSelectorException e) {
                if (!closed) {
                    throw e;
                }
            }
            view.finish();
            if (!closed && scanner.template().mark() == null) {
                throw new WireFormatException(0, "the head of the journal is not complete");
            }
            cutOff = !closed && !feed.isComplete();
            return driver.statistics();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void pursue(JournalScanner scanner, JournalFeed feed, ViewDriver driver) throws IOException {
        long delivered = 0;
        long ahead = 0;
        boolean more = true;
        while (more && !closed) {
            long due = driver.deadline();
            long wait = due == Assembler.NEVER ? Long.MAX_VALUE : Math.max(0, due - driver.now());
            more = bytes.await(wait, feed.isComplete());
            scanner.scan(Long.MAX_VALUE);
            if (scanner.delivered() > delivered || delivered == 0) {
                // The clock of the journal is the writer's; between two of its words ours takes its place.
                delivered = scanner.delivered();
                ahead = ticker.getAsLong() - driver.now();
            } else {
                driver.advance(ticker.getAsLong() - ahead);
            }
            driver.flush();
            if (bytes.isCrowded()) {
                driver.dump();
                driver.flush();
                bytes.forget(scanner.start());
            }
        }
    }

    /** Whether what was followed ended without a word of its writer: it was killed, or gave this follower up as too slow. */
    public boolean isCutOff() {
        return cutOff;
    }

    /**
     * Whether another file has taken the place of the one that is followed, as a new build does.
     *
     * @throws IOException if that cannot be found out
     */
    public boolean isReplaced() throws IOException {
        return place != null && place.isReplaced();
    }

    /** Ends {@link #follow}, if it runs, and lets go of the journal. */
    @Override
    public void close() throws IOException {
        closed = true;
        bytes.interrupt();
        bytes.close();
    }
}
