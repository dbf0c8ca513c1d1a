package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.OutputPort;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.wire.CompactFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges the output of many concurrent jobs into whole groups and hands them to sinks, and records every byte in a journal.
 *
 * <p><b>Threads.</b> May be used from any thread, and so may the sources it opens. The journal has a thread of its own, and so
 * has every sink; strategies run on the thread of their sink. Each sink reads the journal at its own pace: a slow one delays
 * neither a job nor another sink.
 *
 * <p><b>Order.</b> Bytes of one source and channel keep their order. Between sources the {@link GroupingStrategy} decides. No
 * byte is shown before it is written to the journal.
 *
 * <p><b>Memory.</b> Independent of the amount of output: 1 MiB, and for each sink about 3 MiB and 16 bytes for each piece a strategy
 * holds back, at most 16 MiB of these for each sink; beyond that, what is held is shown early. A journal in memory takes its
 * limit on top. What finds diagnostics and makes the summary, where either is wanted, counts as one more sink; for the summary it
 * keeps 4 KiB of each job that runs besides.
 *
 * <p><b>Failure.</b> A sink that throws is closed and left out, which the engine says once. A journal file that cannot be
 * written any more is left at the last whole frame, which the engine says once; from then on the output goes through at most
 * {@value #FALLBACK_BYTES} bytes of memory to the sinks and is not recorded. {@link #failures} tells both, and is complete when
 * {@link #close} has returned.
 *
 * <p>Not a logging framework: it has no levels of its own and formats nothing but its own messages.
 */
public final class OutputMultiplexer implements OutputPort, AutoCloseable {

    /** Bytes of memory that take the place of a journal file that cannot be written. */
    public static final long FALLBACK_BYTES = 16L * 1024 * 1024;

    private final JournalStore store;
    private final JournalWriter journal;
    private final Masking masking;
    private final Batch.Slot engine = new Batch.Slot(0);
    private final Views views;
    private final Failures failures;
    private final Diagnosis diagnosis;
    private final @Nullable SummaryCollector summary;
    private final @Nullable Consumer<BuildSummary> summaryListener;
    private final @Nullable Path path;
    private final Attaching attaching;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Everything that is said goes this way; {@link #journal} is for readers and for the end. */
    private final Intake intake;

    private OutputMultiplexer(Builder builder, JournalOpening opening) throws IOException {
        this.path = builder.journal.path();
        this.diagnosis = new Diagnosis(builder.rules, builder.diagnostics, text -> say(Channel.WARNING, text));
        long startMillis = builder.clock.millis();
        this.store = opening.store();
        this.failures = new Failures(store, path, text -> say(Channel.ERROR, text));
        this.journal = new JournalWriter(
                opening.encoder(), store, builder.ticker, opening.start(startMillis), failures::journalFailed);
        this.views = new Views(opening, journal, path, builder.ticker);
        this.attaching = new Attaching(opening, journal, path, builder.ticker);
        this.masking = new Masking(builder.secrets.secrets(), journal, engine, builder.ticker);
        this.intake = masking.intake();
        long epochMillis = opening.epochMillis(startMillis);
        this.summary = builder.isSummarized() ? diagnosis.summary(epochMillis, builder.kept()) : null;
        this.summaryListener = builder.summaryListener;
        boolean complete = false;
        try {
            List<Views.Target> targets =
                    summary == null ? diagnosis.with(builder.targets, epochMillis) : summary.with(builder.targets);
            views.open(targets, builder.strategy, diagnosis, failures, summary);
            complete = true;
        } finally {
            if (!complete) {
                masking.close();
                journal.close();
                var unused = store.close();
            }
        }
    }

    /** Begins a multiplexer. */
    public static Builder builder() {
        return new Builder();
    }

    /** Opens the output of a job that is known by its name alone. */
    public OutputSource open(String task, @Nullable String component) {
        return open(task, component, task);
    }

    /** Opens the output of a job that is known by its name and a line for people, often the command. */
    public OutputSource open(String task, @Nullable String component, String description) {
        return open(new JobInfo(0, task, component, description, "local", 1));
    }

    @Override
    public OutputSource open(JobInfo job) {
        return open(job, false);
    }

    /**
     * Opens the output of a job that has the stage to itself, as ninja's console pool gives it: it is shown byte by byte as it
     * comes, whatever the strategy, and what others say meanwhile is shown when it has ended. One at a time: a second one
     * that is opened meanwhile is treated as any other job.
     */
    public OutputSource openLive(JobInfo job) {
        return open(job, true);
    }

    private OutputSource open(JobInfo job, boolean live) {
        Objects.requireNonNull(job, "job");
        requireOpen();
        return new OutputSource(intake, intake.open(job, live), job.task());
    }

    @Override
    public void message(Channel channel, String text) {
        Objects.requireNonNull(channel, "channel");
        requireOpen();
        say(channel, text);
    }

    // What goes wrong while it closes is told too, as far as the journal still takes it.
    private void say(Channel channel, String text) {
        if (text.isEmpty()) {
            return;
        }
        byte[] bytes = (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8);
        intake.message(engine, channel, bytes);
    }

    /** Takes what the embedding program prints, on the channel it was printed to; false if the multiplexer is closed. */
    boolean engineData(Channel channel, byte[] bytes, int offset, int length) {
        return intake.data(engine, channel, bytes, offset, length);
    }

    /**
     * Records what happens to a build beside what its jobs say, for sinks that show it, now or in a replay: its beginning and
     * end, the critical path, hosts that come and go, locks, notes of jobs, and why it stops. What a job's own entry in the
     * journal tells is not recorded once more. An event of more than {@value CompactFormat#MAX_EVENT} bytes is left out.
     *
     * <p>The listener may be slowed by the disk, and so belongs into a feed of its own, as a scheduler gives each listener;
     * after {@link #close} it does nothing.
     */
    public BuildEventListener events() {
        return event -> RecordedEvents.record(event, json -> intake.event(engine, json));
    }

    /** Whether a thread is that of one of the sinks. */
    boolean isSinkThread(Thread thread) {
        return views.isThreadOfOne(thread);
    }

    /** Changes the strategy of all sinks that were not given one of their own. Nothing is lost or shown twice. */
    public void strategy(GroupingStrategy strategy) {
        Objects.requireNonNull(strategy, "strategy");
        requireOpen();
        views.strategy(strategy);
    }

    /** Shows everything that is held back, such as what a job that seems to hang has said so far. Returns at once. */
    public void dumpHeld() {
        requireOpen();
        intake.flush();
        views.dump();
    }

    /**
     * Waits until everything accepted before is written and every sink has got what its strategy lets through.
     *
     * @return false if a sink made no progress for 5 seconds and was not waited for
     */
    public boolean drain() {
        return views.awaitAt(intake.flush());
    }

    /**
     * How many secrets were masked so far in what jobs and the engine said, and in names, commands and ends of jobs. Those that
     * overlap count as one.
     */
    public long maskedSecrets() {
        return masking.count();
    }

    /**
     * A text with the secrets in it masked as they are in the output: for what the embedding program itself shows or writes of
     * a build, such as the reason of a failure. Not counted.
     */
    public String masked(String text) {
        return masking.text(text);
    }

    /** JSON with the secrets in its strings masked, in bytes of UTF-8; names and numbers stay. Not counted. */
    public byte[] maskedJson(byte[] json) {
        return masking.json(json);
    }

    /** How many errors and warnings were found and reported so far; complete after {@link #drain} and {@link #close}. */
    public DiagnosticCounts counts() {
        return diagnosis.tally.total();
    }

    /** The same by task, for tasks that have any; what a {@link Reporter} says stands under the empty name. */
    public Map<String, DiagnosticCounts> countsByTask() {
        return diagnosis.tally.byTask();
    }

    Tally tally() {
        return diagnosis.tally;
    }

    /**
     * Lets other programs of the same user attach to this build at a Unix socket until {@link #close}: {@code docs/attach.md} has
     * the protocol, {@link JournalFollower#attach} is a client. At most {@value AttachServer#MOST_CLIENTS} at once; each has a
     * thread and about 3 MiB. A client that is slow or stopped slows nobody: what it has not taken one second after the end is
     * kept from it. Other users are kept out by the rights of the socket, 0600, and its folder, which must not be writable for
     * them.
     *
     * @param socket where to listen; a socket that a killed process left there is replaced
     * @throws IOException if that is not possible; the message says why
     * @throws IllegalStateException if the multiplexer is closed, or serves already
     */
    public void serve(Path socket) throws IOException {
        requireOpen();
        attaching.begin(socket);
    }

    /**
     * Checks whether {@link #serve} could listen at a path, and touches nothing: for those who want to know before they open a
     * journal.
     *
     * @throws IOException where {@link #serve} would
     */
    public static void requireServable(Path socket) throws IOException {
        AttachSocket.requireUsable(socket);
    }

    /** How many programs are attached now. */
    int attachedClients() {
        return attaching.clients();
    }

    /**
     * Reads the journal while it is written; other than {@link Journal#open} in the same process, it leaves the file locked
     * against other builds when it is closed.
     *
     * @throws IOException if the journal cannot be read
     */
    public JournalReader reader() throws IOException {
        requireOpen();
        intake.flush();
        return new JournalReader(StoreBytes.own(store, path));
    }

    /** The journal file, if there is one. */
    public Optional<Path> journal() {
        return Optional.ofNullable(path);
    }

    /**
     * Ends sources that are still open, shows everything that is held, closes the sinks and the journal. A sink that makes no
     * progress for 5 seconds is interrupted and left. A second close does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        masking.close();
        journal.close();
        views.awaitEnd(failures::sinkLeft);
        attaching.end();
        failures.journalClosed(journal, store.close());
        if (summary != null && summaryListener != null) {
            summary.tell(summaryListener);
        }
    }

    /**
     * What did not get everything, in the order in which it was noticed; empty if nothing is missing anywhere. Complete when
     * {@link #close} has returned.
     */
    public List<OutputFailure> failures() {
        return failures.told();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the multiplexer is closed");
        }
    }

    /** Collects the settings. Not safe for several threads. */
    public static final class Builder {

        private final List<Views.Target> targets = new ArrayList<>();
        private GroupingStrategy strategy = GroupingStrategy.stage();
        private JournalPlace journal = new JournalPlace.Memory(FALLBACK_BYTES);
        private final Secrets.Given secrets = new Secrets.Given();
        private LineRules rules = LineRules.none();
        private @Nullable BuildEventListener diagnostics;
        private @Nullable Consumer<BuildSummary> summaryListener;
        private LongSupplier ticker = System::nanoTime;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** The strategy of all sinks that are not given one of their own; {@link GroupingStrategy#stage} if left out. */
        public Builder strategy(GroupingStrategy chosen) {
            this.strategy = Objects.requireNonNull(chosen);
            return this;
        }

        /** Adds a sink. */
        public Builder to(Sink sink) {
            targets.add(new Views.Target(Objects.requireNonNull(sink), null));
            return this;
        }

        /** Adds a sink with a strategy of its own. */
        public Builder to(Sink sink, GroupingStrategy own) {
            targets.add(new Views.Target(Objects.requireNonNull(sink), Objects.requireNonNull(own)));
            return this;
        }

        /** Records in a file, in place of one that is there. */
        public Builder journal(Path file) {
            this.journal = new JournalPlace.File(Objects.requireNonNull(file));
            return this;
        }

        /** Records in a file that goes when the build is over: as {@link #journal}, but the summary does not name it. */
        public Builder scratchJournal(Path file) {
            this.journal = new JournalPlace.Scratch(Objects.requireNonNull(file));
            return this;
        }

        /** Records in a file, behind what is there; a torn end is cut off first. */
        public Builder appendToJournal(Path file) {
            this.journal = new JournalPlace.EndOfFile(Objects.requireNonNull(file));
            return this;
        }

        /**
         * Records in memory; so it is if no journal is named, with a limit of 16 MiB. When the limit is reached, sinks that
         * must see everything show what they hold, and the oldest bytes go.
         *
         * @param limitBytes at least 256 KiB, or so much is taken
         */
        public Builder memoryJournal(long limitBytes) {
            this.journal = new JournalPlace.Memory(limitBytes);
            return this;
        }

        /**
         * Adds a secret: wherever its bytes come by, they are masked before anything is recorded or shown, so that no file and
         * no display ever has them. Each byte becomes {@code *}, ends of lines stay; nothing else is changed, and what was
         * changed is counted. It is found however writes cut it, in what jobs and the embedding program say, and in names,
         * commands and ends of jobs; not if it is written in another form, such as base64, or one half on each of two channels.
         *
         * <p>Output that stops in the middle of what may be a secret waits for more, at most 500 ms. What there is then, or when
         * the source ends, is shown up to half of the secret and masked beyond that.
         *
         * @param secret {@value Secrets#SHORTEST} to {@value Secrets#LONGEST} bytes, and all secrets together at most
         *     {@value Secrets#MOST_BYTES}
         * @throws IllegalArgumentException if it is shorter or longer; the message does not tell it
         */
        public Builder mask(byte[] secret) {
            secrets.add(secret);
            return this;
        }

        /** Adds a secret by its bytes in UTF-8, as {@link #mask(byte[])} does. */
        public Builder mask(String secret) {
            return mask(secret.getBytes(StandardCharsets.UTF_8));
        }

        /** How lines of jobs are told apart; {@link LineRules#none} if left out. */
        public Builder rules(LineRules chosen) {
            this.rules = Objects.requireNonNull(chosen);
            return this;
        }

        /**
         * Tells of every diagnostic that the rules find, as a {@link BuildEvent.DiagnosticFound} with a sequence of its own, on a
         * thread of its own. One that throws is told nothing more.
         */
        public Builder onDiagnostic(BuildEventListener listener) {
            this.diagnostics = Objects.requireNonNull(listener);
            return this;
        }

        /**
         * Tells what came of the build when everything was shown, on the thread that closes the multiplexer, as the last that
         * {@link OutputMultiplexer#close} does. Sinks are told by themselves, as {@link Sink#summary} says.
         */
        public Builder onSummary(Consumer<BuildSummary> listener) {
            this.summaryListener = Objects.requireNonNull(listener);
            return this;
        }

        private boolean isSummarized() {
            return summaryListener != null
                    || targets.stream().anyMatch(target -> target.sink().summarizes());
        }

        private List<Path> kept() {
            List<Path> files = new ArrayList<>();
            Optional.ofNullable(journal.kept()).ifPresent(files::add);
            targets.forEach(target -> Optional.ofNullable(target.sink().file()).ifPresent(files::add));
            return files;
        }

        /** The clock for intervals, in nanoseconds; {@code System::nanoTime} if left out. */
        public Builder ticker(LongSupplier nanos) {
            this.ticker = Objects.requireNonNull(nanos);
            return this;
        }

        /** The clock for the wall time in the journal. */
        public Builder clock(InstantSource wall) {
            this.clock = Objects.requireNonNull(wall);
            return this;
        }

        /**
         * Opens the journal and starts.
         *
         * @throws IOException if the journal cannot be opened: it is no regular file, it is no journal and was to be
         *     appended to, another process is writing it, a right is missing, or the disk is full
         */
        public OutputMultiplexer build() throws IOException {
            return build(journal.open());
        }

        /** Starts with a journal that is open already; the path, if there is one, must be that of its file. */
        OutputMultiplexer build(JournalOpening opening) throws IOException {
            return new OutputMultiplexer(this, opening);
        }
    }
}
