package dev.heddle.store.faults;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What went wrong, as a text that helps to find it. */
final class Text {

    private Text() {}

    /** A failure with the place where it began. */
    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
