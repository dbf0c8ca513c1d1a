package dev.heddle.store.local;

import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stands for what in a build: the placeholders of its outputs for their paths, and, for outputs that cannot be made at
 * their own paths, the hash parts of these for those of scratch paths.
 *
 * <p>Immutable.
 */
final class Rewrites {

    private final SortedMap<String, String> texts;
    private final SortedMap<String, String> back;

    private Rewrites(SortedMap<String, String> texts, SortedMap<String, String> back) {
        this.texts = texts;
        this.back = Collections.unmodifiableSortedMap(back);
    }

    /**
     * The rewrites of a build.
     *
     * @param outputs the outputs' own paths, by name
     * @param scratch for each output that is made elsewhere, where
     */
    static Rewrites of(Map<String, StorePath> outputs, Map<String, StorePath> scratch) {
        SortedMap<String, String> texts = new TreeMap<>();
        SortedMap<String, String> back = new TreeMap<>();
        outputs.forEach((name, path) -> {
            StorePath made = scratch.getOrDefault(name, path);
            texts.put(OutputPaths.placeholder(name), made.toString());
            if (!made.equals(path)) {
                texts.put(path.hashPart(), made.hashPart());
                back.put(made.hashPart(), path.hashPart());
            }
        });
        return new Rewrites(texts, back);
    }

    /** A text for the builder, with everything exchanged. */
    String apply(String text) {
        String rewritten = text;
        for (Map.Entry<String, String> rewrite : texts.entrySet()) {
            rewritten = rewritten.replace(rewrite.getKey(), rewrite.getValue());
        }
        return rewritten;
    }

    /** The hash parts to exchange in what the builder made; empty where everything was made at its own path. */
    SortedMap<String, String> back() {
        return back;
    }
}
