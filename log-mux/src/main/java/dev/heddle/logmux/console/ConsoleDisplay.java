package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.LiveSink;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.TextRenderer;
import dev.heddle.logmux.wire.FrameVisitor;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The display for a person who watches. On a terminal, log text scrolls above a live region: how far the build is, a line for
 * each job that runs, counters, what is wrong. Elsewhere it is plain text, as {@link TextRenderer} forms it, with a word from
 * time to time when nothing else is said.
 *
 * <p>What runs and what it says comes from the journal. The events of a build add counters, hosts, steps and process ids: give
 * {@link #listener} to whatever publishes them.
 *
 * <p><b>Threads.</b> Belongs to one multiplexer, which calls it on one thread. The listener and {@link #restore} may be called
 * from any.
 *
 * <p><b>Bounds.</b> It never slows a job. When it is far behind, it skips to what is new and says how much it left out; what
 * nobody can read, as {@link Sink#maySkip} tells, is left out with a line that says where it is. At most
 * {@value #MOST_EVENTS} events wait for it; when more come, those are lost, and the next counters put things right. The region
 * takes at most a third of the rows and 12 lines. While a person reads the log of a task, 1 MiB of text waits at most.
 *
 * <p><b>The process.</b> Nothing is changed in the process or the terminal before the multiplexer starts; the terminal is given
 * back by {@link #close}. With keys or a suspension the library for terminals, JLine, sets the terminal's modes; it is not loaded
 * by a display that shows plain text.
 */
public final class ConsoleDisplay implements LiveSink {

    /** Events that can wait to be shown. */
    public static final int MOST_EVENTS = 4096;

    /** How much is shown. */
    public enum Detail {
        /** What jobs say, and the live region. */
        EVERYTHING,
        /** What matters to someone who does not watch: hosts down or up, failures, jobs that do not get on. No region. */
        ESSENTIALS;

        boolean shows(Group group) {
            return this == EVERYTHING
                    || group.channel() == Channel.ERROR
                    || (group.job() == null && group.channel() == Channel.WARNING);
        }
    }

    private final Terminal terminal;
    private final Builder settings;
    private final ConsoleModel model;
    private final Log log = new Log();
    private final ArrayBlockingQueue<BuildEvent> events = new ArrayBlockingQueue<>(MOST_EVENTS);
    private TextRenderer renderer;
    private PlainWords words;
    private @Nullable LiveScreen screen;
    private @Nullable KeyPad keyPad;
    private volatile @Nullable LiveScreen restorable;
    private long now;

    private ConsoleDisplay(Builder settings) {
        this.settings = settings;
        this.terminal = settings.terminal;
        this.model = new ConsoleModel(
                new ConsoleModel.Earlier(settings.expectedBytes, settings.expectedNanos), settings.masked);
        this.renderer = new TextRenderer(terminal.output(), settings.form);
        this.words = new PlainWords(renderer, model, settings.heartbeat);
    }

    /** Begins a display on a terminal. */
    public static Builder builder(Terminal terminal) {
        return new Builder(terminal);
    }

    /** The standard output of this process: live if it is a terminal that can do it, with colours if it has them. */
    public static ConsoleDisplay system() {
        return builder(Terminal.system()).build();
    }

    /** A stream that is no terminal: it is given everything, however late. */
    public static ConsoleDisplay of(OutputStream stream, boolean colors) {
        return of(stream, TextRenderer.Form.of(colors), false);
    }

    /**
     * Any stream and form; plain text.
     *
     * @param watched whether a person watches, so that what cannot be shown in time is left out
     */
    public static ConsoleDisplay of(OutputStream stream, TextRenderer.Form form, boolean watched) {
        return builder(stream, watched).form(form).heartbeat(Duration.ZERO).build();
    }

    /**
     * Begins a display of plain text on any stream.
     *
     * @param watched whether a person watches, so that what cannot be shown in time is left out
     */
    public static Builder builder(OutputStream stream, boolean watched) {
        return builder(new StreamTerminal(stream, watched));
    }

    /** Takes the events of the build that is shown. Never blocks. */
    public BuildEventListener listener() {
        // What does not fit is lost, which the engine's next counters mend.
        return events::offer;
    }

    @Override
    public void begin(Runnable wake) {
        // Sequences of jobs that leave their line would leave the region's place unknown.
        boolean staysInLine =
                ControlPolicy.LIVE.passing().containsAll(settings.form.policy().passing());
        if (!settings.live || settings.detail != Detail.EVERYTHING || !staysInLine) {
            return;
        }
        LiveScreen opened = new LiveScreen(terminal, model, log);
        Runnable stop = settings.stop;
        if (!terminal.open(settings.controls != null, stop == null ? null : new Suspended(opened, wake, stop))) {
            return;
        }
        screen = opened;
        restorable = opened;
        renderer = new TextRenderer(log, settings.form);
        renderer.markRows(() -> terminal.size().columns(), CellText::width);
        words = new PlainWords(renderer, model, Duration.ZERO);
        Controls controls = settings.controls;
        keyPad = controls == null ? null : new KeyPad(terminal, controls, model, words, opened);
    }

    @Override
    public boolean showsHalfLines() {
        return screen != null;
    }

    private record Suspended(LiveScreen screen, Runnable wake, Runnable stopProcess) implements Terminal.Suspension {
        @Override
        public void suspend() {
            wake.run();
            screen.suspend();
        }

        @Override
        public void stop() {
            stopProcess.run();
        }

        @Override
        public void resume() {
            screen.resume();
            wake.run();
        }
    }

    @Override
    public FrameVisitor feed() {
        return model;
    }

    @Override
    public void write(Group group) throws IOException {
        if (settings.detail.shows(group)) {
            words.printed();
            renderer.write(group);
            relieve();
        }
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        renderer.ended(source, job, ending);
        if (ending.isFailure()) {
            words.printed();
            if (settings.detail == Detail.ESSENTIALS) {
                words.lastLinesOf(model.failures().told());
            }
        }
        relieve();
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        renderer.skipped(bytes, sources);
        relieve();
    }

    @Override
    public void clipped(int source, @Nullable JobInfo job, long bytes) throws IOException {
        renderer.clipped(source, job, bytes);
        relieve();
    }

    private void relieve() throws IOException {
        if (screen != null && log.size() > Log.MUCH) {
            screen.paint(now);
        }
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
        if (screen == null) {
            renderer.flush(true);
        } else {
            // Half lines stand in the region; but a job that has the stage is shown byte by byte.
            renderer.flush(model.isStageTaken());
            if (model.isStageTaken()) {
                screen.paint(now);
            }
        }
    }

    @Override
    public long refresh(long nanos) throws IOException {
        now = nanos;
        for (BuildEvent event = events.poll(); event != null; event = events.poll()) {
            model.event(event);
            if (event instanceof BuildEvent.StoodStill still) {
                model.stoodStill(still.elapsed().toNanos(), nanos);
            }
            if (settings.detail == Detail.ESSENTIALS) {
                words.host(event, settings.masked);
            }
        }
        if (screen == null) {
            return words.beat(nanos, settings.detail == Detail.ESSENTIALS);
        }
        if (keyPad != null) {
            keyPad.press(nanos);
        }
        renderer.flush(model.isStageTaken());
        return screen.refresh(nanos);
    }

    /**
     * Gives the terminal back at once, for the hook of a program that is about to end without {@link #close}. May be called from
     * any thread; afterwards nothing more is shown.
     */
    public void restore() {
        LiveScreen open = restorable;
        if (open != null) {
            open.restore();
        }
    }

    @Override
    public boolean summarizes() {
        return settings.summary;
    }

    @Override
    public void summary(BuildSummary summary) throws IOException {
        renderer.finish();
        words.summary(summary);
    }

    @Override
    public void close() throws IOException {
        try {
            renderer.finish();
        } finally {
            if (screen != null) {
                screen.end();
            }
        }
    }

    @Override
    public boolean maySkip() {
        return terminal.isInteractive();
    }

    @Override
    public String toString() {
        return "the console";
    }

    /** Settings of a display. */
    public static final class Builder {
        private final Terminal terminal;
        private TextRenderer.Form form;
        private boolean live;
        private Detail detail = Detail.EVERYTHING;
        private Duration heartbeat = Duration.ofSeconds(60);
        private ToLongFunction<String> expectedBytes = task -> 0;
        private Map<String, Long> expectedNanos = Map.of();
        private UnaryOperator<String> masked = UnaryOperator.identity();
        private @Nullable Controls controls;
        private @Nullable Runnable stop;
        private boolean summary;

        private Builder(Terminal terminal) {
            this.terminal = Objects.requireNonNull(terminal, "terminal");
            this.form = TextRenderer.Form.of(terminal.hasColors());
            this.live = terminal.isInteractive();
        }

        /** The form of the log text; if left out, that of {@link TextRenderer.Form#of} with colours if the terminal has them. */
        public Builder form(TextRenderer.Form text) {
            this.form = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * Whether there is a live region where the terminal can have one; if left out, when a person watches. There is none
         * where the form lets control sequences pass that {@link ControlPolicy#LIVE} does not.
         */
        public Builder live(boolean wanted) {
            this.live = wanted;
            return this;
        }

        /** How much is shown; everything if left out. */
        public Builder detail(Detail shown) {
            this.detail = Objects.requireNonNull(shown, "shown");
            return this;
        }

        /** After how long a silence plain text has a word about what runs; a minute if left out, never if zero. */
        public Builder heartbeat(Duration silence) {
            if (silence.isNegative()) {
                throw new IllegalArgumentException("a silence cannot be negative: " + silence);
            }
            this.heartbeat = silence;
            return this;
        }

        /** How many bytes the job of a task said in an earlier build, or 0 if unknown: what its progress is measured by. */
        public Builder expectedBytes(ToLongFunction<String> ofTask) {
            this.expectedBytes = Objects.requireNonNull(ofTask, "ofTask");
            return this;
        }

        /** How many nanoseconds jobs of tasks took in an earlier build: what the time left is estimated by. */
        public Builder expectedNanos(Map<String, Long> ofTasks) {
            this.expectedNanos = Map.copyOf(ofTasks);
            return this;
        }

        /**
         * Takes out of what the events of the build tell what nobody may see, such as {@code OutputMultiplexer::masked}; what
         * comes from the journal is masked already.
         */
        public Builder masked(UnaryOperator<String> secrets) {
            this.masked = Objects.requireNonNull(secrets, "secrets");
            return this;
        }

        /** Takes keys and asks these for what they stand for; without, no keys are taken. */
        public Builder controls(Controls answers) {
            this.controls = Objects.requireNonNull(answers, "answers");
            return this;
        }

        /**
         * Takes the region away, and gives the terminal back, while the process is stopped from the keyboard. This installs a
         * handler for the signal SIGTSTP while the display is open.
         *
         * @param stopProcess stops this process as SIGSTOP does, and returns when it goes on; a JVM cannot do that by itself
         */
        public Builder handleSuspension(Runnable stopProcess) {
            this.stop = Objects.requireNonNull(stopProcess, "stopProcess");
            return this;
        }

        /** Tells at the end what came of the build: failures first, what took longest, counts, and where it is recorded. */
        public Builder summary() {
            this.summary = true;
            return this;
        }

        /** The display, for one multiplexer. */
        public ConsoleDisplay build() {
            return new ConsoleDisplay(this);
        }
    }
}
