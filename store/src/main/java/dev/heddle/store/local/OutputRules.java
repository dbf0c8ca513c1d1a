package dev.heddle.store.local;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a derivation itself demands of its outputs: references that it allows or forbids, {@code allowedReferences},
 * {@code allowedRequisites}, {@code disallowedReferences}, {@code disallowedRequisites}; with structured attributes, where these
 * stand in {@code outputChecks}, {@code maxSize} and {@code maxClosureSize} too.
 */
final class OutputRules {

    private final StorePath path;
    private final Derivation derivation;
    private final @Nullable StructuredAttributes structured;
    private final SortedMap<String, PathInfo> outputs;
    private final Infos infos;

    /** Tells of paths that are valid already. */
    @FunctionalInterface
    interface Infos {
        PathInfo of(StorePath path) throws IOException;
    }

    /**
     * @param path the derivation's own
     * @param outputs what was made, by name
     */
    OutputRules(StorePath path, Derivation derivation, SortedMap<String, PathInfo> outputs, Infos infos)
            throws BuildFailure {
        this.path = path;
        this.derivation = derivation;
        this.structured = StructuredAttributes.of(derivation).orElse(null);
        this.outputs = outputs;
        this.infos = infos;
    }

    /** @throws BuildFailure if an output breaks a rule; the message names the output and what breaks it */
    void check() throws IOException {
        for (Map.Entry<String, PathInfo> output : outputs.entrySet()) {
            PathInfo info = output.getValue();
            references(output.getKey(), "allowedReferences", info, info.references(), true);
            references(output.getKey(), "disallowedReferences", info, info.references(), false);
            if (structured != null
                    || derivation.environment().containsKey("allowedRequisites")
                    || derivation.environment().containsKey("disallowedRequisites")) {
                closure(output.getKey(), info);
            }
        }
    }

    private void closure(String output, PathInfo info) throws IOException {
        SortedMap<StorePath, PathInfo> closure = requisites(info);
        if (structured == null) {
            // An output's reference to itself is no matter of requisites, but for structured attributes, as in Nix.
            closure.remove(info.path());
        } else {
            size("path", info, info.narSize(), structured.checkedSize(output, "maxSize"));
            long size = closure.values().stream().mapToLong(PathInfo::narSize).sum();
            size("closure of path", info, size, structured.checkedSize(output, "maxClosureSize"));
        }
        references(output, "allowedRequisites", info, closure.keySet(), true);
        references(output, "disallowedRequisites", info, closure.keySet(), false);
    }

    private static void size(String what, PathInfo info, long size, long most) throws BuildFailure {
        if (size > most) {
            throw rejected(
                    what + " '" + info.path() + "' is too large at " + size + " bytes; limit is " + most + " bytes");
        }
    }

    private void references(String output, String rule, PathInfo info, Set<StorePath> used, boolean allowed)
            throws BuildFailure {
        @Nullable List<String> words = words(output, rule);
        if (words == null) {
            return;
        }
        Set<StorePath> listed = new HashSet<>();
        for (String word : words) {
            listed.add(named(rule, word));
        }
        List<StorePath> bad =
                used.stream().filter(one -> listed.contains(one) != allowed).toList();
        if (!bad.isEmpty()) {
            throw rejected("output '" + info.path() + "' is not allowed to refer to the following paths (" + rule
                    + "):\n  " + bad.stream().map(StorePath::toString).collect(Collectors.joining("\n  ")));
        }
    }

    private @Nullable List<String> words(String output, String rule) throws BuildFailure {
        if (structured != null) {
            return structured.checkedWords(output, rule);
        }
        String text = derivation.environment().get(rule);
        return text == null ? null : BuilderInput.words(text);
    }

    private StorePath named(String rule, String word) throws BuildFailure {
        Derivation.Output output = derivation.output(word);
        if (output != null && output.knownPath().isPresent()) {
            return output.knownPath().orElseThrow();
        }
        try {
            return StorePath.parse(word);
        } catch (IllegalArgumentException e) {
            throw rejected(
                    rule + " of '" + path + "' names '" + word + "', which is neither an output nor a store path");
        }
    }

    /** An output and all that it refers to. */
    private SortedMap<StorePath, PathInfo> requisites(PathInfo of) throws IOException {
        SortedMap<StorePath, PathInfo> fresh = new TreeMap<>();
        outputs.values().forEach(info -> fresh.put(info.path(), info));
        SortedMap<StorePath, PathInfo> found = new TreeMap<>(Map.of(of.path(), of));
        List<StorePath> open = new ArrayList<>(of.references());
        while (!open.isEmpty()) {
            StorePath next = open.remove(open.size() - 1);
            if (!found.containsKey(next)) {
                PathInfo made = fresh.get(next);
                PathInfo info = made == null ? infos.of(next) : made;
                found.put(next, info);
                open.addAll(info.references());
            }
        }
        return found;
    }

    private static BuildFailure rejected(String message) {
        return new BuildFailure(BuildResult.Failure.OUTPUT_REJECTED, message);
    }
}
