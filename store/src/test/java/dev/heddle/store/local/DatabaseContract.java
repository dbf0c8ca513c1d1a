package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database of a store does, whatever keeps it. */
abstract class DatabaseContract {

    static final String STORE = "/nix/store";

    private StoreDatabase database;

    /** Opens the database of this test; called again after it was closed, it finds what was written. */
    abstract StoreDatabase open() throws IOException;

    @BeforeEach
    final void openFirst() throws IOException {
        database = open();
    }

    @AfterEach
    final void closeLast() throws IOException {
        database.close();
    }

    static StorePath path(int number) {
        return StorePath.of("test", digest("path " + number), STORE, "path-" + number);
    }

    static Digest digest(String of) {
        return Digest.ofContent(Digest.Algorithm.SHA256, of.getBytes(StandardCharsets.UTF_8));
    }

    static PathInfo info(int number, Integer... references) {
        return PathInfo.of(
                path(number),
                digest("content " + number),
                100 + number,
                Arrays.stream(references).map(DatabaseContract::path).toList());
    }

    private void register(PathInfo... infos) throws IOException {
        register(List.of(infos));
    }

    private void register(Collection<PathInfo> infos) throws IOException {
        database.write(transaction -> {
            transaction.register(infos);
            return null;
        });
    }

    private void reopen() throws IOException {
        database.close();
        database = open();
    }

    @Test
    void everythingThatIsKnownOfAPathComesBackAfterReopening() throws IOException {
        String signature = "key-1:" + Base64.getEncoder().encodeToString(new byte[64]);
        PathInfo full = new PathInfo(
                path(1),
                digest("x"),
                Long.MAX_VALUE,
                new TreeSet<>(List.of(path(1), path(2))),
                path(9),
                java.time.Instant.ofEpochSecond(1_700_000_000),
                true,
                new TreeSet<>(List.of(PathSignature.parse(signature), PathSignature.parse("other" + signature))),
                ContentAddress.parse("fixed:r:" + digest("y")));
        register(full, info(2));

        reopen();

        assertThat(database.pathInfo(path(1))).contains(full);
        assertThat(database.pathInfo(path(2))).contains(info(2));
        assertThat(database.pathInfo(path(9))).isEmpty();
        assertThat(database.isValid(path(1))).isTrue();
        assertThat(database.isValid(path(9))).isFalse();
        assertThat(database.references(path(1))).containsExactlyInAnyOrder(path(1), path(2));
        assertThat(database.referrers(path(2))).containsExactly(path(1));
        assertThat(database.referrers(path(1))).containsExactly(path(1));
    }

    @Test
    void pathIsFoundByItsHashPart() throws IOException {
        for (int i = 0; i < 50; i++) {
            register(info(i));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(database.pathFromHashPart(path(i).hashPart())).contains(path(i));
        }
        assertThat(database.pathFromHashPart(path(50).hashPart())).isEmpty();
        assertThat(database.pathFromHashPart("0".repeat(32))).isEmpty();
        assertThat(database.pathFromHashPart("z".repeat(32))).isEmpty();
        assertThat(database.pathFromHashPart(path(1).hashPart().substring(0, 31)))
                .isEmpty();
    }

    @Test
    void pagesGoThroughAllPathsInOrder() throws IOException {
        List<PathInfo> infos = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            infos.add(info(i));
        }
        register(infos);
        List<StorePath> seen = new ArrayList<>();
        List<StorePath> page = database.page(null, 10);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(10);
            seen.addAll(page);
            page = database.page(page.get(page.size() - 1), 10);
        }
        assertThat(seen).isEqualTo(infos.stream().map(PathInfo::path).sorted().toList());
    }

    @Test
    void referenceToAPathThatIsNotValidIsRefusedAndNothingIsKept() throws IOException {
        assertThatThrownBy(() -> register(info(1), info(2, 1, 3)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(path(2).toString())
                .hasMessageContaining(path(3).toString());
        assertThat(database.page(null, 10)).isEmpty();
    }

    @Test
    void referencesInACircleAreRefused() throws IOException {
        assertThatThrownBy(() -> register(info(1, 2), info(2, 3), info(3, 1), info(4)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("circle");
        assertThat(database.page(null, 10)).isEmpty();
    }

    @Test
    void pathThatIsRegisteredAgainIsWhatItWasRegisteredAsLast() throws IOException {
        register(info(1), info(2), info(3, 1));
        register(info(3, 2).withUltimate(true));
        assertThat(database.pathInfo(path(3))).contains(info(3, 2).withUltimate(true));
        assertThat(database.referrers(path(1))).isEmpty();
    }

    @Test
    void updateChangesAllButTheReferences() throws IOException {
        register(info(1), info(2, 1));
        PathInfo changed = new PathInfo(
                path(2),
                digest("other"),
                7,
                new TreeSet<>(List.of(path(1))),
                path(5),
                java.time.Instant.ofEpochSecond(9),
                true,
                new TreeSet<>(),
                null);
        database.write(transaction -> {
            transaction.update(changed);
            return null;
        });
        assertThat(database.pathInfo(path(2))).contains(changed);
        assertThatThrownBy(() -> database.write(transaction -> {
                    transaction.update(info(8));
                    return null;
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not valid");
    }

    @Test
    void pathThatIsReferredToStaysValidUntilItsReferrersGo() throws IOException {
        register(info(1), info(2, 1, 2), info(3, 2));
        assertThatThrownBy(() -> invalidate(path(1), path(2)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(path(3).toString());
        assertThat(database.isValid(path(1))).isTrue();
        assertThat(database.references(path(2))).containsExactlyInAnyOrder(path(1), path(2));

        invalidate(path(1), path(2), path(3), path(4));

        reopen();
        assertThat(database.page(null, 10)).isEmpty();
    }

    private void invalidate(StorePath... paths) throws IOException {
        database.write(transaction -> {
            transaction.invalidate(List.of(paths));
            return null;
        });
    }

    @Test
    void outputsAreKnownFromBothSidesUntilTheDerivationGoes() throws IOException {
        register(info(1), info(2));
        Map<String, StorePath> outputs = Map.of("out", path(10), "doc", path(11));
        database.write(transaction -> {
            transaction.registerOutputs(path(1), Map.of("old", path(12)));
            transaction.registerOutputs(path(1), outputs);
            transaction.registerOutputs(path(2), Map.of("out", path(10)));
            return null;
        });
        reopen();
        assertThat(database.outputs(path(1))).isEqualTo(new TreeMap<>(outputs));
        assertThat(database.derivers(path(10))).containsExactlyInAnyOrder(path(1), path(2));
        assertThat(database.derivers(path(12))).isEmpty();

        invalidate(path(1));
        assertThat(database.outputs(path(1))).isEmpty();
        assertThat(database.derivers(path(10))).containsExactly(path(2));
    }

    @Test
    void outputsOfAnInvalidDerivationAreRefused() {
        assertThatThrownBy(() -> database.write(transaction -> {
                    transaction.registerOutputs(path(1), Map.of("out", path(2)));
                    return null;
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(path(1).toString());
    }

    @Test
    void replacementIsRememberedUntilItEnds() throws IOException {
        register(info(1), info(2, 1));
        PathInfo next = info(2, 1, 2).withUltimate(true).withDeriver(path(7));
        database.write(transaction -> {
            transaction.beginReplacement(path(2), "tree-1", next);
            return null;
        });
        reopen();
        List<StoreDatabase.Replacement> begun = database.write(StoreDatabase.Transaction::replacements);
        assertThat(begun).containsExactly(new StoreDatabase.Replacement(path(2), "tree-1", next));
        database.write(transaction -> {
            transaction.endReplacement(path(2));
            return null;
        });
        reopen();
        assertThat(database.write(StoreDatabase.Transaction::replacements)).isEmpty();
    }

    @Test
    void workThatThrowsLeavesNothing() throws IOException {
        IOException thrown = new IOException("on purpose");
        assertThatThrownBy(() -> database.write(transaction -> {
                    transaction.register(List.of(info(1)));
                    assertThat(transaction.isValid(path(1))).isTrue();
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThat(database.isValid(path(1))).isFalse();
        register(info(2));
        assertThat(database.isValid(path(2))).isTrue();
    }

    @Test
    void failureThatIsCaughtInsideATransactionSpoilsItAllTheSame() throws IOException {
        assertThatThrownBy(() -> database.write(transaction -> {
                    transaction.register(List.of(info(1)));
                    try {
                        transaction.register(List.of(info(2, 9)));
                    } catch (StoreException e) {
                        return "as if nothing were";
                    }
                    return "not reached";
                }))
                .isInstanceOf(StoreException.class);
        assertThat(database.page(null, 10)).isEmpty();
    }

    @Test
    void transactionSeesItsOwnChangesAndIsOverWhenItIsOver() throws IOException {
        StoreDatabase.Transaction kept = database.write(transaction -> {
            transaction.register(List.of(info(1), info(2, 1)));
            assertThat(transaction.referrers(path(1))).containsExactly(path(2));
            assertThat(transaction.pathInfo(path(2))).contains(info(2, 1));
            return transaction;
        });
        assertThatThrownBy(() -> kept.isValid(path(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kept.invalidate(List.of(path(2)))).isInstanceOf(IllegalStateException.class);
        assertThat(database.isValid(path(2))).isTrue();
    }

    @Test
    void writeInsideAWriteIsRefused() throws IOException {
        assertThatThrownBy(() -> database.write(outer -> database.write(inner -> null)))
                .isInstanceOf(IllegalStateException.class);
        register(info(1));
        assertThat(database.isValid(path(1))).isTrue();
    }

    @Test
    void writersTakeTurnsAndReadersSeeWholeTransactions() throws Exception {
        int threads = 6;
        ExecutorService executor = Executors.newFixedThreadPool(threads + 2);
        AtomicInteger inside = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int base = 1000 * (t + 1);
            writers.add(executor.submit(() -> {
                start.await();
                for (int i = 0; i < 10; i++) {
                    PathInfo low = info(base + 2 * i);
                    PathInfo high = info(base + 2 * i + 1, base + 2 * i);
                    database.write(transaction -> {
                        assertThat(inside.incrementAndGet()).isOne();
                        transaction.register(List.of(low));
                        transaction.register(List.of(high));
                        inside.decrementAndGet();
                        return null;
                    });
                }
                return null;
            }));
        }
        List<Future<?>> readers = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            readers.add(executor.submit(() -> {
                start.await();
                int count = 0;
                while (count < 2 * 10 * threads) {
                    count = database.page(null, 1000).size();
                    assertThat(count % 2).isZero();
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : writers) {
            each.get();
        }
        for (Future<?> each : readers) {
            each.get();
        }
        executor.shutdown();
        assertThat(database.page(null, 1000)).hasSize(2 * 10 * threads);
    }

    @Test
    void interruptEndsTheWaitOfAWriterAndTheOneInsideGoesOn() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> first = executor.submit(() -> database.write(transaction -> {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            transaction.register(List.of(info(1)));
            return null;
        }));
        inside.await();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> register(info(2))).isInstanceOf(java.io.InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        leave.countDown();
        first.get();
        executor.shutdown();
        assertThat(database.page(null, 10)).containsExactly(path(1));
    }

    @Test
    void closedDatabaseRefusesEverything() throws IOException {
        database.close();
        database.close();
        assertThatThrownBy(() -> database.isValid(path(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> database.write(transaction -> null)).isInstanceOf(IllegalStateException.class);
    }
}
