package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.LiveSink;
import dev.heddle.logmux.Sink;
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
import java.util.HashMap;
import java.util.Map;
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

    private static final TextRenderer.Form FORM = TextRenderer.Form.of(true);

    private final OutputStream out;
    private final Builder settings;
    private final CiDialect dialect;
    private final ConsoleModel model;
    private final TextRenderer renderer;
    private final PlainWords words;
    private final CiReport report = new CiReport();
    private final Sink finder;
    private final ArrayBlockingQueue<BuildEvent> events = new ArrayBlockingQueue<>(ConsoleDisplay.MOST_EVENTS);
    /** The first error of each job that runs. */
    private final Map<String, Diagnostic> errors = new HashMap<>();

    private final StringBuilder warnings = new StringBuilder();
    private int toldErrors;
    private int toldWarnings;
    private int piece = -1;
    private @Nullable String opened;
    private long now;
    private long spoke;

    private CiDisplay(Builder settings) {
        this.settings = settings;
        this.out = settings.out;
        this.model = new ConsoleModel(task -> 0, settings.masked);
        this.dialect = CiDialect.of(settings.system, settings.tokens, settings.clock);
        this.renderer = new TextRenderer(out, FORM);
        if (settings.system == CiSystem.BUILDKITE) {
            renderer.markHeadings();
        }
        this.words = new PlainWords(renderer, model, settings.heartbeat);
        this.finder = settings.rules.finder(this::found);
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

    /** Takes the events of the build that is shown. Never blocks. */
    public BuildEventListener listener() {
        // What does not fit is lost, which the engine's next counters mend.
        return events::offer;
    }

    @Override
    public void begin(Runnable wake) {}

    @Override
    public FrameVisitor feed() {
        return model;
    }

    private void found(BuildEvent event) {
        if (event instanceof BuildEvent.DiagnosticFound found) {
            Diagnostic diagnostic = found.diagnostic();
            if (diagnostic.severity() == Diagnostic.Severity.ERROR) {
                errors.putIfAbsent(found.job().task(), diagnostic);
            } else if (diagnostic.severity() == Diagnostic.Severity.WARNING && toldWarnings < MOST_ANNOTATIONS) {
                toldWarnings++;
                warnings.append(dialect.warning(found.job().task(), diagnostic));
            }
        }
    }

    @Override
    public void write(Group group) throws IOException {
        finder.write(group);
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
        command(warnings.toString());
        warnings.setLength(0);
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        finder.ended(source, job, ending);
        if (piece == source) {
            endPiece();
        }
        if (ending.isFailure()) {
            words.printed();
            speak();
        }
        renderer.ended(source, job, ending);
        model.forget(source);
        String task = job == null ? "source " + source : job.task();
        Diagnostic error = errors.remove(task);
        if (ending.isFailure()) {
            CiDialect.Problem problem = new CiDialect.Problem(task, ending.describe(), error);
            report.add(problem);
            if (toldErrors++ < MOST_ANNOTATIONS) {
                command(dialect.failure(problem));
            }
        }
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        speak();
        renderer.skipped(bytes, sources);
    }

    @Override
    public boolean minds(Channel channel) {
        return FORM.minds(channel);
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
        for (BuildEvent event = events.poll(); event != null; event = events.poll()) {
            model.event(event);
        }
        long heartbeat = settings.heartbeat.toNanos();
        if (heartbeat > 0 && spoke > 0 && nanos - spoke >= heartbeat) {
            // The word about what runs is not to be folded away.
            speak();
        }
        return words.beat(nanos, false);
    }

    @Override
    public void close() throws IOException {
        speak();
        renderer.finish();
        command(dialect.guard());
        words.summary(model.summary(), null);
        command(dialect.unguard());
        if (toldErrors > MOST_ANNOTATIONS) {
            renderer.note((toldErrors - MOST_ANNOTATIONS) + " more failures are told in the summary only");
        }
        renderer.finish();
        Path file = settings.report;
        if (file == null) {
            return;
        }
        try {
            writeReport(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    private void writeReport(Path file) throws IOException {
        if (settings.system == CiSystem.GITHUB) {
            // Other steps write to the same file.
            Files.writeString(
                    file, report.markdown(model.summary()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } else if (settings.system == CiSystem.GITLAB) {
            Files.writeString(file, report.codeQuality());
        }
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
        private LineRules rules = LineRules.none();
        private Duration heartbeat = Duration.ofSeconds(60);
        private InstantSource clock = InstantSource.system();
        private UnaryOperator<String> masked = UnaryOperator.identity();
        private @Nullable Path report;

        private Builder(CiSystem system, OutputStream out, Supplier<byte[]> tokens) {
            this.system = Objects.requireNonNull(system, "system");
            this.out = Objects.requireNonNull(out, "out");
            this.tokens = Objects.requireNonNull(tokens, "tokens");
        }

        /** How errors and warnings are found in what jobs say; none are if left out. */
        public Builder rules(LineRules found) {
            this.rules = Objects.requireNonNull(found, "found");
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
