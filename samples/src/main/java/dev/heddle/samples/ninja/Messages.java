package dev.heddle.samples.ninja;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the front end itself says outside a build: lines on one stream, each with {@code heddle: } before it. From the first job
 * on each begins as the display's own lines do, which no line of a job that is shown can.
 *
 * <p>May be used from any thread.
 */
final class Messages {

    private final OutputStream out;
    private volatile @Nullable Consumer<String> guarded;

    Messages(OutputStream out) {
        this.out = out;
    }

    /** From now on jobs may have spoken: what is said goes another way, where no job can say the same. */
    void guard(Consumer<String> way) {
        guarded = way;
    }

    void say(String text) {
        write("heddle: ", text);
    }

    void warn(String text) {
        write("heddle: warning: ", text);
    }

    void explain(String text) {
        write("heddle explain: ", text);
    }

    /** A line as it is. */
    void write(String text) {
        write("", text);
    }

    private void write(String head, String text) {
        Consumer<String> way = guarded;
        if (way != null) {
            way.accept(printable(head + text));
        } else {
            put(head + text);
        }
    }

    private void put(String text) {
        byte[] bytes = (printable(text) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text with every control character but tabs and ends of line made visible: a name must not move the cursor. */
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnsafe(text.charAt(i))) {
                StringBuilder safe = new StringBuilder(text.length() + 16);
                for (int j = 0; j < text.length(); j++) {
                    char c = text.charAt(j);
                    if (isUnsafe(c)) {
                        safe.append(String.format("\\u%04x", (int) c));
                    } else {
                        safe.append(c);
                    }
                }
                return safe.toString();
            }
        }
        return text;
    }

    private static boolean isUnsafe(char c) {
        boolean bidi = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
        return (Character.isISOControl(c) && c != '\n' && c != '\t') || bidi;
    }
}
