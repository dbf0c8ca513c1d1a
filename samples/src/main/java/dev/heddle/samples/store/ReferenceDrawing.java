package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSource;
import dev.heddle.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Draws which paths refer to which. Keeps no stack of calls, since chains may be deeper than one. */
final class ReferenceDrawing {

    private ReferenceDrawing() {}

    /** A path whose references are being drawn. */
    private record Open(Iterator<StorePath> rest, String indent) {}

    /** Draws paths and what they refer to as trees; a path that was drawn already is marked, and nothing below it repeated. */
    static void tree(PathSource store, List<StorePath> paths, PrintStream out) throws IOException {
        Set<StorePath> drawn = new HashSet<>();
        for (StorePath path : paths) {
            Deque<Open> open = new ArrayDeque<>();
            out.println(path + (drawn.add(path) ? "" : " [...]"));
            open.push(new Open(references(store, path).iterator(), ""));
            while (!open.isEmpty()) {
                Open current = open.getFirst();
                if (!current.rest.hasNext()) {
                    open.pop();
                    continue;
                }
                StorePath next = current.rest.next();
                boolean last = !current.rest.hasNext();
                boolean first = drawn.add(next);
                SortedSet<StorePath> below = references(store, next);
                String mark = first || below.isEmpty() ? "" : " [...]";
                out.println(current.indent
                        + (last ? "\u2514\u2500\u2500\u2500" : "\u251c\u2500\u2500\u2500")
                        + next
                        + mark);
                if (first) {
                    open.push(new Open(below.iterator(), current.indent + (last ? "    " : "\u2502   ")));
                }
            }
        }
    }

    /** Draws the closure of {@code paths} in the DOT language. */
    static void graph(Store store, List<StorePath> paths, PrintStream out) throws IOException {
        out.println("digraph store {\n  rankdir=LR;\n  node [shape=box];");
        for (StorePath path : store.queryClosure(paths)) {
            out.println("  \"" + path.baseName() + "\";");
            for (StorePath reference : references(store, path)) {
                out.println("  \"" + path.baseName() + "\" -> \"" + reference.baseName() + "\";");
            }
        }
        out.println("}");
    }

    private static SortedSet<StorePath> references(PathSource store, StorePath path) throws IOException {
        SortedSet<StorePath> references = new TreeSet<>(
                store.queryPathInfo(path).map(PathInfo::references).orElseGet(Collections::emptySortedSet));
        references.remove(path);
        return references;
    }
}
