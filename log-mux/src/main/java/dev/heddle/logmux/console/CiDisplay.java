package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.LiveSink;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.wire.FrameVisitor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The display for a CI system: plain text with the system's own commands, so that the output of a task can be folded and what
 * failed is told where people look. Meant for the strategy {@code task}; under another one a task's output is in several pieces.
 *
 * <p>The output of a task that did well is folded, that of one that failed is not. Each failed task is told once, with the first
 * error that was found in its output, and the first warnings are told; of each at most {@value #MOST_ANNOTATIONS}, which is what
 * GitHub shows.
 *
 * <p>For Buildkite, where only the next group ends one, the engine's own words are in groups of their own.
 *
 * <p><b>Forging.</b> No job can command the system: lines that look like commands get a backslash, as
 * {@link dev.heddle.logmux.sink.ControlPolicy#SAFE} tells, and GitHub is told to obey nothing while jobs speak, with a token that is drawn anew
 * for each piece.
 *
 * <p>Threads, bounds and what becomes of events are as with {@link ConsoleDisplay}; it is given everything, however late.
 */
public final class CiDisplay implements LiveSink {

    /** Most errors, and most warnings, that are told by commands. */
    public static final int MOST_ANNOTATIONS = 10;

    private final OutputStream out;
    private final Builder settings;
    private final CiDialect dialect;
    private final ConsoleModel model;
    private final TextRenderer renderer;
    private final PlainWords words;
    private final CiAnnotations annotations;
    private final ArrayBlockingQueue<BuildEvent> events = new ArrayBlockingQueue<>(ConsoleDisplay.MOST_EVENTS);
    private boolean summarized;
    private int piece = -1;
    private @Nullable String opened;
    private long now;
    private long spoke;

    private CiDisplay(Builder settings) {
        this.settings = settings;
        this.out = settings.out;
        this.model = new ConsoleModel(ConsoleModel.Earlier.UNKNOWN, settings.masked);
        this.dialect = CiDialect.of(settings.system, settings.tokens, settings.clock);
        this.annotations = new CiAnnotations(dialect);
        this.renderer = new TextRenderer(out, settings.form);
        if (settings.system == CiSystem.BUILDKITE) {
            renderer.markHeadings();
        }
        this.words = new PlainWords(renderer, model, settings.heartbeat);
    }

    /**
     * Begins a display.
     *
     * @param system whose commands are written
     * @param out where; closed by nobody
     * @param tokens gives 16 bytes that nobody can guess, each time others: what a {@code SecureRandom} makes
     */
    public static Builder builder(CiSystem system, OutputStream out, Supplier<byte[]> tokens) {
        return new Builder(system, out, tokens);
    }

    /**
     * Takes the events of the build that is shown, and the diagnostics that {@code OutputMultiplexer.Builder.onDiagnostic} tells.
     * Never blocks.
     */
    public BuildEventListener listener() {
        // What does not fit is lost, which the engine's next counters and the summary mend.
        return events::offer;
    }

    @Override
    public void begin(Runnable wake) {}

    @Override
    public FrameVisitor feed() {
        return model;
    }

    @Override
    public void write(Group group) throws IOException {
        if (!settings.detail.shows(group)) {
            return;
        }
        words.printed();
        spoke = now;
        JobInfo job = group.job();
        if (job == null) {
            speak();
        } else if (group.source() != piece) {
            endPiece();
            // What has failed already is shown open: people come for it.
            if (model.hasFailed(group.source())) {
                command(dialect.openFailed(job.task()));
            } else {
                opened = job.task();
                command(dialect.open(job.task()));
            }
            command(dialect.guard());
            piece = group.source();
        }
        renderer.write(group);
    }

    private void command(String text) throws IOException {
        if (!text.isEmpty()) {
            renderer.standAside();
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What follows is the engine's. */
    private void speak() throws IOException {
        endPiece();
        command(dialect.openOwn());
    }

    private void endPiece() throws IOException {
        if (piece >= 0) {
            renderer.standAside();
            command(dialect.unguard());
            String name = opened;
            if (name != null) {
                command(dialect.close(name));
            }
            piece = -1;
            opened = null;
        }
        command(annotations.take());
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        if (piece == source) {
            endPiece();
        }
        if (ending.isFailure()) {
            words.printed();
            speak();
        }
        renderer.ended(source, job, ending);
        model.forget(source);
        if (ending.isFailure() && settings.detail == ConsoleDisplay.Detail.ESSENTIALS) {
            command(dialect.guard());
            words.lastLinesOf(model.failures().told());
            renderer.standAside();
            command(dialect.unguard());
        }
        if (job != null) {
            annotations.ended(job.orNumber(source), ending);
        }
        tellNow();
    }

    // Commands are for between the pieces, where the system obeys.
    private void tellNow() throws IOException {
        if (piece < 0) {
            command(annotations.take());
        }
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        speak();
        renderer.skipped(bytes, sources);
    }

    @Override
    public boolean minds(Channel channel) {
        return settings.form.minds(channel);
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() throws IOException {
        renderer.flush(false);
    }

    @Override
    public long refresh(long nanos) throws IOException {
        now = nanos;
        takeEvents();
        tellNow();
        long heartbeat = settings.heartbeat.toNanos();
        if (heartbeat > 0 && spoke > 0 && nanos - spoke >= heartbeat) {
            // The word about what runs is not to be folded away.
            speak();
        }
        return words.beat(nanos, settings.detail == ConsoleDisplay.Detail.ESSENTIALS);
    }

    private void takeEvents() throws IOException {
        for (BuildEvent event = events.poll(); event != null; event = events.poll()) {
            model.event(event);
            if (event instanceof BuildEvent.DiagnosticFound found) {
                annotations.found(found.job(), found.diagnostic());
            } else if (settings.detail == ConsoleDisplay.Detail.ESSENTIALS) {
                words.host(event, settings.masked);
            }
        }
    }

    @Override
    public boolean summarizes() {
        return true;
    }

    @Override
    public void summary(BuildSummary summary) throws IOException {
        summarized = true;
        endPiece();
        // All diagnostics were told by now.
        takeEvents();
        annotations.rest(summary);
        speak();
        renderer.finish();
        command(dialect.guard());
        words.summary(summary);
        renderer.standAside();
        command(dialect.unguard());
        int untold = summary.failed() - annotations.failures();
        if (untold > 0) {
            renderer.note(
                    untold + (untold == 1 ? " more failure is" : " more failures are") + " told in the summary only");
        }
        renderer.finish();
        write(new CiReport(summary));
    }

    private void write(CiReport report) throws IOException {
        Path file = settings.report;
        if (file == null) {
            return;
        }
        try {
            write(report, file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    private void write(CiReport report, Path file) throws IOException {
        if (settings.system == CiSystem.GITHUB) {
            // Other steps write to the same file.
            Files.writeString(file, report.markdown(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } else if (settings.system == CiSystem.GITLAB) {
            Files.writeString(file, report.codeQuality());
        }
    }

    @Override
    public void close() throws IOException {
        if (!summarized) {
            annotations.rest();
            endPiece();
        }
        renderer.finish();
    }

    @Override
    public String toString() {
        return "the display for " + settings.system.title();
    }

    /** Settings of a display. */
    public static final class Builder {
        private final CiSystem system;
        private final OutputStream out;
        private final Supplier<byte[]> tokens;
        private TextRenderer.Form form = TextRenderer.Form.of(true);
        private ConsoleDisplay.Detail detail = ConsoleDisplay.Detail.EVERYTHING;
        private Duration heartbeat = Duration.ofSeconds(60);
        private InstantSource clock = InstantSource.system();
        private UnaryOperator<String> masked = UnaryOperator.identity();
        private @Nullable Path report;

        private Builder(CiSystem system, OutputStream out, Supplier<byte[]> tokens) {
            this.system = Objects.requireNonNull(system, "system");
            this.out = Objects.requireNonNull(out, "out");
            this.tokens = Objects.requireNonNull(tokens, "tokens");
        }

        /**
         * The form of the text; if left out, that of {@link TextRenderer.Form#of} with colours.
         *
         * @throws IllegalArgumentException if it lets more control sequences pass than {@link ControlPolicy#SAFE}: a job could
         *     command the system then
         */
        public Builder form(TextRenderer.Form text) {
            if (!ControlPolicy.SAFE.passing().containsAll(text.policy().passing())) {
                throw new IllegalArgumentException(
                        "with such a policy for control sequences a job could command the CI system");
            }
            this.form = text;
            return this;
        }

        /** How much is shown; everything if left out. */
        public Builder detail(ConsoleDisplay.Detail shown) {
            this.detail = Objects.requireNonNull(shown, "shown");
            return this;
        }

        /** After how long a silence there is a word about what runs; a minute if left out, never if zero. */
        public Builder heartbeat(Duration silence) {
            if (silence.isNegative()) {
                throw new IllegalArgumentException("a silence cannot be negative: " + silence);
            }
            this.heartbeat = silence;
            return this;
        }

        /**
         * A file that tells what failed, written at the end: for GitHub the step's summary, to which it is added
         * ({@code GITHUB_STEP_SUMMARY} names it); for GitLab a report of code quality. The others have none.
         */
        public Builder report(Path file) {
            this.report = Objects.requireNonNull(file, "file");
            return this;
        }

        /** Takes secrets out of what events tell, as {@link ConsoleDisplay.Builder#masked} says. */
        public Builder masked(UnaryOperator<String> secrets) {
            this.masked = Objects.requireNonNull(secrets, "secrets");
            return this;
        }

        /** The clock for times that the system wants. */
        public Builder clock(InstantSource wall) {
            this.clock = Objects.requireNonNull(wall, "wall");
            return this;
        }

        /** The display, for one multiplexer. */
        public CiDisplay build() {
            return new CiDisplay(this);
        }
    }
}
