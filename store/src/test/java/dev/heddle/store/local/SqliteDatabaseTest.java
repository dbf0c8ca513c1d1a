package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database in SQLite: the contract, and what only it can show. */
class SqliteDatabaseTest extends DatabaseContract {

    @TempDir
    Path directory;

    @Override
    StoreDatabase open() throws IOException {
        return open(DatabaseSettings.NORMAL);
    }

    private StoreDatabase open(DatabaseSettings settings) throws IOException {
        return SqliteDatabase.open(StoreLayout.below(directory.resolve("root")), settings);
    }

    /** How many paths the hash-part test has; a million in the long run. */
    private static final int PATHS = Integer.getInteger("heddle.hashparts", 5_000);

    @Test
    void hashPartIsFoundByOneLookIntoTheIndexAmongManyPaths() throws Exception {
        StoreLayout layout = StoreLayout.below(directory.resolve("hash-parts"));
        try (StoreDatabase database = SqliteDatabase.open(layout, DatabaseSettings.NORMAL)) {
            for (int from = 0; from < PATHS; from += 10_000) {
                List<PathInfo> infos = IntStream.range(from, Math.min(PATHS, from + 10_000))
                        .mapToObj(number -> info(number))
                        .toList();
                database.write(transaction -> {
                    transaction.register(infos);
                    return null;
                });
            }
            for (int i = 0; i < PATHS; i += PATHS / 100) {
                assertThat(database.pathFromHashPart(path(i).hashPart())).contains(path(i));
                assertThat(database.pathFromHashPart(path(PATHS + i).hashPart()))
                        .isEmpty();
            }
        }
        try (SqliteSession session =
                SqliteSession.open(layout.database().resolve("db.sqlite"), SqliteSession.Access.READ)) {
            assertThat(session.list(
                            "explain query plan " + PathQueries.FROM_HASH_PART,
                            row -> row.getString(4),
                            "/nix/store/0"))
                    .singleElement()
                    .asString()
                    .contains("SEARCH")
                    .contains("INDEX")
                    .contains("path>?");
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void tenThousandPathsBecomeValidInOneTransactionWithinSeconds() throws IOException {
        try (StoreDatabase database =
                SqliteDatabase.open(StoreLayout.in(directory.resolve("many")), DatabaseSettings.NORMAL)) {
            List<PathInfo> infos = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                infos.add(i == 0 ? info(0) : info(i, i / 2));
            }
            database.write(transaction -> {
                transaction.register(infos);
                return null;
            });
            assertThat(database.page(null, 20_000)).hasSize(10_000);
        }
    }
}
