package dev.heddle.store.local;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what it takes to have some paths: fetched where a substituter has them, built where a valid derivation makes them.
 * A substituter is asked once for each path; one that cannot say fails the query. Used by one thread, once.
 */
final class MissingPaths {

    private final LocalStore store;
    private final Set<StorePath> toBuild = new TreeSet<>();
    private final Set<StorePath> toFetch = new TreeSet<>();
    private final Set<StorePath> unknown = new TreeSet<>();
    private final Set<Wanted> seen = new HashSet<>();
    private final Deque<Wanted> open = new ArrayDeque<>();
    private long fetchSize;

    MissingPaths(LocalStore store) {
        this.store = store;
    }

    /** A path, or of a derivation one output by name; an empty name stands for the path itself. */
    private record Wanted(StorePath path, String output) {}

    /** Finds what is missing of {@code paths}; of a derivation that is all its outputs. */
    Missing of(Collection<StorePath> paths) throws IOException {
        for (StorePath path : paths) {
            if (DerivationFiles.isDerivation(path) && store.isValid(path)) {
                store.readDerivation(path).outputs().keySet().forEach(output -> want(path, output));
            } else {
                want(path, "");
            }
        }
        while (!open.isEmpty()) {
            Wanted next = open.remove();
            if (next.output.isEmpty()) {
                path(next.path);
            } else {
                output(next.path, next.output);
            }
        }
        return new Missing(new TreeSet<>(toBuild), new TreeSet<>(toFetch), new TreeSet<>(unknown), fetchSize);
    }

    private void want(StorePath path, String output) {
        Wanted wanted = new Wanted(path, output);
        if (seen.add(wanted)) {
            open.add(wanted);
        }
    }

    private void path(StorePath path) throws IOException {
        if (store.isValid(path) || fetched(path)) {
            return;
        }
        unknown.add(path);
    }

    private boolean fetched(StorePath path) throws IOException {
        if (toFetch.contains(path)) {
            return true;
        }
        for (PathSource source : store.parts().substituters()) {
            Optional<PathInfo> found = source.storeDirectory().equals(store.storeDirectory())
                    ? source.queryPathInfo(path)
                    : Optional.empty();
            if (found.isPresent()) {
                toFetch.add(path);
                fetchSize += found.get().narSize();
                found.get().references().forEach(reference -> want(reference, ""));
                return true;
            }
        }
        return false;
    }

    private void output(StorePath path, String output) throws IOException {
        if (toBuild.contains(path)) {
            return;
        }
        if (!store.isValid(path)) {
            path(path);
            return;
        }
        Derivation derivation = store.readDerivation(path);
        Derivation.Output kind = derivation.output(output);
        Optional<StorePath> known = kind == null ? Optional.empty() : kind.knownPath();
        if (known.isPresent() && (store.isValid(known.get()) || fetched(known.get()))) {
            return;
        }
        toBuild.add(path);
        derivation.inputSources().forEach(source -> want(source, ""));
        for (Map.Entry<StorePath, ? extends Collection<String>> input :
                derivation.inputDerivations().entrySet()) {
            input.getValue().forEach(wanted -> want(input.getKey(), wanted));
        }
    }
}
