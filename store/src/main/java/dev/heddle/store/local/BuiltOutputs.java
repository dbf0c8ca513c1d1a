package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarException;
import dev.heddle.store.nar.TreeCopy.Place;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The outputs of one build: what is registered of them, what the builder made, and what becomes of that. One thread. */
final class BuiltOutputs {

    /** How many differing files of an output are named. */
    static final int MOST_DIFFERENCES = 20;

    private final LocalStore store;
    private final StorePath derivationPath;
    private final Derivation derivation;
    private final SortedMap<String, StorePath> paths = new TreeMap<>();
    private final SortedMap<String, Staged> made = new TreeMap<>();

    BuiltOutputs(LocalStore store, StorePath derivationPath, Derivation derivation) throws BuildFailure {
        this.store = store;
        this.derivationPath = derivationPath;
        this.derivation = derivation;
        for (Map.Entry<String, Derivation.Output> output : derivation.outputs().entrySet()) {
            if (output.getValue().knownPath().isEmpty()) {
                throw new BuildFailure(
                        BuildResult.Failure.REFUSED,
                        "the path of output '" + output.getKey() + "' of '" + derivationPath
                                + "' follows from its content; such derivations cannot be built yet");
            }
            paths.put(output.getKey(), output.getValue().knownPath().orElseThrow());
        }
    }

    /** The outputs' own paths, by name. */
    SortedMap<String, StorePath> paths() {
        return paths;
    }

    /** What is registered of those that are valid, by name. */
    SortedMap<String, PathInfo> valid() throws IOException {
        SortedMap<String, PathInfo> valid = new TreeMap<>();
        for (Map.Entry<String, StorePath> output : paths.entrySet()) {
            store.queryPathInfo(output.getValue()).ifPresent(info -> valid.put(output.getKey(), info));
        }
        return valid;
    }

    /** Whether the content of a valid path is what was registered. */
    boolean isWhole(PathInfo info) throws IOException {
        try {
            RawName name = RawName.of(info.path().baseName());
            return ContentCheck.isOf(info, ContentCheck.hash(store.folder(), name));
        } catch (NoSuchFileException | NarException e) {
            return false;
        }
    }

    /**
     * Copies and checks what the builder made.
     *
     * @param stage where the copies go
     * @param directory where the outputs are
     * @param places under which names, by output
     * @throws BuildFailure if one is missing or is not what it should be
     */
    void take(OutputTaker taker, Stage stage, Path directory, Map<String, StorePath> places) throws IOException {
        OutputChecks checks = new OutputChecks(derivationPath);
        try (Folder folder = store.parts().disk().open(directory)) {
            for (Map.Entry<String, StorePath> place : places.entrySet()) {
                String name = place.getKey();
                Place from = new Place(folder, RawName.of(place.getValue().baseName()));
                made.put(name, take(taker, stage, name, from, checks));
            }
        } catch (NarException e) {
            throw new BuildFailure(
                    BuildResult.Failure.OUTPUT_REJECTED,
                    "an output of '" + derivationPath + "' cannot be in a store: " + e.getMessage());
        }
        SortedMap<String, PathInfo> infos = infos();
        checks.noCycle(infos);
        OutputRules.Infos valid = path ->
                store.queryPathInfo(path).orElseThrow(() -> new StoreException(path + " is not valid any more"));
        new OutputRules(derivationPath, derivation, infos, valid).check();
    }

    private Staged take(OutputTaker taker, Stage stage, String name, Place from, OutputChecks checks)
            throws IOException {
        StorePath path = path(name);
        if (!from.folder().exists(from.name())) {
            throw new BuildFailure(
                    BuildResult.Failure.OUTPUT_REJECTED,
                    "builder for '" + derivationPath + "' failed to produce output path for output '" + name + "' at '"
                            + path + "'");
        }
        RawName copy = RawName.of("output-" + name);
        OutputTaker.Taken taken = taker.take(from, copy);
        @Nullable
        ContentAddress address =
                derivation.output(name) instanceof Derivation.Output.Fixed fixed ? checks.fixed(fixed, taken) : null;
        PathInfo info = PathInfo.of(path, taken.hash().digest(), taken.hash().size(), taken.references())
                .withDeriver(derivationPath)
                .withRegistered(store.parts().clock().instant())
                .withUltimate(true)
                .withContentAddress(address);
        return new Staged(info, stage, copy);
    }

    private StorePath path(String name) {
        StorePath path = paths.get(name);
        if (path == null) {
            throw new AssertionError("BUG: no output " + name);
        }
        return path;
    }

    private Staged made(String name) {
        Staged staged = made.get(name);
        if (staged == null) {
            throw new AssertionError("BUG: output " + name + " was not taken");
        }
        return staged;
    }

    private SortedMap<String, PathInfo> infos() {
        SortedMap<String, PathInfo> infos = new TreeMap<>();
        made.forEach((name, staged) -> infos.put(name, staged.info()));
        return infos;
    }

    /** Makes the outputs called {@code names} valid, in one transaction. */
    BuildResult register(SortedSet<String> names, Duration elapsed) throws IOException {
        return new BuildResult.Built(derivationPath, publish(names), elapsed);
    }

    private SortedMap<String, PathInfo> publish(Iterable<String> names) throws IOException {
        List<Staged> staged = new ArrayList<>();
        SortedMap<String, PathInfo> infos = new TreeMap<>();
        for (String name : names) {
            staged.add(made(name));
            infos.put(name, made(name).info());
        }
        store.publisher().publish(staged, Map.of());
        return infos;
    }

    /** Compares what was made with what is registered, which is kept. */
    BuildResult confirm(SortedMap<String, PathInfo> valid, Duration elapsed) throws IOException {
        List<String> differing = new ArrayList<>();
        for (Map.Entry<String, PathInfo> output : valid.entrySet()) {
            if (!made(output.getKey()).info().narHash().equals(output.getValue().narHash())) {
                differing.add(difference(output.getKey(), output.getValue()));
            }
        }
        return differing.isEmpty()
                ? new BuildResult.Confirmed(derivationPath, elapsed)
                : new BuildResult.Failed(
                        derivationPath,
                        BuildResult.Failure.NOT_DETERMINISTIC,
                        "derivation '" + derivationPath + "' may not be deterministic: " + String.join("\n", differing),
                        List.of());
    }

    /** Says where an output differs, and keeps what was made for those who want to look closer. */
    private String difference(String name, PathInfo valid) throws IOException {
        Staged staged = made(name);
        RawName base = RawName.of(valid.path().baseName());
        List<String> files = TreeDifference.between(
                new Place(store.folder(), base), new Place(staged.stage().folder(), staged.name()), MOST_DIFFERENCES);
        Path kept = new DifferingOutputs(store).keep(staged, base);
        return "output '" + valid.path() + "' differs from '" + kept + "':\n  "
                + (files.isEmpty() ? "the valid one is not what was registered" : String.join("\n  ", files))
                + (files.size() == MOST_DIFFERENCES ? "\n  ..." : "");
    }

    private void replace(PathInfo registered, Staged made) throws IOException {
        // A replacement is found again after a crash by a stage that it has for itself.
        try (Stage stage = store.staging().stage();
                Trash aside = store.staging().trash()) {
            Moves.move(made.stage().folder(), made.name(), stage.folder(), Replacements.INCOMING);
            store.replacements().replace(new Staged(registered, stage, Replacements.INCOMING), aside);
        }
    }

    /** Puts what was made in the place of what was missing or corrupt, where it is the same as was registered. */
    BuildResult repair(SortedSet<String> broken, SortedMap<String, PathInfo> valid, Duration elapsed)
            throws IOException {
        SortedMap<String, PathInfo> repaired = new TreeMap<>();
        List<String> unregistered = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        for (String name : broken) {
            PathInfo registered = valid.get(name);
            Staged staged = made(name);
            if (registered == null) {
                unregistered.add(name);
            } else if (registered.narHash().equals(staged.info().narHash())) {
                replace(registered, staged);
                repaired.put(name, registered);
            } else {
                differing.add("output '" + registered.path() + "' is registered with " + registered.narHash()
                        + ", and came out with " + staged.info().narHash());
            }
        }
        repaired.putAll(publish(unregistered));
        return differing.isEmpty()
                ? new BuildResult.Built(derivationPath, repaired, elapsed)
                : new BuildResult.Failed(
                        derivationPath,
                        BuildResult.Failure.NOT_DETERMINISTIC,
                        "derivation '" + derivationPath
                                + "' cannot repair what it made, since it is not deterministic: "
                                + String.join("\n  ", differing),
                        List.of());
    }
}
