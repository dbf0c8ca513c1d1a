package dev.heddle.logmux;

import dev.heddle.core.FailureText;
import java.io.IOException;
import java.nio.file.FileSystemException;
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
    private final @Nullable FilePlace place;
    private final Consumer<String> said;
    /** What did not get everything: a view, or the journal's writer. Guarded by itself. */
    private final Map<Object, Loss> losses = new LinkedHashMap<>();

    private record Loss(String reason, boolean leavesPart) {}

    /**
     * Nothing has failed.
     *
     * @param path the journal file, if there is one
     * @param said takes a sentence about a failure, as an error of the engine
     */
    Failures(JournalStore store, @Nullable Path path, Consumer<String> said) {
        this.store = store;
        this.path = path;
        this.place = path == null ? null : FilePlace.of(path);
        this.said = said;
    }

    /** A sink has thrown. */
    void sinkFailed(View view, Exception failure) {
        String name = view.sink().toString();
        String reason = reason(failure, name);
        note(view, reason, view.sink().leavesPart());
        said.accept("output to " + name + " has ended: " + reason);
    }

    /** A sink is not waited for any more. */
    void sinkLeft(View view) {
        note(view, "it makes no progress", true);
    }

    /** The journal cannot be written any more. */
    void journalFailed(JournalWriter writer, IOException failure) {
        note(writer, reason(failure, String.valueOf(path)), true);
        said.accept("the journal " + path + " cannot be written: " + reason(failure, String.valueOf(path))
                + "; it ends at byte " + store.fileLength() + ", the output after it is shown but not recorded");
    }

    /** The journal was closed, and this is what went wrong with it. */
    void journalClosed(JournalWriter writer, @Nullable IOException failure) {
        if (failure != null) {
            note(writer, reason(failure, String.valueOf(path)), true);
        }
        try {
            if (place != null) {
                place.check();
            }
        } catch (FileSystemException e) {
            note(writer, String.valueOf(e.getReason()), false);
        }
    }

    private void note(Object what, String reason, boolean leavesPart) {
        synchronized (losses) {
            losses.putIfAbsent(what, new Loss(reason, leavesPart));
        }
    }

    /** All, in the order in which they were noticed. */
    List<OutputFailure> told() {
        List<OutputFailure> told = new ArrayList<>();
        synchronized (losses) {
            losses.forEach((what, loss) -> told.add(failure(what, loss)));
        }
        return told;
    }

    private OutputFailure failure(Object what, Loss loss) {
        boolean isJournal = !(what instanceof View);
        String name = what instanceof View view ? view.sink().toString() : String.valueOf(path);
        long there = !loss.leavesPart() ? 0 : what instanceof View view ? view.shown() : store.fileLength();
        return new OutputFailure(name, isJournal, loss.reason(), store.published() - there, loss.leavesPart());
    }

    // Without the name of the place, which is told anyway. The JDK tells of a missing file or right only which file it
    // is.
    private static String reason(Exception failure, String place) {
        if (!(failure instanceof IOException io)) {
            String message = failure.getMessage();
            return message == null ? failure.getClass().getSimpleName() : message;
        }
        String reason = FailureText.of(io);
        if (!(io instanceof FileSystemException file)) {
            return reason;
        }
        return file.getFile() == null || file.getFile().equals(place) ? reason : file.getFile() + ": " + reason;
    }
}
