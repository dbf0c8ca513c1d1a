package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
