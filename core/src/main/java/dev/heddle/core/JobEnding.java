package dev.heddle.core;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * How a job ended, as it is recorded: what is left of an {@link Outcome} once it is written down.
 *
 * @param kind the kind of end
 * @param exitCode the exit code, where a command ended by itself
 * @param summary one line for people; a recording may keep only its beginning
 */
public record JobEnding(Kind kind, OptionalInt exitCode, String summary) {

    /** Kinds of end. The order of the constants is part of the format of recordings and does not change. */
    public enum Kind {
        /** The output was closed without a word about the job. */
        UNKNOWN,
        /** A command ended with an exit code and nothing else is known. */
        EXITED,
        /** The job did what it should. */
        SUCCEEDED,
        /** Nothing had to be done. */
        UP_TO_DATE,
        /** What it makes was fetched from elsewhere. */
        SUBSTITUTED,
        /** The job failed. */
        FAILED,
        /** A step took longer than allowed. */
        TIMED_OUT,
        /** The build was cancelled. */
        CANCELLED,
        /** Not started because of another task. */
        SKIPPED,
        /** Someone else works on the task. */
        LOCKED,
        /** Deliberately not built. */
        IGNORED
    }

    /** The output ended and nothing is known of the job. */
    public static JobEnding unknown() {
        return new JobEnding(Kind.UNKNOWN, OptionalInt.empty(), "");
    }

    /** A command ended by itself. */
    public static JobEnding exited(int code) {
        return new JobEnding(Kind.EXITED, OptionalInt.of(code), "");
    }

    /** What is kept of an outcome. */
    public static JobEnding of(Outcome outcome) {
        OptionalInt code = OptionalInt.empty();
        Kind kind;
        if (outcome instanceof Outcome.Succeeded) {
            kind = Kind.SUCCEEDED;
            code = OptionalInt.of(0);
        } else if (outcome instanceof Outcome.UpToDate) {
            kind = Kind.UP_TO_DATE;
        } else if (outcome instanceof Outcome.Substituted) {
            kind = Kind.SUBSTITUTED;
        } else if (outcome instanceof Outcome.Failed failed) {
            kind = Kind.FAILED;
            if (failed.cause() instanceof Outcome.FailureCause.Exit exit) {
                code = OptionalInt.of(exit.code());
            }
        } else if (outcome instanceof Outcome.TimedOut) {
            kind = Kind.TIMED_OUT;
        } else if (outcome instanceof Outcome.Cancelled) {
            kind = Kind.CANCELLED;
        } else if (outcome instanceof Outcome.Skipped) {
            kind = Kind.SKIPPED;
        } else if (outcome instanceof Outcome.Locked) {
            kind = Kind.LOCKED;
        } else {
            kind = Kind.IGNORED;
        }
        return new JobEnding(kind, code, kind == Kind.SUCCEEDED ? "" : outcome.summary());
    }

    /** Whether something went wrong: a failure, a timeout, or an exit code that is not 0. */
    public boolean isFailure() {
        return kind == Kind.FAILED || kind == Kind.TIMED_OUT || (kind == Kind.EXITED && exitCode.orElse(0) != 0);
    }

    /** The end in a few words, such as {@code exit code 1}. */
    public String describe() {
        if (!summary.isEmpty()) {
            return summary;
        }
        if (kind == Kind.EXITED && exitCode.isPresent()) {
            return "exit code " + exitCode.getAsInt();
        }
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
