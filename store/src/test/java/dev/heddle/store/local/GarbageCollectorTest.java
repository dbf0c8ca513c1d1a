package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.local.CollectOptions.Action;
import dev.heddle.store.nar.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collection takes and what it leaves. */
class GarbageCollectorTest {

    private static final Instant EARLY = Instant.ofEpochSecond(1_000_000);
    private static final Instant LATE = Instant.ofEpochSecond(2_000_000);

    @TempDir
    Path dir;

    private Instant now = EARLY;
    private StoreSettings settings = StoreSettings.DEFAULT;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private LocalStore open() throws IOException {
        return LocalStore.builder(StoreLayout.in(dir.resolve("s")))
                .clock(() -> now)
                .settings(settings)
                .open();
    }

    /** Opens the store for one thing, so that nothing stays a temporary root of it. */
    private <T> T once(Use<T> use) throws IOException {
        try (LocalStore store = open()) {
            return use.of(store);
        }
    }

    private interface Use<T> {
        T of(LocalStore store) throws IOException;
    }

    private StorePath text(String name, StorePath... references) throws IOException {
        return once(store -> store.addText(name, bytes(name), List.of(references)));
    }

    private List<KeptBy> roots(StorePath path) throws IOException {
        return once(store -> store.roots(path));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path real(StorePath path) {
        return dir.resolve("s/store").resolve(path.baseName());
    }

    private CollectResult collect(CollectOptions options) throws IOException {
        return once(store -> store.collect(options));
    }

    private Set<StorePath> valid() throws IOException {
        return once(store -> new TreeSet<>(store.database().page(null, 10_000)));
    }

    @Test
    void whatIsNotReferredToFromARootGoesWithItsFiles() throws IOException {
        StorePath low = text("low");
        StorePath middle = text("middle", low);
        StorePath top = text("top", middle);
        StorePath loose = text("loose", low);
        StorePath above = text("above", loose);
        once(store -> {
            store.addPermanentRoot("keep", top);
            return 0;
        });

        CollectResult result = collect(CollectOptions.ALL);

        assertThat(valid()).containsExactlyInAnyOrder(low, middle, top);
        assertThat(result).isEqualTo(new CollectResult(2, 0, 0, 10));
        assertThat(real(loose)).doesNotExist();
        assertThat(real(above)).doesNotExist();
        assertThat(real(top)).hasContent("top");
        assertThat(StoreTrees.inStore(StoreLayout.in(dir.resolve("s")))).hasSize(3);
        assertThat(StoreTrees.inStaging(StoreLayout.in(dir.resolve("s")))).isEmpty();
        assertThat(collect(CollectOptions.ALL)).isEqualTo(new CollectResult(0, 0, 0, 0));
    }

    @Test
    void whatAProcessHasAddedStaysAsLongAsItLives() throws IOException {
        try (LocalStore store = open()) {
            StorePath path = store.addText("mine", bytes("mine"), List.of());
            assertThat(store.collect(CollectOptions.ALL).paths()).isZero();
            assertThat(store.isValid(path)).isTrue();
            assertThat(store.roots(path))
                    .singleElement()
                    .hasToString("{temp:" + ProcessHandle.current().pid() + "} -> " + path);
        }
        assertThat(collect(CollectOptions.ALL).paths()).isOne();
    }

    @Test
    void anIndirectRootKeepsUntilTheUsersLinkIsGone() throws IOException {
        StorePath path = text("result");
        Path link = dir.resolve("result");
        once(store -> {
            store.addRoot(link, path);
            return 0;
        });
        assertThat(collect(CollectOptions.ALL).paths()).isZero();
        assertThat(roots(path)).singleElement().hasToString(link + " -> " + path);
        Files.delete(link);
        assertThat(collect(CollectOptions.ALL).paths()).isOne();
        assertThat(dir.resolve("s/var/nix/gcroots/auto")).isEmptyDirectory();
    }

    @Test
    void aRootOfWhatIsNotValidIsRefused() throws IOException {
        StorePath path = text("gone");
        collect(CollectOptions.ALL);
        assertThatThrownBy(() -> once(store -> {
                    store.addRoot(dir.resolve("link"), path);
                    return 0;
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not valid");
        assertThat(dir.resolve("link")).doesNotExist();
    }

    @Test
    void derivationsAndOutputsKeepOneAnotherAsTheSettingsSay() throws IOException {
        StorePath source = text("source");
        StorePath derivation = once(store -> store.addDerivation("thing", Derivations.simple(store, "thing", source)));
        StorePath output = once(store -> {
            StorePath made = store.queryOutputs(derivation).get("out");
            store.database().write(transaction -> {
                transaction.register(
                        List.of(dev.heddle.store.PathInfo.of(made, DatabaseContract.digest("x"), 9, List.of())
                                .withDeriver(derivation)));
                return 0;
            });
            return made;
        });
        Files.writeString(real(output), "x");
        once(store -> {
            store.addPermanentRoot("out", output);
            return 0;
        });
        assertThat(deadNames()).isEmpty();
        assertThat(roots(source))
                .singleElement()
                .satisfies(kept -> assertThat(kept.settings()).containsExactly(KeptBy.Setting.KEEP_DERIVATIONS));
        assertThat(roots(output))
                .singleElement()
                .satisfies(kept -> assertThat(kept.settings()).isEmpty());
        settings = settings.withKeepDerivations(false);
        assertThat(deadNames()).containsExactlyInAnyOrder(derivation.toString(), source.toString());
        assertThat(roots(source)).isEmpty();

        Files.delete(dir.resolve("s/var/nix/gcroots/out"));
        once(store -> {
            store.addPermanentRoot("drv", derivation);
            return 0;
        });
        assertThat(deadNames()).containsExactly(output.toString());
        settings = settings.withKeepOutputs(true);
        assertThat(deadNames()).isEmpty();
        assertThat(roots(output))
                .singleElement()
                .satisfies(kept -> assertThat(kept.toString()).endsWith(derivation + " (by keep-outputs)"));
    }

    private Set<String> deadNames() throws IOException {
        Set<String> names = new TreeSet<>();
        collect(CollectOptions.ALL.withAction(Action.LIST_DEAD).withVisitor((name, bytes) -> names.add(name)));
        return names;
    }

    @Test
    void listsTellAndDeleteNothing() throws IOException {
        StorePath kept = text("kept");
        StorePath dead = text("dead");
        Files.writeString(dir.resolve("s/store/stray"), "12345");
        once(store -> {
            store.addPermanentRoot("keep", kept);
            return 0;
        });
        List<String> told = new ArrayList<>();
        CollectOptions list = CollectOptions.ALL.withVisitor((name, bytes) -> told.add(name + " " + bytes));
        CollectResult result = collect(list.withAction(Action.LIST_DEAD));
        assertThat(told).containsExactlyInAnyOrder(dead + " 120", dir.resolve("s/store/stray") + " 5");
        assertThat(result).isEqualTo(new CollectResult(1, 1, 0, 125));
        told.clear();
        assertThat(collect(list.withAction(Action.LIST_LIVE))).isEqualTo(new CollectResult(1, 0, 0, 120));
        assertThat(told).containsExactly(kept + " 120");
        assertThat(valid()).containsExactlyInAnyOrder(kept, dead);
        assertThat(dir.resolve("s/store/stray")).exists();
    }

    @Test
    void aLimitTakesTheLeastRecentlyRegisteredFirstAndReferrersBeforeWhatTheyReferTo() throws IOException {
        StorePath oldLow = text("old-low");
        now = LATE;
        StorePath lateTop = text("late-top", oldLow);
        now = EARLY.plusSeconds(10);
        StorePath second = text("second");
        now = EARLY.plusSeconds(5);
        StorePath first = text("first");
        List<String> told = new ArrayList<>();
        CollectOptions one = CollectOptions.ALL.withVisitor((name, bytes) -> told.add(name));
        // Each file has some bytes: a limit of one is reached by the first.
        for (int i = 0; i < 4; i++) {
            assertThat(collect(one.withMostBytes(1)).paths()).isOne();
        }
        assertThat(told).containsExactly(first.toString(), second.toString(), lateTop.toString(), oldLow.toString());
        assertThat(collect(one.withMostBytes(1)).paths()).isZero();
    }

    @Test
    void aLimitOfNothingTakesNothing() throws IOException {
        text("some");
        assertThat(collect(CollectOptions.ALL.withMostBytes(0)).paths()).isZero();
    }

    @Test
    void onlyWhatIsOldEnoughGoesAndNothingThatAYoungPathRefersTo() throws IOException {
        StorePath used = text("used");
        StorePath old = text("old");
        now = LATE;
        StorePath young = text("young", used);
        CollectResult result = collect(CollectOptions.ALL.withRegisteredBefore(LATE));
        assertThat(result.paths()).isOne();
        assertThat(valid()).containsExactlyInAnyOrder(used, young);
        assertThat(real(old)).doesNotExist();
    }

    @Test
    void singlePathsAreDeletedOrTheRootThatKeepsThemIsNamed() throws IOException {
        StorePath low = text("low");
        StorePath top = text("top", low);
        StorePath other = text("other");
        StorePath kept = text("kept");
        once(store -> {
            store.addPermanentRoot("keep", kept);
            return 0;
        });
        assertThatThrownBy(() -> collect(CollectOptions.ALL.withOnly(Set.of(kept, other))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(kept + ": cannot be deleted since it is still alive: it is kept by")
                .hasMessageContaining("gcroots/keep -> " + kept);
        assertThatThrownBy(() -> collect(CollectOptions.ALL.withOnly(Set.of(low))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(top + " refers to it");
        assertThat(valid()).hasSize(4);
        assertThat(collect(CollectOptions.ALL.withOnly(Set.of(low, top))).paths())
                .isEqualTo(2);
        assertThat(valid()).containsExactlyInAnyOrder(kept, other);
        assertThatThrownBy(() -> collect(CollectOptions.ALL.withOnly(Set.of(low))))
                .hasMessageContaining("is not valid, and has no files");
    }

    @Test
    void whatIsNotValidLeavesTheStoreDirectory() throws IOException {
        StorePath valid = text("valid");
        StorePath half = text("half");
        collect(CollectOptions.ALL.withOnly(Set.of(half)));
        Path store = dir.resolve("s/store");
        Files.createDirectories(real(half).resolve("deep/er"));
        Files.writeString(real(half).resolve("deep/er/file"), "text");
        Files.createFile(store.resolve(valid.baseName() + ".lock"));
        Files.createDirectory(store.resolve("tmp-1234"));
        once(held -> {
            held.addPermanentRoot("keep", valid);
            return 0;
        });
        assertThat(collect(CollectOptions.ALL)).isEqualTo(new CollectResult(0, 3, 0, 4));
        assertThat(StoreTrees.inStore(StoreLayout.in(dir.resolve("s")))).containsExactly(valid.baseName());
    }

    @Test
    void anInvalidPathThatAProcessKeepsIsLeftAlone() throws IOException {
        StorePath building = DatabaseContract.path(4);
        StorePath ours = new StorePath(dir.resolve("s/store").toString(), building.hashPart(), "building");
        try (LocalStore store = open()) {
            store.keeper().keep(List.of(ours));
            Files.createDirectory(real(ours));
            Files.createFile(dir.resolve("s/store").resolve(ours.baseName() + ".lock"));
            assertThat(store.collect(CollectOptions.ALL).leftovers()).isZero();
            assertThat(real(ours)).exists();
        }
        assertThat(collect(CollectOptions.ALL).leftovers()).isEqualTo(2);
    }

    @Test
    void pathsWhoseFilesHaveVanishedAreCollectedAllTheSame() throws IOException {
        StorePath path = text("vanished");
        Files.delete(real(path));
        assertThat(collect(CollectOptions.ALL)).isEqualTo(new CollectResult(1, 0, 0, 0));
        assertThat(valid()).isEmpty();
    }

    @Test
    @Tag("T20")
    void anInterruptedCollectionGoesOnWithTheNext() throws IOException {
        List<StorePath> paths = new ArrayList<>();
        once(store -> {
            try (AddBatch batch = store.batch()) {
                for (int i = 0; i < 2500; i++) {
                    paths.add(batch.addText("t" + i, bytes("t" + i), List.of()));
                }
                batch.commit();
            }
            return 0;
        });
        try (LocalStore store = open()) {
            CollectOptions stopping = CollectOptions.ALL.withVisitor(
                    (name, bytes) -> Thread.currentThread().interrupt());
            assertThatThrownBy(() -> store.collect(stopping))
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            for (StorePath path : paths) {
                assertThat(!store.isValid(path) || Files.exists(real(path))).isTrue();
            }
            assertThat(store.database().page(null, 10_000)).hasSizeBetween(1, 2499);
            store.collect(CollectOptions.ALL);
            assertThat(store.database().page(null, 10_000)).isEmpty();
        }
        assertThat(StoreTrees.inStore(StoreLayout.in(dir.resolve("s")))).isEmpty();
    }

    @Test
    @Tag("T19")
    void aRootThatCannotBeReadStopsTheCollectionBeforeAnythingIsDeleted() throws IOException {
        StorePath path = text("precious");
        Path roots = Files.createDirectories(dir.resolve("s/var/nix/gcroots"));
        Path deep = roots;
        for (int i = 0; i < 70; i++) {
            deep = Files.createDirectory(deep.resolve("d"));
        }
        assertThatThrownBy(() -> collect(CollectOptions.ALL))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("nothing is collected");
        assertThat(valid()).containsExactly(path);
    }
}
