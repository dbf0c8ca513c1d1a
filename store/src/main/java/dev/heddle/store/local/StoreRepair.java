package dev.heddle.store.local;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSink;
import dev.heddle.store.PathSource;
import dev.heddle.store.StoreCopy;
import dev.heddle.store.StoreException;
import dev.heddle.store.Substituters;
import dev.heddle.store.local.VerifyFinding.Fate;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Brings damaged paths back, what others need first: from a substituter that has exactly what was registered, whoever signed it,
 * or by building again. A path is only called whole after it was read again.
 *
 * <p>Used by one thread, once. The damaged tree stays where it is until a whole one is there to replace it.
 */
final class StoreRepair {

    private final LocalStore store;
    private final OutputPort output;
    private final ContentCheck check;
    /** In Nix's order; one that cannot answer is asked once. Whom they believe does not matter here. */
    private final Substituters substituters;
    /** What they have told since it was last looked at. */
    private final List<String> told = new ArrayList<>();
    /** What is damaged, and what became of it. */
    private final Map<StorePath, VerifyFinding> damaged = new LinkedHashMap<>();

    private final SortedSet<StorePath> begun = new TreeSet<>();
    /** The paths that were tried, in this order. */
    private final List<StorePath> ended = new ArrayList<>();
    /** Paths that were read and are whole. */
    private final Set<StorePath> whole = new HashSet<>();

    /** @param output gets what builds print */
    StoreRepair(LocalStore store, OutputPort output) {
        this.store = store;
        this.output = output;
        this.check = new ContentCheck(store.folder());
        StoreParts parts = store.parts();
        this.substituters = new Substituters(parts.substituters(), parts.keys(), told::add);
    }

    /**
     * Mends what it can, and tells what became of each finding, those that others need first; damaged inputs of builds among
     * them.
     */
    List<VerifyFinding> of(List<VerifyFinding> findings) throws IOException, InterruptedException {
        findings.forEach(finding -> damaged.put(finding.path(), finding));
        for (StorePath path : inOrder()) {
            mend(path);
        }
        return ended.stream().map(this::end).toList();
    }

    private VerifyFinding end(StorePath path) {
        VerifyFinding finding = damaged.get(path);
        if (finding == null) {
            throw new AssertionError("BUG: " + path + " is not damaged");
        }
        return finding;
    }

    /** The damaged paths, each behind those of them that it refers to. */
    private List<StorePath> inOrder() throws IOException {
        List<StorePath> closure =
                Closures.of(damaged.keySet(), path -> info(path).references());
        closure.retainAll(damaged.keySet());
        return closure;
    }

    private PathInfo info(StorePath path) throws IOException {
        return store.queryPathInfo(path).orElseThrow(() -> new StoreException(path + ": is not valid any more"));
    }

    private void mend(StorePath path) throws IOException, InterruptedException {
        if (!begun.add(path)) {
            return;
        }
        VerifyFinding finding = end(path);
        List<String> reasons = new ArrayList<>();
        Fate fate;
        try (Hold hold = store.hold(List.of(path))) {
            fate = mend(info(path), reasons);
        } catch (IOException e) {
            reasons.add(String.valueOf(e.getMessage()));
            fate = Fate.NOT_REPAIRED;
        }
        damaged.put(path, finding.ended(fate, String.join("; ", reasons)));
        ended.add(path);
    }

    private Fate mend(PathInfo info, List<String> reasons) throws IOException, InterruptedException {
        boolean other = false;
        for (PathSource source : substituters.sources()) {
            Optional<PathInfo> offered = substituters.offer(source, info.path());
            reasons.addAll(told);
            told.clear();
            if (offered.isEmpty()) {
                continue;
            }
            try {
                fetch(source, offered.get(), info);
                return verified(info, Fate.FETCHED, reasons);
            } catch (OtherContent e) {
                other = true;
                reasons.add(source + " " + e.getMessage());
            } catch (IOException e) {
                reasons.add(source + ": " + e.getMessage());
            }
        }
        Optional<StorePath> deriver = deriver(info);
        if (deriver.isEmpty()) {
            reasons.add("no substituter has it and the derivation that made it is not known");
            return other ? Fate.NOT_REPRODUCED : Fate.NOT_REPAIRED;
        }
        return rebuild(deriver.get(), info, reasons);
    }

    /** Reads the path once more: nothing else says that it is whole. */
    private Fate verified(PathInfo info, Fate fate, List<String> reasons) {
        Optional<VerifyFinding> still = check.content(info);
        still.ifPresent(finding -> reasons.add("it is still damaged: " + finding.detail()));
        return still.isPresent() ? Fate.NOT_REPAIRED : fate;
    }

    // --- by fetching ---------------------------------------------------------------------------------------------

    /** What a substituter has under the name of a path is not what was registered here. */
    private static final class OtherContent extends StoreException {
        private static final long serialVersionUID = 1;

        OtherContent(String message) {
            super(message);
        }
    }

    /** Replaces a path by what {@code source} offers, if that is what was registered. */
    private void fetch(PathSource source, PathInfo offered, PathInfo registered)
            throws IOException, InterruptedException {
        if (!offered.narHash().equals(registered.narHash())) {
            throw new OtherContent(
                    "has it with the hash " + offered.narHash() + ", registered is " + registered.narHash());
        }
        StoreCopy.copy(source, new Replacing(registered), List.of(registered.path()), 1);
    }

    /** Takes one path, which it puts in the place of the damaged one. */
    private final class Replacing implements PathSink {
        private final PathInfo registered;

        Replacing(PathInfo registered) {
            this.registered = registered;
        }

        @Override
        public String storeDirectory() {
            return store.storeDirectory();
        }

        /** All but the one: what it refers to is mended by itself. */
        @Override
        public SortedSet<StorePath> queryValid(Collection<StorePath> paths) {
            SortedSet<StorePath> others = new TreeSet<>(paths);
            others.remove(registered.path());
            return others;
        }

        @Override
        public void add(PathInfo info, InputStream nar) throws IOException {
            try (Closeable held = store.locks().lock(List.of(registered.path()));
                    Stage stage = store.staging().stage();
                    Trash aside = store.staging().trash()) {
                NarHash.Source hash = new NarHash.Source(nar);
                NarLimits limits = NarLimits.DEFAULT.withArchiveBytes(registered.narSize());
                NarReader.unpack(NarReader.of(hash, limits), stage.folder(), Replacements.INCOMING);
                Optional<String> difference = ContentCheck.difference(registered, hash.result());
                if (difference.isPresent()) {
                    throw new OtherContent("gave something else: " + difference.get());
                }
                store.replacements().replace(new Staged(registered, stage, Replacements.INCOMING), aside);
            }
        }
    }

    // --- by building ---------------------------------------------------------------------------------------------

    private Optional<StorePath> deriver(PathInfo info) throws IOException {
        StorePath deriver = info.deriver();
        if (deriver != null && store.isValid(deriver)) {
            return Optional.of(deriver);
        }
        return store.queryDerivers(info.path()).stream().findFirst();
    }

    private Fate rebuild(StorePath deriver, PathInfo info, List<String> reasons)
            throws IOException, InterruptedException {
        for (StorePath needed : inputs(deriver)) {
            if (isDamaged(needed)) {
                mend(needed);
                if (!end(needed).isMended()) {
                    reasons.add("it is built with " + needed + ", which is damaged itself");
                    return Fate.NOT_REPAIRED;
                }
            }
        }
        BuildResult result = store.build(deriver, Mode.REPAIR, output);
        if (result instanceof BuildResult.Failed failed) {
            reasons.add(failed.message());
            return failed.failure() == BuildResult.Failure.NOT_DETERMINISTIC ? Fate.NOT_REPRODUCED : Fate.NOT_REPAIRED;
        }
        return verified(info, Fate.REBUILT, reasons);
    }

    /** Reads what nobody has read yet: a build with damaged inputs would make something else. */
    private boolean isDamaged(StorePath path) throws IOException {
        if (!damaged.containsKey(path) && whole.add(path)) {
            check.content(info(path)).ifPresent(finding -> damaged.put(path, finding));
        }
        return damaged.containsKey(path);
    }

    /** The derivation, and whatever of its inputs is valid, with all that they refer to. */
    private List<StorePath> inputs(StorePath deriver) throws IOException {
        if (isDamaged(deriver)) {
            return List.of(deriver);
        }
        Set<StorePath> wanted = new TreeSet<>(List.of(deriver));
        Derivation derivation = store.readDerivation(deriver);
        wanted.addAll(derivation.inputSources());
        for (Map.Entry<StorePath, SortedSet<String>> input :
                derivation.inputDerivations().entrySet()) {
            wanted.add(input.getKey());
            Map<String, StorePath> outputs = store.queryOutputs(input.getKey());
            for (String name : input.getValue()) {
                Optional.ofNullable(outputs.get(name)).ifPresent(wanted::add);
            }
        }
        return store.queryClosure(store.queryValid(wanted));
    }
}
