package dev.heddle.scheduler;

import dev.heddle.core.event.BuildEventListener;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A ticker that a test or a simulation moves, instead of a clock.
 *
 * <p>Under it the engine runs everything but actions and checks on its own thread, and time stands still while there is
 * anything to do: a build on simulated hosts runs the same way each time.
 */
public interface SimulatedTicker extends LongSupplier {

    /**
     * Called on the engine's thread when it has nothing to do.
     *
     * @param deadline the time, as this ticker tells it, at which the engine wants to go on by itself, or
     *     {@code Long.MAX_VALUE}
     * @param wake to be called, from any thread, whenever time was moved later on
     * @return whether time was moved or something was told to the engine; {@code false} makes the engine wait for
     *     {@code wake} or for news from elsewhere
     */
    boolean advance(long deadline, Runnable wake);

    /**
     * Who is told each event at the moment at which it happens, on the engine's own thread and before all listeners, which are told
     * later and on threads of their own; null for nobody. Asked once for each build. What it throws ends the build.
     */
    default @Nullable BuildEventListener observer() {
        return null;
    }

    /** Imagined files, in the place of those of the disk, for locks and stop files; null for the disk. */
    default @Nullable SharedFiles files() {
        return null;
    }
}
