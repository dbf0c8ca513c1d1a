package dev.heddle.store.local;

import dev.heddle.core.Channel;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.local.VerifyFinding.Damage;
import dev.heddle.store.local.VerifyFinding.Fate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at a store, and mends it where that is asked for. Used by one thread, once. */
final class Verification {

    private static final RawName LINKS = RawName.of(".links");

    private final LocalStore store;
    private final OutputPort output;
    private final StoreVerifier verifier;

    /** @param output gets what builds print, and a warning for each damaged path as it is found */
    Verification(LocalStore store, OutputPort output) {
        this.store = store;
        this.output = output;
        this.verifier = new StoreVerifier(store.database(), store.folder());
    }

    /** As {@link LocalStore#verify}. */
    VerifyResult verify(VerifyOptions options) throws IOException, InterruptedException {
        List<VerifyFinding> findings = told(verifier.all(options.checkContents()));
        List<RawName> badLinks = options.checkContents() ? verifier.badLinks() : List.of();
        if (options.repair()) {
            removeLinks(badLinks);
            findings = new StoreRepair(store, output).of(findings);
        }
        if (options.forgetMissing()) {
            findings = forgotten(findings);
        }
        return result(findings, badLinks);
    }

    /** As {@link LocalStore#repair}. */
    VerifyResult repair(Collection<StorePath> paths) throws IOException, InterruptedException {
        try (Hold hold = store.hold(paths)) {
            List<VerifyFinding> findings = told(verifier.some(store.queryClosure(paths), true));
            return result(new StoreRepair(store, output).of(findings), List.of());
        }
    }

    private VerifyResult result(List<VerifyFinding> findings, List<RawName> badLinks) {
        return new VerifyResult(
                verifier.paths(),
                verifier.bytes(),
                findings,
                badLinks.stream().map(RawName::toString).toList());
    }

    private List<VerifyFinding> told(List<VerifyFinding> findings) {
        findings.forEach(finding -> output.message(Channel.WARNING, finding.toString()));
        return findings;
    }

    private void removeLinks(List<RawName> names) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        try (Folder links = store.folder().folder(LINKS)) {
            for (RawName name : names) {
                output.message(
                        Channel.WARNING,
                        links.path() + "/" + name + ": its content is not what its name says; removed");
                links.delete(name);
            }
        }
    }

    /** Makes the lost ones invalid that no path refers to which is not lost as well. */
    private List<VerifyFinding> forgotten(List<VerifyFinding> findings) throws IOException {
        Set<StorePath> lost = new HashSet<>();
        for (VerifyFinding finding : findings) {
            if (finding.damage() == Damage.MISSING && !finding.isMended()) {
                lost.add(finding.path());
            }
        }
        Set<StorePath> forgotten = store.database().write(transaction -> {
            for (StorePath path : List.copyOf(lost)) {
                if (store.folder().exists(RawName.of(path.baseName()))) {
                    lost.remove(path); // somebody else has mended it
                }
            }
            // Whoever is referred to by one that stays, stays.
            boolean changed = true;
            while (changed) {
                Set<StorePath> staying = new HashSet<>();
                for (StorePath path : lost) {
                    if (!lost.containsAll(transaction.referrers(path))) {
                        staying.add(path);
                    }
                }
                changed = lost.removeAll(staying);
            }
            List<StorePath> valid = new ArrayList<>();
            for (StorePath path : lost) {
                if (transaction.isValid(path)) {
                    valid.add(path);
                }
            }
            transaction.invalidate(valid);
            return Set.copyOf(lost);
        });
        return findings.stream()
                .map(finding ->
                        forgotten.contains(finding.path()) ? finding.ended(Fate.FORGOTTEN, finding.detail()) : finding)
                .toList();
    }
}
