package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one group of requests valid: syncs the trees, then gives them their names and registers them within one transaction
 * of the database, which is the lock under which names come and go in the store directory.
 *
 * <p>A request that cannot be done fails alone; the others of its group go on without it. Used by the publisher's thread.
 */
final class Publication {

    private final StoreParts parts;
    private final StoreDatabase database;
    private final Folder store;
    private final Staging staging;

    /** @param store the store directory, open as long as this is used */
    Publication(StoreParts parts, StoreDatabase database, Folder store, Staging staging) {
        this.parts = parts;
        this.database = database;
        this.store = store;
        this.staging = staging;
    }

    /** What one caller wants to be made valid, all or none, and what came of it. Guarded by the publisher's lock. */
    static final class Request {
        private final List<Staged> staged;
        private final Map<StorePath, Map<String, StorePath>> outputs;
        private @Nullable Throwable failure;
        private boolean done;

        Request(List<Staged> staged, Map<StorePath, Map<String, StorePath>> outputs) {
            this.staged = staged;
            this.outputs = outputs;
        }

        List<Staged> staged() {
            return staged;
        }

        boolean isDone() {
            return done;
        }

        /** Ends the request with the failure of its group, if it has none of its own. */
        void finish(@Nullable Throwable ofGroup) {
            failure = failure == null ? ofGroup : failure;
            done = true;
        }

        /** Throws, in the caller's thread, what the publisher's thread met. */
        void throwFailure() throws IOException {
            if (failure instanceof StoreException) {
                throw new StoreException(String.valueOf(failure.getMessage()), failure);
            }
            if (failure != null) {
                String what = staged.isEmpty()
                        ? "the store"
                        : staged.get(0).info().path().toString();
                String more = staged.size() > 1 ? " and " + (staged.size() - 1) + " more" : "";
                throw new StoreException(what + more + ": cannot be made valid: " + failure.getMessage(), failure);
            }
        }
    }

    /**
     * Publishes a group.
     *
     * @throws IOException if it failed as a whole: none of it is valid then, unless the database says so
     */
    void publish(List<Request> group) throws IOException {
        if (parts.settings().sync()) {
            StageSync.sync(
                    staging,
                    group.stream().flatMap(request -> request.staged.stream()).toList());
        }
        try (Names names = new Names()) {
            try {
                database.change(transaction -> {
                    in(transaction, group, names);
                    names.keep();
                });
            } catch (IOException | RuntimeException e) {
                if (!names.kept) {
                    takeBack(names, e);
                }
                throw e;
            }
        }
    }

    private void in(StoreDatabase.Transaction transaction, List<Request> group, Names names) throws IOException {
        Map<StorePath, Staged> accepted = new LinkedHashMap<>();
        List<Request> alive = new ArrayList<>();
        for (Request request : group) {
            Map<StorePath, Staged> fresh = new LinkedHashMap<>();
            try {
                fresh.putAll(fresh(transaction, request, accepted));
                for (Staged tree : fresh.values()) {
                    names.give(tree);
                }
                accepted.putAll(fresh);
                alive.add(request);
            } catch (IOException e) {
                request.failure = e;
                fresh.keySet().forEach(path -> names.take(path, e));
            }
        }
        if (parts.settings().sync()) {
            names.sync();
        }
        transaction.register(accepted.values().stream().map(Staged::info).toList());
        for (Request request : alive) {
            for (Map.Entry<StorePath, Map<String, StorePath>> made : request.outputs.entrySet()) {
                transaction.registerOutputs(made.getKey(), made.getValue());
            }
        }
    }

    /** The trees of a request that are not valid yet, after it is sure that everything they refer to is. */
    private static Map<StorePath, Staged> fresh(
            StoreDatabase.Transaction transaction, Request request, Map<StorePath, Staged> accepted)
            throws IOException {
        Map<StorePath, Staged> fresh = new LinkedHashMap<>();
        for (Staged tree : request.staged) {
            StorePath path = tree.info().path();
            if (!accepted.containsKey(path) && !transaction.isValid(path)) {
                fresh.putIfAbsent(path, tree);
            }
        }
        for (Staged tree : fresh.values()) {
            PathInfo info = tree.info();
            for (StorePath reference : info.references()) {
                if (!fresh.containsKey(reference)
                        && !accepted.containsKey(reference)
                        && !transaction.isValid(reference)) {
                    throw new StoreException(info.path() + ": refers to " + reference
                            + ", which is not valid in this store; add that one first");
                }
            }
        }
        return fresh;
    }

    /** After a transaction that was undone its trees lie in the store without being valid: nobody needs them. */
    private void takeBack(Names names, Exception failure) {
        try {
            database.change(transaction -> {
                for (StorePath path : List.copyOf(names.given.keySet())) {
                    if (!transaction.isValid(path)) {
                        names.take(path, failure);
                    }
                }
            });
        } catch (IOException e) {
            // They stay: the next one to publish them, or a collection, replaces or removes them.
            failure.addSuppressed(e);
        }
    }

    /** The names that this group gave in the store directory, and what lay under them before. */
    private final class Names implements AutoCloseable {
        private final Map<StorePath, Staged> given = new LinkedHashMap<>();
        private final List<RawName> changedModes = new ArrayList<>();
        private @Nullable Trash trash;
        private boolean kept;

        /**
         * Says that the transaction is about to be committed. When that fails, nobody knows whether it will be found
         * committed after a crash, so the trees stay where they would be needed.
         */
        void keep() {
            kept = true;
        }

        void give(Staged tree) throws IOException {
            StorePath path = tree.info().path();
            RawName name = RawName.of(path.baseName());
            if (store.exists(name)) {
                trash().take(store, name);
            }
            // Noted before: a failed move may have been done all the same.
            given.put(path, tree);
            if (Moves.move(tree.stage().folder(), tree.name(), store, name)) {
                changedModes.add(name);
            }
        }

        /** Takes the name from a tree that will not be valid; what goes wrong is added to {@code failure}. */
        void take(StorePath path, Exception failure) {
            RawName name = RawName.of(path.baseName());
            try {
                if (given.remove(path) != null && store.exists(name)) {
                    trash().take(store, name);
                }
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }

        void sync() throws IOException {
            for (RawName name : changedModes) {
                try (Folder folder = store.folder(name)) {
                    folder.sync();
                }
            }
            store.sync();
        }

        private Trash trash() throws IOException {
            if (trash == null) {
                trash = staging.trash();
            }
            return trash;
        }

        /** Deletes what was in the way. That it cannot be deleted is no failure of the paths that are valid now. */
        @Override
        public void close() {
            if (trash != null) {
                try {
                    trash.close();
                } catch (IOException e) {
                    // It stays in this process's staging directory, which is removed at close or by the next sweep.
                    return;
                }
            }
        }
    }
}
