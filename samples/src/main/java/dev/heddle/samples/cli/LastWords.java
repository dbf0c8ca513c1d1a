package dev.heddle.samples.cli;

import java.util.List;

/**
 * What the launcher says itself when jobs have run. Each line begins with the mark of the display's own lines, which no line of a
 * job that is shown can begin with: so the two are told apart even where all streams go to one place.
 */
public final class LastWords {

    /** What the display begins its own lines with, see dev.heddle.logmux.sink.TextRenderer. */
    public static final String LEAD = "\u2500\u2500 ";

    private static final String MARK = LEAD + "heddle: ";

    private LastWords() {}

    /** Says it on standard error, with every control character made visible. */
    public static void say(String text) {
        System.err.println(marked(text));
    }

    /** Says lines on standard output, where they are what was asked for. */
    public static void tell(List<String> lines) {
        lines.forEach(line -> System.out.println(marked(line)));
    }

    private static String marked(String text) {
        return MARK + Printable.line(text).replace("\n", "\n" + MARK);
    }
}
