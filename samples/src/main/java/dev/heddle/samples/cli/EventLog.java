package dev.heddle.samples.cli;

import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --events}, if one was asked for: what the scheduler tells, and the diagnostics that the multiplexer finds.
 *
 * <p>After the first write that fails nothing more is written, so what is there is a beginning and has no hole; {@link #close}
 * says so on standard error, and {@link #isComplete} is false from then on. Events may come from several threads.
 */
public final class EventLog implements AutoCloseable {

    private record Target(Path file, OutputStream raw, MaskedLines lines, EventJson.Writer writer) {}

    private final @Nullable Target target;
    private final Object lock = new Object();

    // Guarded by lock.
    private @Nullable IOException failure;
    private boolean closed;

    private EventLog(@Nullable Target target) {
        this.target = target;
    }

    /**
     * Opens the file.
     *
     * @param file where to write, or null for nowhere
     * @throws UserError if it cannot be written
     */
    public static EventLog open(@Nullable Path file) {
        if (file == null) {
            return new EventLog(null);
        }
        try {
            OutputStream raw = Files.newOutputStream(file);
            MaskedLines lines = new MaskedLines(new BufferedOutputStream(raw));
            return new EventLog(new Target(file, raw, lines, EventJson.writer(lines)));
        } catch (IOException e) {
            throw new UserError("--events", file + " cannot be written: " + Failures.text(e), null);
        }
    }

    /** From now on secrets that the multiplexer masks are masked in events too. Called before the build starts. */
    public void maskAs(OutputMultiplexer multiplexer) {
        if (target != null) {
            target.lines().maskAs(multiplexer);
        }
    }

    /** What the build tells its events to. */
    public Optional<BuildEventListener> listener() {
        return Optional.ofNullable(target).map(known -> event -> write(known, event));
    }

    private void write(Target known, BuildEvent event) {
        synchronized (lock) {
            if (closed || failure != null) {
                return;
            }
            try {
                known.writer().write(event);
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    /** Whether every event was written; final when this was closed. */
    public boolean isComplete() {
        synchronized (lock) {
            return failure == null;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (target == null || closed) {
                return;
            }
            closed = true;
            try {
                // What is buffered behind a write that failed would go to the wrong place.
                (failure == null ? target.writer() : target.raw()).close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
            if (failure != null) {
                LastWords.say(target.file() + ": not all events could be written: " + Failures.text(failure));
            }
        }
    }
}
