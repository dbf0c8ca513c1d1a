package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.FailureText;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.FilePlace;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --events}, if one was asked for: what the scheduler tells, and the diagnostics that the multiplexer finds.
 *
 * <p>After the first write that fails nothing more is written, so what is there is a beginning and has no hole. The engine says so
 * at once, {@link #close} says on standard error how many events are missing, and {@link #isComplete} is false from then on.
 * Events may come from several threads.
 */
public final class EventLog implements AutoCloseable {

    private record Target(Path file, FilePlace place, OutputStream raw, MaskedLines lines, EventJson.Writer writer) {}

    private final @Nullable Target target;
    private final Object lock = new Object();

    // Guarded by lock.
    private @Nullable IOException failure;
    private @Nullable OutputMultiplexer multiplexer;
    private long written;
    private long missing;
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
            MaskedLines lines = new MaskedLines(raw);
            return new EventLog(new Target(file, FilePlace.of(file), raw, lines, EventJson.writer(lines)));
        } catch (IOException e) {
            throw new UserError("--events", file + " cannot be written: " + FailureText.of(e), null);
        }
    }

    /**
     * From now on secrets that the multiplexer masks are masked in events too, and it is told when they cannot be written. Called
     * before the build starts.
     */
    public void maskAs(OutputMultiplexer output) {
        if (target != null) {
            target.lines().maskAs(output);
            synchronized (lock) {
                multiplexer = output;
            }
        }
    }

    /** What the build tells its events to. */
    public Optional<BuildEventListener> listener() {
        return Optional.ofNullable(target).map(known -> event -> write(known, event));
    }

    private void write(Target known, BuildEvent event) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (failure != null) {
                missing++;
                return;
            }
            try {
                known.writer().write(event);
                written++;
            } catch (IOException e) {
                failure = e;
                missing++;
                if (multiplexer != null) {
                    multiplexer.message(
                            Channel.ERROR, "events to " + known.file() + " have ended: " + FailureText.of(e));
                }
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
                target.raw().close();
                target.place().check();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
            if (failure != null) {
                LastWords.say(target.file() + ": not all events could be written: " + FailureText.of(failure)
                        + (target.place().isThere()
                                ? "; the last " + missing + " are missing"
                                : "; nothing is left there, " + (written + missing) + " are missing"));
            }
        }
    }
}
