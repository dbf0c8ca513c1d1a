package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes roots of valid paths, which are kept alive meanwhile. Any thread. */
final class LastingRoots {

    private final LocalStore store;
    private final GcRoots roots;

    LastingRoots(LocalStore store) {
        this.store = store;
        StoreParts parts = store.parts();
        this.roots = new GcRoots(parts.disk(), parts.layout(), new PathSpotter(parts.layout()));
    }

    /** As {@link LocalStore#addRoot}. */
    void addIndirect(Path link, StorePath path) throws IOException {
        try (Hold hold = held(path)) {
            roots.addIndirect(link, path);
        }
    }

    /** As {@link LocalStore#addPermanentRoot}. */
    void addPermanent(String name, StorePath path) throws IOException {
        try (Hold hold = held(path)) {
            roots.addPermanent(name, path);
        }
    }

    private Hold held(StorePath path) throws IOException {
        Hold hold = store.hold(List.of(path));
        if (!store.isValid(path)) {
            hold.close();
            throw new StoreException(path + ": is not valid in this store, so nothing can keep it alive");
        }
        return hold;
    }
}
