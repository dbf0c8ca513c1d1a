package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes the tables of a database, and tells whether those that are there can be used. */
final class SchemaTables {

    private static final Map<String, Set<String>> WANTED = new TreeMap<>(Map.of(
            "ValidPaths",
                    Set.of("id", "path", "hash", "registrationTime", "deriver", "narSize", "ultimate", "sigs", "ca"),
            "Refs", Set.of("referrer", "reference"),
            "DerivationOutputs", Set.of("drv", "id", "path")));

    private SchemaTables() {}

    /** Makes what is missing, and tells whether all is there; runs inside a transaction. */
    static void create(Path file, SqliteSession session) throws IOException, SQLException {
        if (!isEmpty(session)) {
            check(file, session);
        }
        session.run(resource("schema.sql"));
        session.run(resource("own.sql"));
    }

    /** Whether there is nothing to make; what is there is not checked. */
    static boolean isComplete(SqliteSession session) throws SQLException {
        return session.text("select name from sqlite_master where type = 'table' and name = 'HeddleReplacements'")
                != null;
    }

    /** Whether there is no table, as in a database that was just made. */
    static boolean isEmpty(SqliteSession session) throws SQLException {
        return session.text("select name from sqlite_master where type = 'table' and name not like 'Heddle%'"
                        + " and name not like 'sqlite%' limit 1")
                == null;
    }

    /**
     * Checks that every table has the columns of the known schema.
     *
     * @throws StoreException if one is missing; the message names it
     */
    static void check(Path file, SqliteSession session) throws IOException {
        for (Map.Entry<String, Set<String>> table : WANTED.entrySet()) {
            List<String> columns = session.list(
                    "select name from pragma_table_info(?)", row -> String.valueOf(row.getString(1)), table.getKey());
            Set<String> missing = new TreeSet<>(table.getValue());
            columns.forEach(missing::remove);
            if (!missing.isEmpty()) {
                String what = columns.isEmpty()
                        ? "there is no table " + table.getKey()
                        : "table " + table.getKey() + " lacks " + String.join(", ", missing);
                throw new StoreException(file + ": is no database of schema " + DatabaseFiles.SCHEMA + ": " + what
                        + ". It may be of another program (Guix, or a Nix before 2.0), or stopped half-way when it was"
                        + " brought to another schema: open it with that program, or restore it from a copy");
            }
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = SchemaTables.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("BUG: no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
