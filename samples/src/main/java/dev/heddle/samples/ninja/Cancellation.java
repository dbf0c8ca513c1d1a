package dev.heddle.samples.ninja;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The wish that a run ends soon, which may come at any time and from any thread, also before there is anything to end. */
final class Cancellation {

    private final AtomicReference<@Nullable Runnable> running = new AtomicReference<>();
    private volatile boolean happened;

    /** Ends what runs and keeps anything else from starting. Returns at once. */
    void cancel() {
        happened = true;
        Runnable end = running.get();
        if (end != null) {
            end.run();
        }
    }

    boolean happened() {
        return happened;
    }

    /** Says how to end what runs now; does it if the wish came before. May be asked twice. */
    void running(Runnable end) {
        running.set(end);
        if (happened) {
            end.run();
        }
    }
}
