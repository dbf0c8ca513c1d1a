package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Exchanges the tree of a valid path for another: noted in the database before, so that a crash between the two renames is
 * finished by the next who opens the store. Any thread; the caller holds the lock of the path.
 */
final class Replacements {

    /** The name of the new tree in its stage. */
    static final RawName INCOMING = RawName.of("incoming");

    private final StoreParts parts;
    private final StoreDatabase database;
    private final Folder store;
    private final Staging staging;

    Replacements(StoreParts parts, StoreDatabase database, Folder store, Staging staging) {
        this.parts = parts;
        this.database = database;
        this.store = store;
        this.staging = staging;
    }

    /**
     * Puts {@code tree}, whose name in its stage is {@link #INCOMING}, in the place of the valid path of its info; what lay
     * there goes to {@code aside}.
     */
    void replace(Staged tree, Trash aside) throws IOException {
        if (!tree.name().equals(INCOMING)) {
            throw new IllegalArgumentException("the new tree must be called " + INCOMING + ", not " + tree.name());
        }
        StorePath path = tree.info().path();
        if (parts.settings().sync()) {
            // The note must not outlive what it speaks of: the stage's own name has to be there too.
            staging.sync();
        }
        String incoming = staging.pathOf(tree.stage());
        database.change(transaction -> {
            transaction.beginReplacement(path, incoming, tree.info());
        });
        try {
            exchange(path, tree.stage().folder(), aside);
        } catch (IOException | RuntimeException e) {
            Staging.closeAfter(e, () -> forget(path));
            throw e;
        }
        end(new StoreDatabase.Replacement(path, incoming, tree.info()));
    }

    /** The new tree goes with its stage, so that there is nothing to be finished. */
    private void forget(StorePath path) throws IOException {
        database.change(transaction -> transaction.endReplacement(path));
    }

    /** Finishes what was begun by processes that live no more. */
    void finish() throws IOException {
        List<StoreDatabase.Replacement> begun = database.write(StoreDatabase.Transaction::replacements);
        for (StoreDatabase.Replacement replacement : begun) {
            String process = replacement
                    .incoming()
                    .substring(0, Math.max(0, replacement.incoming().indexOf(Staging.BETWEEN)));
            Optional<Closeable> free = staging.tryHold(process);
            if (free.isPresent()) {
                try (Closeable held = free.get()) {
                    finish(replacement);
                }
            }
        }
    }

    private void finish(StoreDatabase.Replacement replacement) throws IOException {
        Optional<Folder> incoming = staging.find(replacement.incoming());
        if (incoming.isPresent()) {
            try (Folder stage = incoming.get();
                    Trash aside = staging.trash()) {
                if (stage.exists(INCOMING)) {
                    exchange(replacement.path(), stage, aside);
                }
            }
        }
        end(replacement);
    }

    private void exchange(StorePath path, Folder stage, Trash aside) throws IOException {
        RawName name = RawName.of(path.baseName());
        database.change(transaction -> {
            Optional<RawName> old = store.exists(name) ? Optional.of(aside.take(store, name)) : Optional.empty();
            boolean changed;
            try {
                changed = Moves.move(stage, INCOMING, store, name);
            } catch (IOException | RuntimeException e) {
                Staging.closeAfter(e, () -> putBack(old, aside, name));
                throw e;
            }
            if (parts.settings().sync()) {
                if (changed) {
                    try (Folder folder = store.folder(name)) {
                        folder.sync();
                    }
                }
                store.sync();
            }
        });
    }

    /** A damaged tree is better than none: some of its files may still be read. */
    private void putBack(Optional<RawName> old, Trash aside, RawName name) throws IOException {
        // A move that failed may have been done all the same.
        if (old.isPresent() && !store.exists(name)) {
            aside.giveBack(old.get(), store, name);
        }
    }

    private void end(StoreDatabase.Replacement replacement) throws IOException {
        database.change(transaction -> {
            transaction.update(replacement.info());
            transaction.endReplacement(replacement.path());
        });
    }
}
