package dev.heddle.samples.store;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.BuildResult;
import dev.heddle.store.local.CollectOptions;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreSettings;
import dev.heddle.store.local.VerifyResult;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Something that is done to a store while its disk fails. Each has numbered goods of its own. */
enum SelftestChore {
    /** Adds a tree. */
    ADD {
        @Override
        List<StorePath> work(LocalStore store, SelftestGoods goods, int number) throws IOException {
            return List.of(store.addTree(SelftestGoods.name(number), goods.tree(number)));
        }
    },
    /** Adds two texts, of which the second refers to the first, by one transaction. */
    BATCH {
        @Override
        List<StorePath> work(LocalStore store, SelftestGoods goods, int number) throws IOException {
            try (AddBatch batch = store.batch()) {
                StorePath first = batch.addText(SelftestGoods.name(number), goods.text(number), List.of());
                StorePath second = batch.addText(SelftestGoods.name(number) + "-2", goods.text(number), List.of(first));
                batch.commit();
                return List.of(first, second);
            }
        }
    },
    /** Builds a derivation. */
    BUILD {
        @Override
        List<StorePath> work(LocalStore store, SelftestGoods goods, int number)
                throws IOException, InterruptedException {
            String name = SelftestGoods.name(number);
            Derivation derivation = derivation(store, name);
            StorePath path = store.addDerivation(name, derivation);
            BuildResult result = store.build(path, Mode.NORMAL, OutputPort.discard());
            if (!result.isSuccess()) {
                throw new StoreException(result.summary());
            }
            List<StorePath> made = new ArrayList<>(List.of(path));
            derivation.outputs().values().forEach(output -> output.knownPath().ifPresent(made::add));
            return made;
        }
    },
    /** Collects one path that nothing keeps. */
    COLLECT {
        @Override
        List<StorePath> prepare(LocalStore store, SelftestGoods goods, int number) throws IOException {
            var unused = store.addTree(SelftestGoods.name(number), goods.tree(number));
            return List.of();
        }

        @Override
        List<StorePath> work(LocalStore store, SelftestGoods goods, int number) throws IOException {
            StorePath dead = StorePath.ofSource(
                    NarHash.ofTree(goods.tree(number), Digest.Algorithm.SHA256),
                    List.of(),
                    store.storeDirectory(),
                    SelftestGoods.name(number));
            if (store.isValid(dead)) {
                store.collect(CollectOptions.ALL.withOnly(Set.of(dead)));
            }
            return List.of();
        }
    },
    /** Repairs a path whose content was changed, by building it again. */
    REPAIR {
        @Override
        List<StorePath> prepare(LocalStore store, SelftestGoods goods, int number)
                throws IOException, InterruptedException {
            List<StorePath> made = BUILD.work(store, goods, number);
            spoil(store.layout().real(made.get(1)));
            return List.of(made.get(0));
        }

        @Override
        List<StorePath> work(LocalStore store, SelftestGoods goods, int number)
                throws IOException, InterruptedException {
            String name = SelftestGoods.name(number);
            StorePath path = derivation(store, name).storePath(store.storeDirectory(), name);
            StorePath made = store.queryOutputs(path).get("out");
            if (made == null) {
                throw new StoreException(path + ": the output that was made is not known any more");
            }
            VerifyResult result = store.repair(List.of(made), OutputPort.discard());
            if (!result.isGood()) {
                throw new StoreException(result.findings().toString());
            }
            return List.of(path, made);
        }
    };

    private static final String PROGRAM = "echo $name >$out";

    /**
     * Makes ready what is worked on, while the disk does not fail. The store is closed and opened again behind it, so that no
     * process keeps anything.
     *
     * @return what is valid from now on, whatever the work does
     */
    List<StorePath> prepare(LocalStore store, SelftestGoods goods, int number)
            throws IOException, InterruptedException {
        return List.of();
    }

    /**
     * Does it, anew if it failed before.
     *
     * @return what is valid now
     */
    abstract List<StorePath> work(LocalStore store, SelftestGoods goods, int number)
            throws IOException, InterruptedException;

    private static Derivation derivation(LocalStore store, String name) {
        SortedMap<String, Derivation.Output> outputs = new TreeMap<>();
        outputs.put("out", new Derivation.Output.Deferred());
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("name", name);
        environment.put("out", "");
        Derivation blank = new Derivation(
                outputs,
                new TreeMap<>(),
                new TreeSet<>(),
                StoreSettings.DEFAULT.system(),
                "/bin/sh",
                List.of("-c", PROGRAM),
                environment);
        return new OutputPaths().resolve(store.storeDirectory(), name, blank, path -> {
            throw new AssertionError("BUG: " + path + " is asked for by a derivation without inputs");
        });
    }

    private static void spoil(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(file, "spoilt\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }
}
