package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.ExportWriter;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Gives the content of valid paths, checked on the way against what was registered. Any thread. */
final class Exports {

    private final StoreDatabase database;
    private final Folder store;

    /** @param store the store directory, open as long as this is used */
    Exports(StoreDatabase database, Folder store) {
        this.database = database;
        this.store = store;
    }

    /** As {@link LocalStore#dump}. */
    void dump(StorePath path, OutputStream out) throws IOException {
        PathInfo info = info(path);
        NarHash.Sink hash = new NarHash.Sink(out);
        content(path, hash);
        NarHash found = hash.result();
        if (!ContentCheck.isOf(info, found)) {
            throw new StoreException(path + ": has changed since it was registered: recorded are " + info.narHash()
                    + " and " + info.narSize() + " bytes, found " + found.digest() + " and " + found.size()
                    + " bytes; repair it");
        }
    }

    /** As {@link LocalStore#exportPaths}. */
    void export(Collection<StorePath> paths, OutputStream out) throws IOException {
        Set<StorePath> wanted = Set.copyOf(paths);
        List<StorePath> closure = Closures.of(wanted, this::references);
        ExportWriter writer = new ExportWriter(out);
        for (StorePath path : closure) {
            if (wanted.contains(path)) {
                writer.write(info(path), nar -> content(path, nar));
            }
        }
        writer.finish();
    }

    private Collection<StorePath> references(StorePath path) throws IOException {
        return info(path).references();
    }

    private PathInfo info(StorePath path) throws IOException {
        return database.pathInfo(path).orElseThrow(() -> new StoreException(path + ": is not valid in this store"));
    }

    private void content(StorePath path, OutputStream out) throws IOException {
        try {
            NarWriter.dump(store, RawName.of(path.baseName()), out, NarLimits.DEFAULT);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new StoreException(
                    path + ": is registered, but its files are gone (" + e.getMessage() + "); repair it", e);
        }
    }
}
