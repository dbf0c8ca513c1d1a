package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.disk.SimulatedDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The power is cut after each call that a collection makes to its disk. */
@Tag("T15")
class CollectPowerCutTest {

    private static final int CUTS = Integer.getInteger("heddle.store.cutsPerCall", 5);
    private static final StoreLayout LAYOUT = StoreLayout.in(Path.of("/heddle"));

    private final Random random = new Random(Long.getLong("heddle.seed", 41));
    private final List<StorePath> live = new ArrayList<>();
    private final List<StorePath> dead = new ArrayList<>();
    private boolean told;
    private long cuts;
    private long goneAlready;

    private static StorePath add(LocalStore store, String text, List<StorePath> references) throws IOException {
        return store.addText(text, text.getBytes(StandardCharsets.UTF_8), references);
    }

    private void fill(LocalStore store) throws IOException {
        live.add(add(store, "low", List.of()));
        live.add(add(store, "high", List.copyOf(live)));
        store.addPermanentRoot("high", live.get(1));
        for (int i = 0; i < 6; i++) {
            dead.add(add(store, "dead" + i, i % 2 == 0 ? live : dead.subList(i - 1, i)));
        }
    }

    @Test
    void whatIsAliveStaysAndWhatIsValidIsRightAfterAPowerCutAtAnyCallOfACollection() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (LocalStore store = ModelStores.open(LAYOUT, disk, 1)) {
            fill(store);
            disk.afterEachCall(call -> {
                for (int i = 0; i < CUTS; i++) {
                    boolean before = told;
                    SimulatedDisk image = disk.crashed(random);
                    try {
                        check(image, before);
                    } catch (IOException e) {
                        throw new UncheckedIOException("cut after " + call, e);
                    }
                }
            });
            assertThat(store.collect(CollectOptions.ALL).paths()).isEqualTo(dead.size());
            told = true;
        }
        assertThat(goneAlready).as("cuts in the midst").isPositive();
        Counters.tell("G3", getClass(), cuts + " power cuts in a collection, 0 live paths lost, 0 wrong");
    }

    private void check(SimulatedDisk image, boolean collected) throws IOException {
        cuts++;
        try (LocalStore store = ModelStores.open(LAYOUT, image, 3)) {
            assertThat(store.queryValid(live)).containsAll(live);
            List<StorePath> valid = store.database().page(null, 100);
            for (StorePath path : valid) {
                store.dump(path, OutputStream.nullOutputStream());
            }
            if (collected) {
                assertThat(valid).hasSameElementsAs(live);
            } else {
                goneAlready += valid.size() < live.size() + dead.size() ? 1 : 0;
            }
            store.collect(CollectOptions.ALL);
            assertThat(store.database().page(null, 100)).hasSameElementsAs(live);
        }
    }
}
