package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.NixPeer;
import dev.heddle.store.PathInfo;
import dev.heddle.store.local.CollectOptions.Action;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collections, roots and links of a store that Heddle and real Nix share. */
@Tag("peer")
class CollectPeerTest {

    @TempDir
    Path dir;

    private NixPeer nix;
    private StoreLayout layout;
    private final List<StorePath> all = new ArrayList<>();

    @BeforeEach
    void nixIsThere() throws IOException {
        NixPeer.needed();
        nix = new NixPeer(dir);
        layout = StoreLayout.below(dir.resolve("nix-root"));
    }

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private LocalStore open(boolean keepOutputs, boolean keepDerivations) throws IOException {
        return LocalStore.builder(layout)
                .settings(StoreSettings.DEFAULT.withKeepOutputs(keepOutputs).withKeepDerivations(keepDerivations))
                .open();
    }

    /** Texts that refer to one another, derivations on some of them, and outputs of some of those. */
    private void fill(Random random) throws IOException {
        try (LocalStore store = open(false, true)) {
            for (int i = 0; i < 40; i++) {
                String name = "thing" + i;
                if (i % 4 != 3) {
                    Collection<StorePath> references = new TreeSet<>();
                    for (int j = random.nextInt(3); j > 0 && !all.isEmpty(); j--) {
                        references.add(all.get(random.nextInt(all.size())));
                    }
                    all.add(store.addText(name, name.getBytes(StandardCharsets.UTF_8), references));
                } else {
                    StorePath source = all.get(random.nextInt(all.size()));
                    StorePath derivation = store.addDerivation(name, Derivations.simple(store, name, source));
                    all.add(derivation);
                    if (random.nextBoolean()) {
                        all.add(output(store, derivation, source, random.nextBoolean()));
                    }
                }
            }
        }
    }

    private StorePath output(LocalStore store, StorePath derivation, StorePath reference, boolean told)
            throws IOException {
        StorePath output = store.queryOutputs(derivation).get("out");
        Path file = Files.writeString(layout.real(output), "made of " + reference);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("r--r--r--"));
        NarHash hash = NarHash.ofTree(file);
        PathInfo info = PathInfo.of(output, hash.digest(), hash.size(), List.of(reference));
        store.database().write(transaction -> {
            transaction.register(List.of(told ? info.withDeriver(derivation) : info));
            return null;
        });
        return output;
    }

    private void root(int index) throws IOException {
        try (LocalStore store = open(false, true)) {
            if (index % 2 == 0) {
                store.addRoot(dir.resolve("links/result" + index), all.get(index));
            } else {
                store.addPermanentRoot("root" + index, all.get(index));
            }
        }
    }

    private Set<String> dead(boolean keepOutputs, boolean keepDerivations) throws IOException {
        Set<String> names = new TreeSet<>();
        try (LocalStore store = open(keepOutputs, keepDerivations)) {
            store.collect(
                    CollectOptions.ALL.withAction(Action.LIST_DEAD).withVisitor((name, bytes) -> names.add(name)));
        }
        return names;
    }

    private static String[] with(boolean keepOutputs, boolean keepDerivations, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--option", "keep-outputs", "" + keepOutputs));
        words.addAll(List.of("--option", "keep-derivations", "" + keepDerivations));
        return words.toArray(new String[0]);
    }

    @Test
    void bothFindTheSamePathsDeadAndTheSameRootsWithAllSettings() throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 11));
        fill(random);
        for (int i = 0; i < 5; i++) {
            root(random.nextInt(all.size()));
        }
        for (boolean outputs : new boolean[] {false, true}) {
            for (boolean derivations : new boolean[] {false, true}) {
                Set<String> dead = dead(outputs, derivations);
                assertThat(new TreeSet<>(
                                nix.lines(null, with(outputs, derivations, "nix-store", "--gc", "--print-dead"))))
                        .as("keep-outputs %s, keep-derivations %s", outputs, derivations)
                        .isEqualTo(dead)
                        .isNotEmpty();
                try (LocalStore store = open(outputs, derivations)) {
                    for (int i = 0; i < all.size(); i += 6) {
                        StorePath path = all.get(i);
                        Set<String> ours = new TreeSet<>();
                        for (KeptBy kept : store.roots(path)) {
                            if (!(kept.root() instanceof Root.Temporary)) {
                                ours.add(kept.root().toString());
                            }
                        }
                        assertThat(new TreeSet<>(nix.lines(
                                        null,
                                        with(outputs, derivations, "nix-store", "-q", "--roots", path.toString()))))
                                .as("roots of %s, keep-outputs %s, keep-derivations %s", path, outputs, derivations)
                                .isEqualTo(ours);
                        assertThat(ours.isEmpty()).isEqualTo(dead.contains(path.toString()));
                    }
                }
            }
        }
    }

    @Test
    void aStoreThatOneHasCollectedIsWholeForTheOther() throws Exception {
        Random random = new Random(Long.getLong("heddle.seed", 12));
        fill(random);
        root(3);
        root(10);
        Set<String> dead = dead(false, true);
        Set<String> live = new TreeSet<>();
        all.forEach(path -> live.add(path.toString()));
        live.removeAll(dead);
        try (LocalStore store = open(false, true)) {
            assertThat(store.collect(CollectOptions.ALL).paths()).isEqualTo(dead.size());
        }
        assertThat(new TreeSet<>(nix.lines(null, "nix-store", "--gc", "--print-dead")))
                .isEmpty();
        assertThat(new TreeSet<>(nix.lines(null, "nix-store", "--gc", "--print-live")))
                .isEqualTo(live);
        nix.run(null, "nix-store", "--verify", "--check-contents");
    }

    @Test
    void aStoreThatNixHasFilledAndRootedIsCollectedTheSame() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "of Nix");
        List<StorePath> added = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Path source = Files.writeString(dir.resolve("nix" + i), "of Nix " + i);
            added.add(StorePath.parse(
                    nix.lines(null, "nix-store", "--add", source.toString()).get(0)));
        }
        Path link = dir.resolve("nix-result");
        nix.run(
                null,
                "nix-store",
                "--add-root",
                link.toString(),
                "--indirect",
                "-r",
                added.get(2).toString());
        String auto = GcRoots.autoName(dev.heddle.store.disk.RawName.of(link.toString()));
        assertThat(layout.roots().resolve("auto").resolve(auto)).isSymbolicLink();
        try (LocalStore store = open(false, true)) {
            assertThat(store.roots(added.get(2))).singleElement().hasToString(link + " -> " + added.get(2));
        }
        Set<String> dead = dead(false, true);
        assertThat(new TreeSet<>(nix.lines(null, "nix-store", "--gc", "--print-dead")))
                .isEqualTo(dead)
                .hasSize(3);
        assertThat(file).exists();
        try (LocalStore store = open(false, true)) {
            assertThat(store.collect(CollectOptions.ALL).paths()).isEqualTo(3);
        }
        assertThat(StoreTrees.inStore(layout))
                .containsExactly(".links", added.get(2).baseName());
        nix.run(null, "nix-store", "--verify", "--check-contents");
        assertThat(nix.lines(null, "nix-store", "--gc", "--print-dead")).isEmpty();
    }

    @Test
    @Tag("T20")
    void whatNixLeavesAfterDeletingIsWholeForHeddle() throws Exception {
        fill(new Random(Long.getLong("heddle.seed", 13)));
        root(4);
        root(9);
        Set<String> dead = dead(false, true);
        Set<StorePath> live = new TreeSet<>(all);
        live.removeIf(path -> dead.contains(path.toString()));
        nix.run(null, "nix-store", "--gc");
        try (LocalStore store = open(false, true)) {
            assertThat(store.queryValid(all)).isEqualTo(live).isNotEmpty();
            assertThat(store.verify(VerifyOptions.CONTENTS, OutputPort.discard())
                            .findings())
                    .isEmpty();
            assertThat(store.collect(CollectOptions.ALL)).isEqualTo(new CollectResult(0, 0, 0, 0));
        }
    }

    @Test
    void theLinksOfOneAreThoseOfTheOther() throws Exception {
        for (Map.Entry<String, String> tree :
                Map.of("one", "dup", "two", "dup", "three", "other").entrySet()) {
            Path source = Files.createDirectories(dir.resolve("trees").resolve(tree.getKey()));
            Files.writeString(source.resolve("a"), tree.getValue().repeat(40));
            Files.writeString(source.resolve("b"), "common".repeat(40));
            Path executable = Files.writeString(source.resolve("x"), "common".repeat(40));
            Files.setPosixFilePermissions(
                    executable, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            nix.run(null, "nix-store", "--add", source.toString());
        }
        Path links = layout.real().resolve(".links");
        try (LocalStore store = open(false, true)) {
            OptimiseResult result = store.optimise();
            assertThat(result).isEqualTo(new OptimiseResult(9, 5, 4 * 240 + 120, 0));
            assertThat(store.optimise()).isEqualTo(new OptimiseResult(9, 0, 0, 0));
        }
        Set<String> ours = new TreeSet<>(StoreTrees.names(links));
        nix.run(null, "nix-store", "--optimise");
        assertThat(new TreeSet<>(StoreTrees.names(links))).isEqualTo(ours).hasSize(4);
        nix.run(null, "nix-store", "--verify", "--check-contents");
        try (LocalStore store = open(false, true)) {
            assertThat(store.collect(CollectOptions.ALL)).isEqualTo(new CollectResult(3, 0, 4, 120 * 2 + 240 * 2 + 80));
        }
    }
}
