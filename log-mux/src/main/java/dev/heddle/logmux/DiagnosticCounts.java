package dev.heddle.logmux;

/**
 * How many errors and warnings were told. Immutable.
 *
 * @param errors errors, at least 0; warnings too where they are treated as errors
 * @param warnings warnings, at least 0
 */
public record DiagnosticCounts(long errors, long warnings) {

    /** None of either. */
    public static final DiagnosticCounts NONE = new DiagnosticCounts(0, 0);

    /** Checks the ranges. */
    public DiagnosticCounts {
        if (errors < 0 || warnings < 0) {
            throw new IllegalArgumentException("counts are not negative: " + errors + ", " + warnings);
        }
    }

    /** All together. */
    public static DiagnosticCounts sum(Iterable<DiagnosticCounts> counts) {
        DiagnosticCounts sum = NONE;
        for (DiagnosticCounts one : counts) {
            sum = sum.plus(one.errors, one.warnings);
        }
        return sum;
    }

    DiagnosticCounts plus(long moreErrors, long moreWarnings) {
        return new DiagnosticCounts(errors + moreErrors, warnings + moreWarnings);
    }

    /** For people: {@code 2 errors, 1 warning}; empty if there are none. */
    @Override
    public String toString() {
        String first = errors == 0 ? "" : errors == 1 ? "1 error" : errors + " errors";
        String second = warnings == 0 ? "" : warnings == 1 ? "1 warning" : warnings + " warnings";
        return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
    }
}
