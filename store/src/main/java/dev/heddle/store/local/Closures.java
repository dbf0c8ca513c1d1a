package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Paths with all that they refer to. */
final class Closures {

    private Closures() {}

    /** Tells what a path refers to. */
    @FunctionalInterface
    interface References {
        /** Fails if {@code path} is not valid. */
        Collection<StorePath> of(StorePath path) throws IOException;
    }

    private record Open(StorePath path, Iterator<StorePath> references) {}

    /** The closure, each path behind those that it refers to, but for itself; however deep it is. */
    static List<StorePath> of(Collection<StorePath> paths, References references) throws IOException {
        List<StorePath> ordered = new ArrayList<>();
        Set<StorePath> seen = new HashSet<>();
        Deque<Open> open = new ArrayDeque<>();
        for (StorePath start : new TreeSet<>(paths)) {
            if (seen.add(start)) {
                open.push(new Open(start, references.of(start).iterator()));
            }
            while (!open.isEmpty()) {
                Open top = open.element();
                if (!top.references.hasNext()) {
                    ordered.add(top.path);
                    open.pop();
                    continue;
                }
                StorePath next = top.references.next();
                if (seen.add(next)) {
                    open.push(new Open(next, references.of(next).iterator()));
                }
            }
        }
        return ordered;
    }
}
