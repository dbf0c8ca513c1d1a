package dev.heddle.store;

import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.StorePath;

/** A derivation was built and failed; thrown by the task that built it. */
public final class DerivationFailedException extends StoreException {

    private static final long serialVersionUID = 1;

    private final transient StorePath derivation;
    private final transient Outcome outcome;

    DerivationFailedException(StorePath derivation, Outcome outcome) {
        super(message(derivation, outcome));
        this.derivation = derivation;
        this.outcome = outcome;
    }

    private static String message(StorePath derivation, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed
                && failed.cause() instanceof Outcome.FailureCause.Rejected rejected) {
            // The store's own words name the derivation.
            return rejected.message();
        }
        return derivation + ": " + outcome.summary();
    }

    /** The path of the derivation's text. */
    public StorePath derivation() {
        return derivation;
    }

    /** How its build ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** The message alone, for people: a failed build is no fault of the program. */
    @Override
    @SuppressWarnings(
            "OverrideThrowableToString") // The message is as it should be; what goes is the name of the class.
    public String toString() {
        return String.valueOf(getMessage());
    }
}
