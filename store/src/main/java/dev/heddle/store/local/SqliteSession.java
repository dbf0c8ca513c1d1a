package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** One connection to a database, which keeps its statements. Used by one thread at a time. */
final class SqliteSession implements AutoCloseable {

    /** How a connection may touch the file, in the words of SQLite's URIs. */
    enum Access {
        WRITE("mode=rw"),
        READ("mode=ro"),
        /** For a file in a directory where nothing can be made and nobody writes. */
        FROZEN("mode=ro&immutable=1");

        private final String parameters;

        Access(String parameters) {
            this.parameters = parameters;
        }
    }

    private final Path file;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private SqliteSession(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Opens a file that exists. */
    static SqliteSession open(Path file, Access access) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        config.setReadOnly(access != Access.WRITE);
        // A URI carries every byte of the path, whatever the locale.
        return new SqliteSession(
                file, config.createConnection("jdbc:sqlite:" + file.toUri() + "?" + access.parameters));
    }

    /** Reads the one row of a result, or all of them. */
    @FunctionalInterface
    interface Reading<T> {
        T of(ResultSet rows) throws SQLException, IOException;
    }

    /** What {@code reading} makes of the rows. */
    <T> T query(String sql, Reading<T> reading, @Nullable Object... arguments) throws IOException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            return reading.of(rows);
        } catch (SQLException e) {
            throw SqliteErrors.of(file, "be read", e);
        } catch (IllegalArgumentException e) {
            throw SqliteErrors.damaged(file, arguments.length == 0 ? sql : String.valueOf(arguments[0]), e);
        }
    }

    /** What {@code row} makes of the first row, if there is one. */
    <T> Optional<T> first(String sql, Reading<T> row, @Nullable Object... arguments) throws IOException {
        return query(sql, rows -> rows.next() ? Optional.of(row.of(rows)) : Optional.<T>empty(), arguments);
    }

    /** What {@code row} makes of each row. */
    <T> List<T> list(String sql, Reading<T> row, @Nullable Object... arguments) throws IOException {
        return query(
                sql,
                rows -> {
                    List<T> all = new ArrayList<>();
                    while (rows.next()) {
                        all.add(row.of(rows));
                    }
                    return all;
                },
                arguments);
    }

    /** Changes rows and tells how many. */
    int change(String sql, @Nullable Object... arguments) throws IOException {
        try {
            return bound(sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw SqliteErrors.of(file, "be changed", e);
        }
    }

    /** Runs statements without arguments or results. */
    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** The first column of the first row of a statement that is used once. */
    @Nullable
    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (argument instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (argument instanceof Integer number) {
                statement.setInt(i + 1, number);
            } else if (argument == null) {
                statement.setObject(i + 1, null);
            } else {
                statement.setString(i + 1, argument.toString());
            }
        }
        return statement;
    }

    @Override
    public void close() throws StoreException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteErrors.of(file, "be closed", e);
        }
    }
}
