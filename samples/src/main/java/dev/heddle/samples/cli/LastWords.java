package dev.heddle.samples.cli;

/**
 * What the launcher says on standard error when jobs have run. Each line begins with the mark of the display's own lines, which
 * no line of a job that is shown can begin with: so the two are told apart even where both streams go to one place.
 */
final class LastWords {

    // As the display writes it, see dev.heddle.logmux.sink.TextRenderer.
    private static final String MARK = "\u2500\u2500 heddle: ";

    private LastWords() {}

    /** Says it, with every control character made visible. */
    static void say(String text) {
        System.err.println(MARK + Printable.line(text).replace("\n", "\n" + MARK));
    }
}
