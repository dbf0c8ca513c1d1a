package dev.heddle.samples.ninja;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says why things are out of date, if anybody wants to know. */
final class Explain {

    private final @Nullable Consumer<String> listener;

    Explain(@Nullable Consumer<String> listener) {
        this.listener = listener;
    }

    void say(Supplier<String> reason) {
        if (listener != null) {
            listener.accept(reason.get());
        }
    }
}
