package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.StoreSurvey.Counted;
import dev.heddle.store.local.StoreSurvey.Surveyor;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** All valid paths at once, in SQL; row for row, so that the room they take is that of the one who asks. */
final class SurveyQueries {

    private static final String PATHS = "select id, registrationTime from ValidPaths order by id";
    private static final String REFERENCES = "select referrer, reference from Refs order by referrer, reference";
    /** Cross joins keep the order of the tables, so that nothing must be sorted. */
    private static final String OUTPUTS = "select o.drv, v.id, v.deriver = d.path from DerivationOutputs o"
            + " cross join ValidPaths v on v.path = o.path cross join ValidPaths d on d.id = o.drv order by o.drv";

    private final Path file;
    private final SqliteSession session;

    SurveyQueries(Path file, SqliteSession session) {
        this.file = file;
        this.session = session;
    }

    void survey(Surveyor surveyor) throws IOException {
        run("begin");
        try {
            rows(PATHS, row -> surveyor.path(row.getLong(1), row.getLong(2)));
            rows(REFERENCES, row -> surveyor.reference(row.getLong(1), row.getLong(2)));
            rows(OUTPUTS, row -> surveyor.output(row.getLong(1), row.getLong(2), row.getBoolean(3)));
        } finally {
            run("commit");
        }
    }

    List<Counted> paths(long... numbers) throws IOException {
        List<Counted> paths = new ArrayList<>(numbers.length);
        for (long number : numbers) {
            session.first(
                            "select path, narSize from ValidPaths where id = ?",
                            row -> new Counted(number, StorePath.parse(row.getString(1)), row.getLong(2)),
                            number)
                    .ifPresent(paths::add);
        }
        return paths;
    }

    private void run(String sql) throws IOException {
        try {
            session.run(sql);
        } catch (SQLException e) {
            throw SqliteErrors.of(file, "be read", e);
        }
    }

    private void rows(String sql, Row row) throws IOException {
        session.query(sql, rows -> {
            while (rows.next()) {
                row.read(rows);
            }
            return true;
        });
    }

    /** What is done with each row. */
    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException, IOException;
    }
}
