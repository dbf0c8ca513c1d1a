package dev.heddle.logmux;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The way into a journal, past the {@link SecretGuard} if there are secrets. For any thread. */
final class Masking implements AutoCloseable {

    private final @Nullable SecretGuard guard;
    private final Intake intake;

    /** Masks what goes into {@code journal}, also what {@code engine} says. */
    Masking(@Nullable Secrets secrets, Intake journal, Batch.Slot engine, LongSupplier ticker) {
        this.guard = secrets == null ? null : new SecretGuard(secrets, journal, engine, ticker);
        this.intake = guard == null ? journal : guard;
    }

    /** Everything that is said goes this way. */
    Intake intake() {
        return intake;
    }

    /** How many secrets were masked so far. */
    long count() {
        return guard == null ? 0 : guard.masked();
    }

    /** A text as it would be recorded; counts nothing. */
    String text(String text) {
        return guard == null ? text : guard.maskedText(text);
    }

    /** JSON as it would be recorded; counts nothing. */
    byte[] json(byte[] json) {
        return guard == null ? json : guard.maskedJson(json);
    }

    /** Lets out what waits, and says how many secrets there were. */
    @Override
    public void close() {
        if (guard != null) {
            guard.close();
            guard.tellCount();
        }
    }
}
