package dev.heddle.logmux.sink;

/**
 * Which control sequences of jobs reach a sink. What does not pass is made visible: an escape character
 * becomes {@code ␛}, another control character its picture from U+2400, a byte that is not UTF-8 {@code \xHH}, an 8-bit
 * control or a character that turns the writing direction {@code \}{@code uHHHH}. One sequence is left out instead: "erase to
 * the end of the line", which has nothing to erase where text is only added, and which gcc puts behind every colour.
 *
 * <p>Only under {@link #SAFE} and {@link #PLAIN} can a job neither move the cursor nor print a line that looks like the
 * engine's.
 */
public enum ControlPolicy {
    /** Colours, tabs and line ends pass; a carriage return folds the line to its last state. */
    SAFE,
    /** Tabs and line ends pass, colours are left out; a carriage return folds the line to its last state. */
    PLAIN,
    /**
     * As {@link #SAFE}, but what works inside a line passes too: carriage return, backspace, erase in line, cursor left and
     * right. For one job at a time on a terminal.
     */
    LIVE,
    /** Everything passes as it is. */
    TRUST
}
