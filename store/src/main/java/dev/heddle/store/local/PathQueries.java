package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The questions, in SQL. Each is one statement, so it sees one state of the database without a transaction. Used by one thread
 * at a time.
 */
final class PathQueries {

    /** The first path behind the hash part, by the unique index of paths. */
    static final String FROM_HASH_PART = "select path from ValidPaths where path >= ? order by path limit 1";

    private static final String INFO =
            "select v.hash, v.narSize, v.deriver, v.registrationTime, v.ultimate, v.sigs, v.ca,"
                    + " w.path from ValidPaths v left join Refs r on r.referrer = v.id left join ValidPaths w on w.id = r.reference"
                    + " where v.path = ?";
    private static final int REFERENCE_COLUMN = 8;

    private final SqliteSession session;

    PathQueries(SqliteSession session) {
        this.session = session;
    }

    boolean isValid(StorePath path) throws IOException {
        return id(path).isPresent();
    }

    /** The number of a valid path's row. */
    Optional<Long> id(StorePath path) throws IOException {
        return session.first("select id from ValidPaths where path = ?", row -> row.getLong(1), path);
    }

    Optional<PathInfo> pathInfo(StorePath path) throws IOException {
        return session.query(
                INFO,
                rows -> {
                    if (!rows.next()) {
                        return Optional.empty();
                    }
                    PathInfo info = info(path, rows, 1, new TreeSet<>());
                    SortedSet<StorePath> references = new TreeSet<>();
                    do {
                        String reference = rows.getString(REFERENCE_COLUMN);
                        if (reference != null) {
                            references.add(StorePath.parse(reference));
                        }
                    } while (rows.next());
                    return Optional.of(withReferences(info, references));
                },
                path);
    }

    /** What is known of those that are valid, in one transaction, so that the file is locked once and not for each. */
    List<PathInfo> pathInfos(List<StorePath> paths) throws IOException {
        List<PathInfo> infos = new ArrayList<>();
        session.change("begin");
        try {
            for (StorePath path : paths) {
                pathInfo(path).ifPresent(infos::add);
            }
        } finally {
            session.change("rollback");
        }
        return infos;
    }

    Optional<StorePath> pathFromHashPart(String storeDirectory, String hashPart) throws IOException {
        String prefix = storeDirectory + "/" + hashPart;
        return session.query(
                FROM_HASH_PART,
                rows -> {
                    if (!rows.next()) {
                        return Optional.empty();
                    }
                    String next = text(rows, 1);
                    return next.startsWith(prefix) && next.startsWith("-", prefix.length())
                            ? Optional.of(StorePath.parse(next))
                            : Optional.empty();
                },
                prefix);
    }

    SortedSet<StorePath> referrers(StorePath path) throws IOException {
        return paths(
                "select w.path from ValidPaths v join Refs r on r.reference = v.id join ValidPaths w on w.id = r.referrer"
                        + " where v.path = ?",
                path);
    }

    SortedSet<StorePath> references(StorePath path) throws IOException {
        return paths(
                "select w.path from ValidPaths v join Refs r on r.referrer = v.id join ValidPaths w on w.id = r.reference"
                        + " where v.path = ?",
                path);
    }

    SortedSet<StorePath> derivers(StorePath output) throws IOException {
        return paths(
                "select v.path from DerivationOutputs d join ValidPaths v on v.id = d.drv where d.path = ?", output);
    }

    SortedMap<String, StorePath> outputs(StorePath derivation) throws IOException {
        return session.query(
                "select d.id, d.path from ValidPaths v join DerivationOutputs d on d.drv = v.id where v.path = ?",
                rows -> {
                    SortedMap<String, StorePath> outputs = new TreeMap<>();
                    while (rows.next()) {
                        outputs.put(text(rows, 1), path(rows, 2));
                    }
                    return outputs;
                },
                derivation);
    }

    List<StorePath> page(@Nullable StorePath after, int most) throws IOException {
        return session.list(
                "select path from ValidPaths where path > ? order by path limit ?",
                row -> path(row, 1),
                after == null ? "" : after.toString(),
                most);
    }

    List<StoreDatabase.Replacement> replacements() throws IOException {
        return session.list(
                "select hash, narSize, deriver, time, ultimate, sigs, ca, path, incoming, refs from HeddleReplacements"
                        + " order by path",
                row -> {
                    StorePath path = path(row, 8);
                    SortedSet<StorePath> references = new TreeSet<>();
                    for (String reference : words(text(row, 10))) {
                        references.add(StorePath.parse(reference));
                    }
                    return new StoreDatabase.Replacement(path, text(row, 9), info(path, row, 1, references));
                });
    }

    /** What SQLite finds wrong with the file, and references without a path; at most {@code most}. Reads everything. */
    List<String> damage(int most) throws IOException {
        List<String> found = session.list(
                "select integrity_check from pragma_integrity_check where integrity_check <> 'ok' limit ?",
                row -> text(row, 1),
                most);
        if (found.isEmpty()) {
            return session.list(
                    "select 'a row of ' || \"table\" || ' speaks of a path that is not there'"
                            + " from pragma_foreign_key_check limit ?",
                    row -> text(row, 1),
                    most);
        }
        return found;
    }

    private SortedSet<StorePath> paths(String sql, StorePath of) throws IOException {
        return session.query(
                sql,
                rows -> {
                    SortedSet<StorePath> paths = new TreeSet<>();
                    while (rows.next()) {
                        paths.add(path(rows, 1));
                    }
                    return paths;
                },
                of);
    }

    /** Reads hash, size, deriver, time, ultimate, signatures and content address, in this order. */
    private static PathInfo info(StorePath path, ResultSet row, int from, SortedSet<StorePath> references)
            throws SQLException {
        SortedSet<PathSignature> signatures = new TreeSet<>();
        for (String signature : words(row.getString(from + 5))) {
            signatures.add(PathSignature.parse(signature));
        }
        String deriver = row.getString(from + 2);
        String contentAddress = row.getString(from + 6);
        return new PathInfo(
                path,
                Digest.parse(text(row, from)),
                row.getLong(from + 1),
                references,
                deriver == null ? null : StorePath.parse(deriver),
                Instant.ofEpochSecond(row.getLong(from + 3)),
                row.getInt(from + 4) != 0,
                signatures,
                contentAddress == null ? null : ContentAddress.parse(contentAddress));
    }

    private static PathInfo withReferences(PathInfo info, SortedSet<StorePath> references) {
        return new PathInfo(
                info.path(),
                info.narHash(),
                info.narSize(),
                references,
                info.deriver(),
                info.registered(),
                info.ultimate(),
                info.signatures(),
                info.contentAddress());
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }

    private static StorePath path(ResultSet row, int column) throws SQLException {
        return StorePath.parse(text(row, column));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new IllegalArgumentException("column " + column + " is empty");
        }
        return text;
    }
}
