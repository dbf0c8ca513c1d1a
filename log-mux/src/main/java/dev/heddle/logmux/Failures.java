package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What of one multiplexer did not get everything, and why; each is said once, when it is noticed. For any thread. */
final class Failures {

    private final JournalStore store;
    private final @Nullable Path path;
    private final Consumer<String> said;
    /** Why something did not get everything: by its view, or by the journal's writer. Guarded by itself. */
    private final Map<Object, String> reasons = new LinkedHashMap<>();

    /**
     * Nothing has failed.
     *
     * @param path the journal file, if there is one
     * @param said takes a sentence about a failure, as an error of the engine
     */
    Failures(JournalStore store, @Nullable Path path, Consumer<String> said) {
        this.store = store;
        this.path = path;
        this.said = said;
    }

    /** A sink has thrown. */
    void sinkFailed(View view, Exception failure) {
        note(view, reason(failure));
        said.accept("output to " + view.sink() + " has ended: " + reason(failure));
    }

    /** A sink is not waited for any more. */
    void sinkLeft(View view) {
        note(view, "it makes no progress");
    }

    /** The journal cannot be written any more. */
    void journalFailed(JournalWriter writer, IOException failure) {
        note(writer, reason(failure));
        said.accept("the journal " + path + " cannot be written: " + reason(failure) + "; it ends at byte "
                + store.fileLength() + ", the output after it is shown but not recorded");
    }

    /** The journal was closed, and this is what went wrong with it. */
    void journalClosed(JournalWriter writer, @Nullable IOException failure) {
        if (failure != null) {
            note(writer, reason(failure));
        }
    }

    private void note(Object what, String reason) {
        synchronized (reasons) {
            reasons.putIfAbsent(what, reason);
        }
    }

    /** All, in the order in which they were noticed. */
    List<OutputFailure> told() {
        List<OutputFailure> told = new ArrayList<>();
        synchronized (reasons) {
            reasons.forEach((what, reason) -> told.add(
                    what instanceof View view
                            ? new OutputFailure(view.sink().toString(), false, reason, store.published() - view.shown())
                            : new OutputFailure(
                                    String.valueOf(path), true, reason, store.published() - store.fileLength())));
        }
        return told;
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
