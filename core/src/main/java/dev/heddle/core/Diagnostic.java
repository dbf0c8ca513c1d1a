package dev.heddle.core;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a tool complained about, recognised in a job's output. Immutable.
 *
 * <p>It is read from what a job printed, so it is as true as the job is honest: a hint for people and editors, never a reason
 * for the engine to do anything.
 *
 * @param severity how bad it is
 * @param location where it is, or null if the tool did not say
 * @param code the tool's own name for this kind of complaint, such as {@code E0308} or {@code -Wunused-variable}, or null
 * @param message what is wrong, one line without control characters, at most {@value #LONGEST_MESSAGE} characters
 * @param matcher name of the rule that recognised it, such as {@code gcc}
 */
public record Diagnostic(
        Severity severity,
        @Nullable Location location,
        @Nullable String code,
        String message,
        String matcher) {

    /** Longest message, in characters. */
    public static final int LONGEST_MESSAGE = 4096;

    /** How bad it is; the worst first. */
    public enum Severity {
        /** What was to be made cannot be made, or is wrong. */
        ERROR,
        /** Something may be wrong. */
        WARNING,
        /** A remark, often about another diagnostic. */
        NOTE
    }

    /** Checks the parts. */
    public Diagnostic {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(matcher, "matcher");
        if (message.length() > LONGEST_MESSAGE) {
            throw new IllegalArgumentException("a message of " + message.length() + " characters is too long; at most "
                    + LONGEST_MESSAGE + " are taken");
        }
        if (message.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a message is one line without control characters");
        }
    }

    /** As compilers write it: {@code file:line:column: severity: message [code]}. */
    @Override
    public String toString() {
        return (location == null ? "" : location + ": ")
                + severity.name().toLowerCase(Locale.ROOT) + ": " + message
                + (code == null ? "" : " [" + code + "]");
    }
}
