package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;

/**
 * A valid path that is not as it was registered, and what became of it.
 *
 * @param path the path
 * @param damage what is wrong
 * @param fate what was done
 * @param detail the facts, for people: hashes, and why it could not be repaired
 */
public record VerifyFinding(StorePath path, Damage damage, Fate fate, String detail) {

    /** What is wrong with a path. */
    public enum Damage {
        /** There is nothing under its name. */
        MISSING,
        /** Its content is not what was registered. */
        CORRUPT,
        /** The system would not let it be read, so that nobody knows. */
        UNREADABLE
    }

    /** What was done about it. */
    public enum Fate {
        /** Nothing: no repair was asked for. */
        LEFT,
        /** It was fetched from a substituter and is whole again. */
        FETCHED,
        /** It was built again and is whole again. */
        REBUILT,
        /** What was fetched or built has another hash than was registered; the path is as it was before. */
        NOT_REPRODUCED,
        /** No substituter has it, and it could not be built. */
        NOT_REPAIRED,
        /** It is no longer valid. */
        FORGOTTEN
    }

    /** Whether the path is as it should be now, or nobody relies on it any more. */
    public boolean isMended() {
        return fate == Fate.FETCHED || fate == Fate.REBUILT || fate == Fate.FORGOTTEN;
    }

    /** One line. */
    @Override
    public String toString() {
        String what = switch (damage) {
            case MISSING -> "is missing";
            case CORRUPT -> "is corrupt";
            case UNREADABLE -> "cannot be read";
        };
        String done = switch (fate) {
            case LEFT -> "";
            case FETCHED -> "; fetched again";
            case REBUILT -> "; built again";
            case NOT_REPRODUCED -> "; NOT repaired, as what was made is something else";
            case NOT_REPAIRED -> "; NOT repaired";
            case FORGOTTEN -> "; no longer valid";
        };
        return path + ": " + what + done + (detail.isEmpty() ? "" : ": " + detail);
    }

    VerifyFinding ended(Fate end, String why) {
        return new VerifyFinding(path, damage, end, why);
    }
}
