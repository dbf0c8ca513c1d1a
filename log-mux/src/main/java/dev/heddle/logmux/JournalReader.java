package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads a journal, also while it is written and after a crash.
 *
 * <p>Opening reads the journal through once and keeps what is known of the jobs, not what they said; that is read again when
 * asked for, from the place where the job begins. Intervals whose checksum is wrong are left out and
 * {@linkplain JournalStatistics#damaged counted}.
 *
 * <p>Not safe for several threads, but any number of readers may read the same journal.
 */
public final class JournalReader implements AutoCloseable {

    private final RunReader.Bytes bytes;
    private final RunReader reader;
    private final JournalIndex index = new JournalIndex();
    private final JournalScanner scanner;

    JournalReader(RunReader.Bytes bytes) throws IOException {
        this.bytes = bytes;
        this.reader = new RunReader(bytes);
        this.scanner = new JournalScanner(reader, index);
        boolean complete = false;
        try {
            refresh();
            scanner.requireHead();
            complete = true;
        } finally {
            if (!complete) {
                bytes.close();
            }
        }
    }

    /**
     * Reads what was written since.
     *
     * @throws IOException if the journal cannot be read
     */
    public void refresh() throws IOException {
        try {
            scanner.scan(Long.MAX_VALUE);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** All jobs, in the order in which they began. */
    public List<JournalTask> tasks() {
        return index.tasks();
    }

    /** The last job of a task. */
    public Optional<JournalTask> lastOf(String task) {
        JournalTask last = null;
        for (JournalTask one : index.tasks()) {
            last = one.job().task().equals(task) ? one : last;
        }
        return Optional.ofNullable(last);
    }

    /**
     * What the journal is made of, as far as it was read.
     *
     * @throws IOException if its length cannot be learned
     */
    public JournalStatistics statistics() throws IOException {
        return index.statistics(scanner, bytes.length());
    }

    /**
     * Writes exactly what a job said, on all channels, in the order of the journal.
     *
     * @throws IOException if the journal cannot be read or {@code to} cannot be written
     */
    public void copy(JournalTask task, OutputStream to) throws IOException {
        copy(task, EnumSet.allOf(Channel.class), to);
    }

    /**
     * Writes exactly what a job said on some channels.
     *
     * @throws IOException if the journal cannot be read or {@code to} cannot be written
     */
    public void copy(JournalTask task, Set<Channel> channels, OutputStream to) throws IOException {
        copy(task.source(), channels, index.placeBefore(task.offset()), task.end(), to);
    }

    /**
     * Writes what the engine said.
     *
     * @throws IOException if the journal cannot be read or {@code to} cannot be written
     */
    public void copyEngine(OutputStream to) throws IOException {
        copy(0, EnumSet.allOf(Channel.class), index.placeBefore(0), Long.MAX_VALUE, to);
    }

    private void copy(int source, Set<Channel> channels, CompactDecoder.Checkpoint from, long end, OutputStream to)
            throws IOException {
        JournalScanner.Target copier = new Only(source, channels, to);
        try {
            new JournalScanner(new RunReader(bytes), copier, scanner.template(), from).scan(end);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Leads the whole journal through a strategy into a sink, at once: timers fire in the time of the journal. The same
     * journal and strategy give the same groups. The sink is closed.
     *
     * @throws IOException if the journal cannot be read or the sink throws it
     */
    public ViewStatistics replay(GroupingStrategy strategy, Sink sink) throws IOException {
        return replay(strategy, sink, LineRules.none());
    }

    /**
     * The same with lines put on channels by rules. A filter that throws is left out.
     *
     * @throws IOException if the journal cannot be read or the sink throws it
     */
    public ViewStatistics replay(GroupingStrategy strategy, Sink sink, LineRules rules) throws IOException {
        return replay(strategy, sink, new Diagnosis(rules, null, problem -> {}));
    }

    /**
     * Shows the whole journal again as it happened: each byte comes when its time has come. Takes as long as the build took,
     * divided by {@code speed}; an interrupt ends it with a {@link java.io.InterruptedIOException}.
     *
     * @param speed how many seconds of the build pass in one; more than 0
     * @throws IOException if the journal cannot be read or the sink throws it
     */
    public ViewStatistics replay(GroupingStrategy strategy, Sink sink, LineRules rules, double speed)
            throws IOException {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("a speed is more than 0, not " + speed);
        }
        CountDownLatch never = new CountDownLatch(1);
        Pause pause = nanos -> {
            var unused = never.await(nanos, TimeUnit.NANOSECONDS);
        };
        return replay(new Paced(strategy, speed, System::nanoTime, pause), sink, rules);
    }

    /** The same in the time of a ticker. */
    ViewStatistics replay(Paced how, Sink sink, LineRules rules) throws IOException {
        return JournalReplay.lead(
                bytes,
                how.strategy,
                sink,
                new Diagnosis(rules, null, problem -> {}),
                driver -> new PacedVisitor(driver, how.speed, how.ticker, how.pause));
    }

    /** A strategy, and how time passes in a replay. */
    record Paced(GroupingStrategy strategy, double speed, LongSupplier ticker, Pause pause) {}

    /**
     * Finds the diagnostics in the whole journal.
     *
     * @param rules what finds them
     * @param listener is told each as a {@link dev.heddle.core.event.BuildEvent.DiagnosticFound}, in the order in which they were
     *     complete
     * @return how many there were, by task, for tasks that have any
     * @throws IOException if the journal cannot be read
     */
    public Map<String, DiagnosticCounts> diagnose(LineRules rules, BuildEventListener listener) throws IOException {
        Diagnosis diagnosis = new Diagnosis(rules, listener, problem -> {});
        Sink collector = diagnosis.collector(index.startMillis());
        replay(GroupingStrategy.collecting(), collector, diagnosis);
        return diagnosis.tally.byTask();
    }

    private ViewStatistics replay(GroupingStrategy strategy, Sink sink, Diagnosis diagnosis) throws IOException {
        return JournalReplay.lead(bytes, strategy, sink, diagnosis, driver -> driver);
    }

    /**
     * Finds lines of jobs, in the order in which they were complete. What the engine said is not looked at.
     *
     * <p>Memory: a line of at most 4 KiB for each channel of each job that has not ended; time linear in the journal.
     *
     * @param found is told each line on the caller's thread; what it throws ends the search
     * @return how many there were
     * @throws IOException if the journal cannot be read
     */
    public long search(JournalQuery query, Consumer<JournalMatch> found) throws IOException {
        LineSearch search = new LineSearch(query, query.isOfFailures() ? failed()::contains : source -> true, found);
        try {
            new JournalScanner(new RunReader(bytes), search).scan(Long.MAX_VALUE);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        search.finish();
        return search.matches();
    }

    private Set<Integer> failed() {
        Set<Integer> sources = new HashSet<>();
        for (JournalTask task : index.tasks()) {
            JobEnding ending = task.ending();
            if (ending != null && ending.isFailure()) {
                sources.add(task.source());
            }
        }
        return sources;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }

    /** Writes the data of one source. */
    private record Only(int source, Set<Channel> channels, OutputStream to) implements JournalScanner.Target {
        @Override
        public void session(long epochMillis) {}

        @Override
        public void time(long nanos) {}

        @Override
        public void task(int other, JobInfo job, boolean live) {}

        @Override
        public void data(int other, Channel channel, long offset, Slice slice) {
            if (other == source && channels.contains(channel)) {
                try {
                    to.write(slice.array(), slice.from(), slice.length());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void end(int other, JobEnding ending, long[] totals) {}
    }
}
