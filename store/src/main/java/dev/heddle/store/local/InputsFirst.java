package dev.heddle.store.local;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Builds derivations in the order of their needs: what is missing first, one at a time, none twice. Keeps the derivations that it
 * has read, so memory grows with the number of those that are not built. One thread, once.
 */
final class InputsFirst implements AutoCloseable {

    /** What the name of a derivation's path ends in. */
    static final String SUFFIX = ".drv";

    private final LocalStore store;
    private final Builds builds;
    /** What was found valid, or was built on the way, and is needed until the last one is built. */
    private final Hold hold;

    private final Map<StorePath, Derivation> seen = new HashMap<>();
    private final Deque<Visit> open = new ArrayDeque<>();

    /** Builds one derivation whose inputs are valid. */
    @FunctionalInterface
    interface Builds {
        BuildResult build(StorePath path, Derivation derivation) throws IOException, InterruptedException;
    }

    /** A derivation on the way to the first one that can be built, and those of its inputs that were not looked at. */
    private record Visit(
            StorePath path, Derivation derivation, Iterator<Map.Entry<StorePath, SortedSet<String>>> inputs) {}

    InputsFirst(LocalStore store, Builds builds) throws IOException {
        this.hold = store.hold(List.of());
        this.store = store;
        this.builds = builds;
    }

    /**
     * Builds {@code path} after what it needs.
     *
     * @return the result of the first build that failed, or of that of {@code path}
     */
    BuildResult build(StorePath path, Mode mode) throws IOException, InterruptedException {
        Derivation derivation = read(path);
        if (mode == Mode.NORMAL && isDone(derivation, derivation.outputs().keySet())) {
            return builds.build(path, derivation);
        }
        visit(path, derivation);
        while (true) {
            Visit visit = open.getFirst();
            if (visit.inputs().hasNext()) {
                Map.Entry<StorePath, SortedSet<String>> input = visit.inputs().next();
                look(input.getKey(), input.getValue());
                continue;
            }
            open.removeFirst();
            BuildResult result = builds.build(visit.path(), visit.derivation());
            if (!result.isSuccess() || open.isEmpty()) {
                return result;
            }
        }
    }

    private void look(StorePath input, Collection<String> wanted) throws IOException {
        if (seen.containsKey(input)) {
            return;
        }
        Derivation derivation = read(input);
        if (!isDone(derivation, wanted)) {
            visit(input, derivation);
        }
    }

    private void visit(StorePath path, Derivation derivation) {
        seen.put(path, derivation);
        open.addFirst(new Visit(
                path, derivation, derivation.inputDerivations().entrySet().iterator()));
    }

    private Derivation read(StorePath path) throws IOException {
        if (!path.name().endsWith(SUFFIX)) {
            throw new StoreException(path + " is no derivation: its name does not end in " + SUFFIX);
        }
        hold.keep(List.of(path));
        if (!store.isValid(path)) {
            throw new StoreException(path + " is not valid, so it cannot be built");
        }
        return store.readDerivation(path);
    }

    private boolean isDone(Derivation derivation, Collection<String> names) throws IOException {
        for (String name : names) {
            Derivation.Output output = derivation.output(name);
            if (output == null || output.knownPath().isEmpty()) {
                return false;
            }
            StorePath path = output.knownPath().orElseThrow();
            hold.keep(List.of(path));
            if (!store.isValid(path)) {
                return false;
            }
        }
        return true;
    }

    /** Lets go of what was needed. */
    @Override
    public void close() {
        hold.close();
    }
}
