package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a model database knows, and the lines that say how it changes. */
final class ModelFacts {

    private static final String NONE = "-";

    final TreeMap<StorePath, PathInfo> paths = new TreeMap<>();
    final TreeMap<StorePath, Map<String, StorePath>> outputs = new TreeMap<>();
    final TreeMap<StorePath, StoreDatabase.Replacement> replacements = new TreeMap<>();

    ModelFacts copy() {
        ModelFacts copy = new ModelFacts();
        copy.paths.putAll(paths);
        copy.outputs.putAll(outputs);
        copy.replacements.putAll(replacements);
        return copy;
    }

    SortedSet<StorePath> referrers(StorePath path) {
        SortedSet<StorePath> referrers = new TreeSet<>();
        if (paths.containsKey(path)) {
            paths.values().forEach(info -> {
                if (info.references().contains(path)) {
                    referrers.add(info.path());
                }
            });
        }
        return referrers;
    }

    /** The lines that make all of this out of nothing. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        paths.values().forEach(info -> lines.add(put(info)));
        outputs.forEach((derivation, made) -> lines.add(outputs(derivation, made)));
        replacements.values().forEach(replacement -> lines.add(begin(replacement)));
        return lines;
    }

    static String put(PathInfo info) {
        return "put " + words(info);
    }

    static String drop(StorePath path) {
        return "drop " + path;
    }

    static String outputs(StorePath derivation, Map<String, StorePath> made) {
        return "outputs " + derivation
                + made.entrySet().stream()
                        .map(output -> " " + output.getKey() + " " + output.getValue())
                        .collect(Collectors.joining());
    }

    static String begin(StoreDatabase.Replacement replacement) {
        return "begin " + replacement.incoming() + " " + words(replacement.info());
    }

    static String end(StorePath path) {
        return "end " + path;
    }

    /** Does what a line says. */
    void apply(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "put" -> {
                PathInfo info = info(words, 1);
                paths.put(info.path(), info);
            }
            case "drop" -> {
                StorePath path = StorePath.parse(words[1]);
                paths.remove(path);
                outputs.remove(path);
                replacements.remove(path);
            }
            case "outputs" -> {
                Map<String, StorePath> made = new TreeMap<>();
                for (int i = 2; i < words.length; i += 2) {
                    made.put(words[i], StorePath.parse(words[i + 1]));
                }
                outputs.put(StorePath.parse(words[1]), made);
            }
            case "begin" -> {
                PathInfo info = info(words, 2);
                replacements.put(info.path(), new StoreDatabase.Replacement(info.path(), words[1], info));
            }
            case "end" -> replacements.remove(StorePath.parse(words[1]));
            default -> throw new AssertionError("BUG: " + line);
        }
    }

    static PathInfo withReferences(PathInfo info, SortedSet<StorePath> references) {
        return new PathInfo(
                info.path(),
                info.narHash(),
                info.narSize(),
                references,
                info.deriver(),
                info.registered(),
                info.ultimate(),
                info.signatures(),
                info.contentAddress());
    }

    private static String words(PathInfo info) {
        return Stream.of(
                        info.path(),
                        info.narHash(),
                        info.narSize(),
                        info.registered().getEpochSecond(),
                        info.deriver() == null ? NONE : info.deriver(),
                        info.ultimate(),
                        info.contentAddress() == null ? NONE : info.contentAddress(),
                        joined(info.references()),
                        joined(info.signatures()))
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    private static PathInfo info(String[] words, int from) {
        return new PathInfo(
                StorePath.parse(words[from]),
                Digest.parse(words[from + 1]),
                Long.parseLong(words[from + 2]),
                split(words[from + 7], StorePath::parse),
                words[from + 4].equals(NONE) ? null : StorePath.parse(words[from + 4]),
                Instant.ofEpochSecond(Long.parseLong(words[from + 3])),
                Boolean.parseBoolean(words[from + 5]),
                split(words[from + 8], PathSignature::parse),
                words[from + 6].equals(NONE) ? null : ContentAddress.parse(words[from + 6]));
    }

    private static String joined(Collection<?> all) {
        return all.isEmpty() ? NONE : all.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static <T extends Comparable<T>> SortedSet<T> split(String text, Function<String, T> reader) {
        return text.equals(NONE)
                ? new TreeSet<>()
                : Stream.of(text.split(",")).map(reader).collect(Collectors.toCollection(TreeSet::new));
    }
}
