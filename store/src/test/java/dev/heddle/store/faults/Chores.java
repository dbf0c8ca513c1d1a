package dev.heddle.store.faults;

import dev.heddle.core.BuildService;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.BuildResult;
import dev.heddle.store.local.CollectOptions;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.VerifyOptions;
import dev.heddle.store.local.VerifyResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * What a store can be made to do with {@link Goods}. Each chore tells a line of a {@link Diary} before it begins and after the
 * store said that it is done; between the two the store may be killed or fail.
 *
 * <p>Any thread may do a chore, as far as the listener can be told by any thread.
 */
final class Chores {

    private static final int KINDS = Good.Kind.values().length;

    /**
     * Held alone by who makes a good invalid or damages it on purpose, so that the order in which things are told is the order
     * in which they happened.
     */
    private final ReadWriteLock order = new ReentrantReadWriteLock();

    private final LocalStore store;
    private final Goods goods;
    private final Consumer<String> told;

    Chores(LocalStore store, Goods goods, Consumer<String> told) {
        this.store = store;
        this.goods = goods;
        this.told = told;
    }

    /** Does one chore that adds, as {@code random} decides. */
    void anyAddition(Random random) throws IOException, InterruptedException {
        int number = random.nextInt(goods.count());
        switch (random.nextInt(4)) {
            case 0, 1 -> add(number);
            case 2 -> batch(List.of(0, 1, 2));
            default -> importAll(List.of(0, 1, 2));
        }
    }

    /** Does one chore, as {@code random} decides; nothing where the store refuses it for a good reason. */
    void any(Random random) throws IOException, InterruptedException {
        int number = random.nextInt(goods.count());
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> anyAddition(random);
            case 3 -> build(number / KINDS * KINDS + Good.Kind.BUILD.ordinal());
            case 4 -> rootIfValid(number);
            case 5 -> unroot(number);
            case 6, 7 -> deleteIfDead(number);
            case 8 -> collect();
            default -> repair(number);
        }
    }

    /** Adds a good by the call for its kind, and before it what it refers to. */
    void add(int number) throws IOException, InterruptedException {
        Good good = goods.get(number);
        if (good.kind() == Good.Kind.TEXT) {
            add(number - 1);
        }
        if (good.kind() == Good.Kind.BUILD) {
            build(number);
            return;
        }
        order.readLock().lock();
        try {
            addOne(number, good);
        } finally {
            order.readLock().unlock();
        }
    }

    private void addOne(int number, Good good) throws IOException {
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
    void build(int number) throws IOException, InterruptedException {
        order.readLock().lock();
        try {
            told.accept("will build " + number);
            StorePath derivation = store.addDerivation(Goods.name(number), goods.derivation(number));
            BuildResult result = store.build(derivation, BuildService.Mode.NORMAL, OutputPort.discard());
            if (!result.isSuccess()) {
                throw new IOException(result.summary());
            }
            if (!store.isValid(goods.get(number).path())) {
                throw new AssertionError(result + " without " + goods.get(number));
            }
            told.accept("did build " + number);
        } finally {
            order.readLock().unlock();
        }
    }

    /** Deletes a good; fails if it is alive. */
    void delete(int number) throws IOException {
        order.writeLock().lock();
        try {
            told.accept("will delete " + number);
            store.collect(CollectOptions.ALL.withOnly(Set.of(goods.get(number).path())));
            told.accept("did delete " + number);
        } finally {
            order.writeLock().unlock();
        }
    }

    private void deleteIfDead(int number) throws IOException {
        order.writeLock().lock();
        try {
            delete(number);
        } catch (StoreException alive) {
            if (store.isValid(goods.get(number).path())) {
                told.accept("did keep " + number);
            }
        } finally {
            order.writeLock().unlock();
        }
    }

    /** Deletes everything that nothing keeps alive. */
    void collect() throws IOException {
        told.accept("will collect 0");
        store.collect(CollectOptions.ALL);
        told.accept("did collect 0");
    }

    private void rootIfValid(int number) throws IOException {
        order.readLock().lock();
        try {
            root(number);
        } catch (StoreException e) {
            if (store.isValid(goods.get(number).path())) {
                throw e;
            }
        } finally {
            order.readLock().unlock();
        }
    }

    /** Keeps a valid good from collections. */
    void root(int number) throws IOException {
        told.accept("will root " + number);
        store.addPermanentRoot(Goods.name(number), goods.get(number).path());
        told.accept("did root " + number);
    }

    private void unroot(int number) throws IOException {
        told.accept("will unroot " + number);
        Files.deleteIfExists(store.layout().state().resolve("gcroots").resolve(Goods.name(number)));
        told.accept("did unroot " + number);
    }

    /** Damages a good, if it is valid, and lets the store mend it. */
    void repair(int number) throws IOException, InterruptedException {
        order.writeLock().lock();
        try {
            Good good = goods.get(number);
            if (store.isValid(good.path())) {
                spoil(good);
                mend(number);
            }
        } finally {
            order.writeLock().unlock();
        }
    }

    /** Damages the files of a good by hand. */
    void spoil(Good good) throws IOException {
        told.accept("will spoil " + good.number());
        Path real = store.layout().real(good.path());
        Path file = good.kind() == Good.Kind.TREE ? real.resolve("data") : real;
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            Files.writeString(file, "spoiled");
        } catch (NoSuchFileException collected) {
            return;
        }
    }

    /** Lets the store mend a good that may be damaged. */
    void mend(int number) throws IOException, InterruptedException {
        Good good = goods.get(number);
        VerifyResult result;
        try {
            result = store.repair(List.of(good.path()), OutputPort.discard());
        } catch (StoreException e) {
            if (store.isValid(good.path())) {
                throw e;
            }
            return;
        }
        if (!result.isGood()) {
            throw new IOException("not mended: " + result.findings());
        }
        told.accept("did repair " + number);
    }

    /** Reads everything about a good and about the whole store. */
    void read(int number) throws IOException, InterruptedException {
        StorePath path = goods.get(number).path();
        store.dump(path, OutputStream.nullOutputStream());
        store.exportPaths(List.of(path), OutputStream.nullOutputStream());
        store.roots(path);
        if (!store.verify(VerifyOptions.CONTENTS, OutputPort.discard()).isGood()) {
            throw new IOException("something in the store is damaged");
        }
    }

    private static void check(Good good, StorePath path) {
        if (!good.path().equals(path)) {
            throw new AssertionError(good + " has become " + path);
        }
    }

    /** Adds several goods that are not built, all or none. */
    void batch(List<Integer> numbers) throws IOException {
        order.readLock().lock();
        try {
            batchInOrder(numbers);
        } finally {
            order.readLock().unlock();
        }
    }

    private void batchInOrder(List<Integer> numbers) throws IOException {
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
        order.readLock().lock();
        try {
            importInOrder(numbers);
        } finally {
            order.readLock().unlock();
        }
    }

    private void importInOrder(List<Integer> numbers) throws IOException {
        numbers.forEach(number -> told.accept("will import " + number));
        List<StorePath> paths = store.importPaths(new ByteArrayInputStream(goods.export(numbers)));
        if (!paths.equals(goods.these(numbers).stream().map(Good::path).toList())) {
            throw new AssertionError("imported " + paths);
        }
        numbers.forEach(number -> told.accept("did import " + number));
    }
}
