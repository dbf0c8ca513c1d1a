package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.local.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs that added files survive a power cut. How many files is the system property {@code heddle.store.durable.files}; the
 * goal, a quarter more time at the most, is for 10,000. A busy disk must not fail the test, so that only a sync for each file would.
 */
final class DurabilityCostTest {

    private static final int FILES = Integer.getInteger("heddle.store.durable.files", 2_000);
    private static final int ROUNDS = 5;
    private static final double FAR_TOO_MUCH = 4;

    @TempDir
    Path directory;

    @Test
    void batchesOfSmallFilesArePublishedWithAFewSyncs() throws Exception {
        Path sources = Files.createDirectory(directory.resolve("sources"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(sources.resolve("file" + i), "file " + i + "\n");
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = -1; round < ROUNDS; round++) {
            boolean syncedFirst = round % 2 == 0;
            double first = seconds(sources, "a" + round, syncedFirst);
            double second = seconds(sources, "b" + round, !syncedFirst);
            if (round >= 0) {
                ratios.add(syncedFirst ? first / second : second / first);
            }
        }
        Collections.sort(ratios);
        double median = ratios.get(ROUNDS / 2);
        Counters.tell(
                "G23",
                getClass(),
                String.format(
                        Locale.ROOT,
                        "%,d small files, durable against not: %.2f of the time, %.2f to %.2f in %d rounds",
                        FILES,
                        median,
                        ratios.get(0),
                        ratios.get(ROUNDS - 1),
                        ROUNDS));
        assertThat(median).isLessThan(FAR_TOO_MUCH);
    }

    private double seconds(Path sources, String name, boolean sync) throws Exception {
        StoreLayout layout = StoreLayout.in(directory.resolve(name));
        StoreSettings settings = StoreSettings.DEFAULT.withSync(sync);
        try (LocalStore store = LocalStore.builder(layout).settings(settings).open();
                AddBatch batch = store.batch()) {
            long began = System.nanoTime();
            for (int i = 0; i < FILES; i++) {
                batch.addTree("file" + i, sources.resolve("file" + i));
            }
            batch.commit();
            return (System.nanoTime() - began) / 1e9;
        }
    }
}
