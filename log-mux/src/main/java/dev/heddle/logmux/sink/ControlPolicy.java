package dev.heddle.logmux.sink;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which control sequences of jobs reach a sink. Tabs and line ends always do. What does not pass is made visible: an escape
 * character becomes {@code ␛}, another control character its picture from U+2400, a byte that is not UTF-8 {@code \xHH}, an
 * 8-bit control or a character that turns the writing direction {@code \}{@code uHHHH}. Two things are left out instead:
 * colours, and "erase to the end of the line", which has nothing to erase where text is only added, and which gcc puts behind
 * every colour.
 *
 * <p>Text never hides: a sequence that conceals text (SGR 8) is made visible under every policy but {@link #TRUST}.
 *
 * <p>Colours and hyperlinks end when another source speaks, under every policy, and are opened again when their source goes
 * on. What else passes and changes a terminal's state stays changed.
 *
 * <p>Under every policy but {@link #TRUST}, a line that looks like the engine's gets a backslash before it, and what a CI
 * server or a program behind the sink would take for a command ({@code ::error::}, {@code ##[error]}, {@code ##vso[...]},
 * {@code ##teamcity[...]}, {@code [[ATTACHMENT|...]]}, {@code @ build-started}, {@code @nix}) gets one inside. Where text may move, as under
 * {@link #LIVE}, a backslash could be deleted again: there the characters that an engine's line begins with, and those that
 * look like them, are shown in ASCII wherever they stand. What others wrote on the same line is protected under
 * {@link #SAFE} and {@link #PLAIN} alone.
 *
 * @param passing what passes as it is
 */
public record ControlPolicy(Set<ControlCategory> passing) {

    /** Colours pass; a carriage return folds the line to its last state. */
    public static final ControlPolicy SAFE = new ControlPolicy(EnumSet.of(ControlCategory.COLOR));

    /** Nothing passes, colours are left out; a carriage return folds the line to its last state. */
    public static final ControlPolicy PLAIN = new ControlPolicy(EnumSet.noneOf(ControlCategory.class));

    /** Colours and what works inside a line pass. For one job at a time on a terminal. */
    public static final ControlPolicy LIVE = new ControlPolicy(
            EnumSet.of(ControlCategory.COLOR, ControlCategory.ERASE_IN_LINE, ControlCategory.CURSOR_IN_LINE));

    /** Everything passes as it is. */
    public static final ControlPolicy TRUST = new ControlPolicy(EnumSet.allOf(ControlCategory.class));

    /** What leaves text where it is. */
    private static final Set<ControlCategory> STEADY = Set.of(
            ControlCategory.COLOR,
            ControlCategory.HYPERLINK,
            ControlCategory.TITLE,
            ControlCategory.CLIPBOARD,
            ControlCategory.NOTIFICATION,
            ControlCategory.DEVICE_QUERY);

    /** Names that {@link #byName} knows. */
    public static final List<String> NAMES = List.of("safe", "plain", "live", "trust");

    /** Copies the set. */
    public ControlPolicy {
        passing = Set.copyOf(passing);
    }

    /**
     * The policy of a name.
     *
     * @throws IllegalArgumentException if there is none; the message names those there are
     */
    public static ControlPolicy byName(String name) {
        return switch (name) {
            case "safe" -> SAFE;
            case "plain" -> PLAIN;
            case "live" -> LIVE;
            case "trust" -> TRUST;
            default ->
                throw new IllegalArgumentException(
                        "unknown policy '" + name + "' for control sequences; known: " + String.join(", ", NAMES));
        };
    }

    /** The same, but a category passes. */
    public ControlPolicy passing(ControlCategory category) {
        Set<ControlCategory> more = EnumSet.of(category);
        more.addAll(passing);
        return new ControlPolicy(more);
    }

    boolean passes(ControlCategory category) {
        return passing.contains(category);
    }

    /** Whether a job may show text and then have it stand elsewhere, or something else in its place. */
    boolean letsTextMove() {
        return !STEADY.containsAll(passing);
    }

    /** Whether lines that look like the engine's, and commands, are marked. */
    boolean isGuarded() {
        return passing.size() < ControlCategory.values().length;
    }
}
