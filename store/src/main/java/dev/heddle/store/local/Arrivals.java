package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.ExportReader;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes paths that come from elsewhere: one with a claim that must be trusted, or an export whose sender is. Any thread. */
final class Arrivals {

    private static final int BUFFER_BYTES = 1 << 16;

    private final LocalStore store;

    Arrivals(LocalStore store) {
        this.store = store;
    }

    /** As {@link LocalStore#add}. */
    void add(PathInfo info, InputStream nar) throws IOException {
        checkDirectory(info);
        boolean signed = store.parts().keys().vouchFor(info);
        if (!signed && info.contentAddress() == null) {
            throw new StoreException(info.path() + ": is not signed by a trusted key (trusted are "
                    + store.parts().keys()
                    + ") and has no content address; sign it, or trust one of the keys that signed it");
        }
        try (Hold hold = store.hold(List.of(info.path()))) {
            if (!store.isValid(info.path())) {
                take(info, nar, signed);
            }
            hold.told(List.of(info.path()));
        }
    }

    private void take(PathInfo info, InputStream nar, boolean signed) throws IOException {
        try (Stage stage = store.staging().stage()) {
            RawName slot = RawName.of("t");
            NarHash.Source hash = new NarHash.Source(new BufferedInputStream(nar, BUFFER_BYTES));
            try {
                NarReader.unpack(
                        NarReader.of(hash, NarLimits.DEFAULT.withArchiveBytes(info.narSize())), stage.folder(), slot);
            } catch (IOException e) {
                throw new StoreException(info.path() + ": its archive cannot be unpacked: " + e.getMessage(), e);
            }
            checkContent(info, hash.result());
            PathInfo checked = checkAddress(info, signed, new Staged(info, stage, slot));
            PathInfo taken = checked.withUltimate(false)
                    .withRegistered(store.parts().clock().instant().truncatedTo(ChronoUnit.SECONDS));
            store.publisher().publish(List.of(new Staged(taken, stage, slot)), Map.of());
        }
    }

    private void checkDirectory(PathInfo info) throws StoreException {
        String directory = store.storeDirectory();
        if (!info.path().storeDirectory().equals(directory)) {
            throw new StoreException(info.path() + ": is of another store; the paths of this one are in " + directory);
        }
    }

    private static void checkContent(PathInfo info, NarHash found) throws StoreException {
        if (!ContentCheck.isOf(info, found)) {
            throw new StoreException(info.path() + ": the archive is not what was claimed: wanted " + info.narHash()
                    + " and " + info.narSize() + " bytes, got " + found.digest() + " and " + found.size() + " bytes");
        }
    }

    /** What may be believed of the content address: it must be true, or, in a signed claim, be one that cannot be checked. */
    private static PathInfo checkAddress(PathInfo info, boolean signed, Staged tree) throws IOException {
        ContentAddress address = info.contentAddress();
        if (address == null) {
            return info;
        }
        Optional<StorePath> claimed = info.claimedPath();
        if (claimed.isEmpty() || !AddressCheck.canCheck(address)) {
            if (signed) {
                return info.withContentAddress(null);
            }
            throw new StoreException(info.path() + ": its content address " + address
                    + " cannot be checked here, so it needs a signature by a trusted key");
        }
        if (!claimed.get().equals(info.path())) {
            throw new StoreException(info.path() + ": its content address " + address + " and its references make "
                    + claimed.get() + ", another path");
        }
        AddressCheck.check(address, tree);
        return info;
    }

    /** As {@link LocalStore#importPaths}. */
    List<StorePath> importPaths(InputStream in) throws IOException {
        ExportReader export = new ExportReader(in, NarLimits.DEFAULT);
        List<Staged> trees = new ArrayList<>();
        try (Stage stage = store.staging().stage();
                Hold hold = store.hold(List.of())) {
            while (true) {
                RawName slot = RawName.of("t" + trees.size());
                Optional<PathInfo> next = export.next(nar -> NarReader.unpack(nar, stage.folder(), slot));
                if (next.isEmpty()) {
                    break;
                }
                PathInfo info = next.get();
                checkDirectory(info);
                hold.keep(List.of(info.path()));
                PathInfo taken =
                        info.withRegistered(store.parts().clock().instant().truncatedTo(ChronoUnit.SECONDS));
                trees.add(new Staged(taken, stage, slot));
            }
            if (!trees.isEmpty()) {
                store.publisher().publish(trees, Map.of());
            }
            hold.told(trees.stream().map(tree -> tree.info().path()).toList());
        }
        return trees.stream().map(tree -> tree.info().path()).distinct().toList();
    }
}
