package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** What a builder without a sandbox, or one that was cut off, left under the names of outputs that are not valid. */
final class Leftovers {

    private final LocalStore store;
    private final List<StorePath> paths;

    /** @param paths outputs whose locks the caller holds */
    Leftovers(LocalStore store, Collection<StorePath> paths) {
        this.store = store;
        this.paths = List.copyOf(paths);
    }

    /** Puts what is there and not valid into the trash. */
    void clear(Trash trash) throws IOException {
        if (paths.isEmpty()) {
            return;
        }
        Folder folder = store.folder();
        for (StorePath path : paths) {
            if (folder.exists(RawName.of(path.baseName())) && !store.isValid(path)) {
                remove(folder, trash);
                return;
            }
        }
    }

    private void remove(Folder folder, Trash trash) throws IOException {
        store.database().write(transaction -> {
            for (StorePath path : paths) {
                RawName name = RawName.of(path.baseName());
                if (!transaction.isValid(path) && folder.exists(name)) {
                    trash.take(folder, name);
                }
            }
            return paths;
        });
    }
}
