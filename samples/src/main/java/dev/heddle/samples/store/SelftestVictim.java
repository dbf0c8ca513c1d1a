package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that puts {@link SelftestGoods} into a store until it is killed, and writes {@code did PATH} to standard output for
 * each path as soon as the store has said that it is valid.
 */
final class SelftestVictim {

    private static final int BATCH = 5;

    private SelftestVictim() {}

    /**
     * Works.
     *
     * @param arguments the store's directory, that of the goods, their seed, and the number of the first one
     */
    public static void main(String[] arguments) throws IOException {
        SelftestGoods goods = new SelftestGoods(Path.of(arguments[1]), Long.parseLong(arguments[2]));
        int number = Integer.parseInt(arguments[3]);
        try (LocalStore store = LocalStore.open(Path.of(arguments[0]))) {
            // Whoever started this ends it, and so does the last number.
            while (number < Integer.MAX_VALUE - BATCH) {
                tell(List.of(store.addTree(SelftestGoods.name(number), goods.tree(number))));
                number++;
                try (AddBatch batch = store.batch()) {
                    List<StorePath> paths = new ArrayList<>();
                    for (int end = number + BATCH; number < end; number++) {
                        paths.add(batch.addText(SelftestGoods.name(number), goods.text(number), List.of()));
                    }
                    batch.commit();
                    tell(paths);
                }
            }
        }
    }

    private static void tell(List<StorePath> paths) {
        paths.forEach(path -> System.out.println("did " + path));
        System.out.flush();
    }
}
