package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of simulations does what the one in SQLite does, and survives a cut inside its journal. */
class ModelDatabaseTest extends DatabaseContract {

    @TempDir
    Path directory;

    @Override
    StoreDatabase open() throws IOException {
        return ModelDatabase.open(Disk.system(), StoreLayout.below(directory.resolve("root")));
    }

    @Test
    void journalThatWasCutAnywhereHoldsWholeTransactionsAndTakesMore() throws IOException {
        StoreLayout layout = StoreLayout.in(directory.resolve("cut"));
        try (StoreDatabase database = ModelDatabase.open(Disk.system(), layout)) {
            for (int i = 0; i < 3; i++) {
                int number = 2 * i;
                database.write(transaction -> {
                    transaction.register(List.of(info(number), info(number + 1, number)));
                    return null;
                });
            }
        }
        Path journal = layout.database().resolve("journal");
        byte[] whole = Files.readAllBytes(journal);
        for (int length = 0; length <= whole.length; length += 7) {
            Files.write(journal, Arrays.copyOf(whole, length));
            int found;
            try (StoreDatabase database = ModelDatabase.open(Disk.system(), layout)) {
                found = database.page(null, 10).size();
                assertThat(found % 2).isZero();
                database.write(transaction -> {
                    transaction.register(List.of(info(99)));
                    return null;
                });
            }
            try (StoreDatabase database = ModelDatabase.open(Disk.system(), layout)) {
                assertThat(database.page(null, 10)).hasSize(found + 1).contains(path(99));
            }
        }
    }
}
