package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one transaction, in SQL. Used by the thread that is in it. A change that fails may have been done in part:
 * the transaction is spoilt then and cannot be committed, even if the failure was caught.
 */
final class PathChanges implements StoreDatabase.Transaction {

    private final SqliteSession session;
    private final PathQueries queries;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        SPOILT,
        ENDED
    }

    PathChanges(SqliteSession session, PathQueries queries) {
        this.session = session;
        this.queries = queries;
    }

    /** Whether all changes were done. Ends the transaction for the one who works in it. */
    boolean end() {
        boolean sound = state == State.OPEN;
        state = State.ENDED;
        return sound;
    }

    @Override
    public boolean isValid(StorePath path) throws IOException {
        return open().isValid(path);
    }

    @Override
    public Optional<PathInfo> pathInfo(StorePath path) throws IOException {
        return open().pathInfo(path);
    }

    @Override
    public SortedSet<StorePath> referrers(StorePath path) throws IOException {
        return open().referrers(path);
    }

    @Override
    public List<StoreDatabase.Replacement> replacements() throws IOException {
        return open().replacements();
    }

    @Override
    public void register(Collection<PathInfo> infos) throws IOException {
        ReferenceOrder.checkNoCycle(infos);
        change(() -> {
            Map<StorePath, Long> ids = new HashMap<>();
            for (PathInfo info : infos) {
                ids.put(info.path(), put(info));
            }
            for (PathInfo info : infos) {
                for (StorePath reference : info.references()) {
                    putReference(info.path(), reference, ids);
                }
            }
        });
    }

    /** Writes a path's row and tells its number; a path that was valid loses its references, to get them anew. */
    private long put(PathInfo info) throws IOException {
        Optional<Long> known = queries.id(info.path());
        if (known.isPresent()) {
            set(info);
            session.change("delete from Refs where referrer = ?", known.get());
            return known.get();
        }
        session.change(
                "insert into ValidPaths (path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                info.path(),
                hash(info),
                info.registered().getEpochSecond(),
                info.deriver(),
                info.narSize(),
                info.ultimate() ? 1 : null,
                signatures(info),
                info.contentAddress());
        return queries.id(info.path()).orElseThrow(() -> new AssertionError("BUG: no row of " + info.path()));
    }

    private void putReference(StorePath from, StorePath to, Map<StorePath, Long> ids) throws IOException {
        Long target = ids.get(to);
        if (target == null) {
            target = queries.id(to)
                    .orElseThrow(() -> new StoreException(from + ": cannot be made valid: it refers to " + to
                            + ", which is not valid; add that path first"));
            ids.put(to, target);
        }
        session.change("insert or ignore into Refs (referrer, reference) values (?, ?)", ids.get(from), target);
    }

    @Override
    public void registerOutputs(StorePath derivation, Map<String, StorePath> outputs) throws IOException {
        outputs.keySet().forEach(StorePath::checkName);
        change(() -> {
            long id = validId(derivation);
            session.change("delete from DerivationOutputs where drv = ?", id);
            for (Map.Entry<String, StorePath> output : new TreeMap<>(outputs).entrySet()) {
                session.change(
                        "insert into DerivationOutputs (drv, id, path) values (?, ?, ?)",
                        id,
                        output.getKey(),
                        output.getValue());
            }
        });
    }

    @Override
    public void update(PathInfo info) throws IOException {
        change(() -> {
            if (set(info) == 0) {
                throw notValid(info.path());
            }
        });
    }

    private int set(PathInfo info) throws IOException {
        return session.change(
                "update ValidPaths set hash = ?, registrationTime = ?, deriver = ?, narSize = ?, ultimate = ?, sigs = ?,"
                        + " ca = ? where path = ?",
                hash(info),
                info.registered().getEpochSecond(),
                info.deriver(),
                info.narSize(),
                info.ultimate() ? 1 : null,
                signatures(info),
                info.contentAddress(),
                info.path());
    }

    @Override
    public void invalidate(Collection<StorePath> paths) throws IOException {
        change(() -> {
            Map<StorePath, Long> ids = new HashMap<>();
            for (StorePath path : paths) {
                Optional<Long> id = queries.id(path);
                if (id.isPresent()) {
                    ids.put(path, id.get());
                }
            }
            for (StorePath path : ids.keySet()) {
                for (StorePath referrer : queries.referrers(path)) {
                    if (!ids.containsKey(referrer)) {
                        throw new StoreException(path + ": cannot be made invalid: " + referrer + " refers to it");
                    }
                }
            }
            for (long id : ids.values()) {
                session.change("delete from Refs where referrer = ?", id);
            }
            for (Map.Entry<StorePath, Long> path : ids.entrySet()) {
                session.change("delete from ValidPaths where id = ?", path.getValue());
                session.change("delete from HeddleReplacements where path = ?", path.getKey());
            }
        });
    }

    @Override
    public void beginReplacement(StorePath path, String incoming, PathInfo info) throws IOException {
        if (incoming.isEmpty() || incoming.indexOf('/') >= 0 || incoming.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a name in the staging directory: '" + incoming + "'");
        }
        change(() -> {
            validId(path);
            session.change(
                    "insert or replace into HeddleReplacements"
                            + " (path, incoming, hash, time, deriver, narSize, ultimate, sigs, ca, refs)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    path,
                    incoming,
                    hash(info),
                    info.registered().getEpochSecond(),
                    info.deriver(),
                    info.narSize(),
                    info.ultimate() ? 1 : null,
                    signatures(info),
                    info.contentAddress(),
                    info.references().stream().map(StorePath::toString).collect(Collectors.joining(" ")));
        });
    }

    @Override
    public void endReplacement(StorePath path) throws IOException {
        change(() -> session.change("delete from HeddleReplacements where path = ?", path));
    }

    private long validId(StorePath path) throws IOException {
        return queries.id(path).orElseThrow(() -> notValid(path));
    }

    private static StoreException notValid(StorePath path) {
        return new StoreException(path + ": is not valid, so nothing can be noted of it");
    }

    private static String hash(PathInfo info) {
        return info.narHash().algorithm() + ":" + info.narHash().base16();
    }

    private static @Nullable String signatures(PathInfo info) {
        return info.signatures().isEmpty()
                ? null
                : info.signatures().stream().map(PathSignature::toString).collect(Collectors.joining(" "));
    }

    private PathQueries open() {
        if (state == State.ENDED) {
            throw new IllegalStateException("the transaction has ended");
        }
        return queries;
    }

    private void change(Change change) throws IOException {
        open();
        boolean done = false;
        try {
            change.make();
            done = true;
        } finally {
            if (!done) {
                state = State.SPOILT;
            }
        }
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }
}
