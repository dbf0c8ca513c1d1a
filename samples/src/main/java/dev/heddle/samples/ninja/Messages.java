package dev.heddle.samples.ninja;

import dev.heddle.samples.cli.Printable;
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
            way.accept(Printable.whole(head + text));
        } else {
            put(head + text);
        }
    }

    private void put(String text) {
        byte[] bytes = (Printable.whole(text) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
