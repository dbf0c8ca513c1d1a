package dev.heddle.store.faults;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * What a store can be made to do with {@link Goods}. Each chore tells a line of a {@link Diary} before it begins and after the
 * store said that it is done; between the two the store may be killed or fail.
 *
 * <p>Any thread may do a chore, as far as the listener can be told by any thread.
 */
final class Chores {

    private final LocalStore store;
    private final Goods goods;
    private final Consumer<String> told;

    Chores(LocalStore store, Goods goods, Consumer<String> told) {
        this.store = store;
        this.goods = goods;
        this.told = told;
    }

    /** Does one chore, as {@code random} decides. */
    void any(Random random) throws IOException {
        int number = random.nextInt(goods.count());
        switch (random.nextInt(4)) {
            case 0, 1 -> add(number);
            case 2 -> batch(List.of(0, 1, 2));
            default -> importAll(List.of(0, 1, 2));
        }
    }

    /** Adds a good by the call for its kind, and before it what it refers to. */
    void add(int number) throws IOException {
        Good good = goods.get(number);
        if (good.kind() == Good.Kind.TEXT) {
            add(number - 1);
        }
        if (good.kind() == Good.Kind.BUILD) {
            build(number);
            return;
        }
        told.accept("will add " + number);
        StorePath path = switch (good.kind()) {
            case TREE -> store.addTree(Goods.name(number), goods.source(number));
            case TEXT -> store.addText(Goods.name(number), goods.text(number), goods.references(good));
            case FILE -> store.addFile(Goods.name(number), goods.source(number));
            case BUILD -> throw new AssertionError("built above");
        };
        check(good, path);
        told.accept("did add " + number);
    }

    /** Builds a good from a derivation, which is added first. */
    void build(int number) throws IOException {
        add(number - 1);
    }

    private static void check(Good good, StorePath path) {
        if (!good.path().equals(path)) {
            throw new AssertionError(good + " has become " + path);
        }
    }

    /** Adds several goods that are not built, all or none. */
    void batch(List<Integer> numbers) throws IOException {
        numbers.forEach(number -> told.accept("will batch " + number));
        try (AddBatch batch = store.batch()) {
            for (int number : numbers) {
                Good good = goods.get(number);
                StorePath path = switch (good.kind()) {
                    case TREE -> batch.addTree(Goods.name(number), goods.source(number));
                    case TEXT -> batch.addText(Goods.name(number), goods.text(number), goods.references(good));
                    case FILE -> batch.addFile(Goods.name(number), goods.source(number));
                    case BUILD -> throw new AssertionError("a batch does not build");
                };
                check(good, path);
            }
            batch.commit();
        }
        numbers.forEach(number -> told.accept("did batch " + number));
    }

    /** Imports what another store exported of these goods. */
    void importAll(List<Integer> numbers) throws IOException {
        numbers.forEach(number -> told.accept("will import " + number));
        List<StorePath> paths = store.importPaths(new ByteArrayInputStream(goods.export(numbers)));
        if (!paths.equals(goods.these(numbers).stream().map(Good::path).toList())) {
            throw new AssertionError("imported " + paths);
        }
        numbers.forEach(number -> told.accept("did import " + number));
    }
}
