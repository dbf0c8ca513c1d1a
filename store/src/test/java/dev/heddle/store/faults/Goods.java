package dev.heddle.store.faults;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.ExportWriter;
import dev.heddle.store.PathInfo;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A fixed number of things with known content, the same in every process that makes them in the same directory. */
final class Goods {

    private final Path sources;
    private final String storeDirectory;
    private final int count;
    private final Map<Integer, Good> made = new HashMap<>();

    /**
     * Makes nothing yet: each good is made when it is asked for, unless its source is there already.
     *
     * @param sources a directory outside of the store
     * @param storeDirectory what the paths are named for
     * @param count how many there are for those who take any of them
     */
    Goods(Path sources, String storeDirectory, int count) throws IOException {
        this.sources = Files.createDirectories(sources);
        this.storeDirectory = storeDirectory;
        this.count = count;
    }

    String storeDirectory() {
        return storeDirectory;
    }

    /** Those that were asked for until now. */
    synchronized List<Good> made() {
        return List.copyOf(made.values());
    }

    /** The good at a path, if it was asked for until now. */
    Optional<Good> find(StorePath path) {
        return made().stream().filter(good -> good.path().equals(path)).findFirst();
    }

    /** What a store must know of a good. */
    PathInfo info(Good good) throws IOException {
        return PathInfo.of(good.path(), good.hash().digest(), good.hash().size(), references(good));
    }

    int count() {
        return count;
    }

    synchronized Good get(int number) throws IOException {
        Good good = made.get(number);
        if (good == null) {
            Path source = source(number);
            Good.Kind kind = kind(number);
            if (!Files.exists(source)) {
                make(number, source, kind);
            }
            good = new Good(number, kind, path(number, kind), NarHash.ofTree(source));
            made.put(number, good);
        }
        return good;
    }

    /** All of them. */
    List<Good> all() throws IOException {
        return these(IntStream.range(0, count).boxed().toList());
    }

    /** Those with these numbers. */
    List<Good> these(Collection<Integer> numbers) throws IOException {
        List<Good> goods = new ArrayList<>();
        for (int number : numbers) {
            goods.add(get(number));
        }
        return goods;
    }

    /** What it is made from; for a build, a file with what must come of it. */
    Path source(int number) {
        return sources.resolve("good-" + number);
    }

    static String name(int number) {
        return "good-" + number;
    }

    byte[] text(int number) throws IOException {
        return Files.readAllBytes(source(number));
    }

    /** What a text refers to. */
    List<StorePath> references(Good good) throws IOException {
        return good.kind() == Good.Kind.TEXT ? List.of(get(good.number() - 1).path()) : List.of();
    }

    /** The derivation that makes a good. */
    Derivation derivation(int number) {
        Derivation unresolved = new Derivation(
                new TreeMap<>(Map.of("out", new Derivation.Output.Deferred())),
                new TreeMap<>(),
                new TreeSet<>(),
                "x86_64-linux",
                "/bin/sh",
                List.of("-c", "echo building " + number + "; echo built " + number + " > $out"),
                new TreeMap<>(Map.of("name", name(number), "out", "")));
        return new OutputPaths().resolve(storeDirectory, name(number), unresolved, path -> unresolved);
    }

    /** An export of some goods, as another store would write it. */
    byte[] export(List<Integer> numbers) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ExportWriter writer = new ExportWriter(bytes);
        for (int number : numbers) {
            Good good = get(number);
            writer.write(info(good), out -> NarWriter.dump(source(number), out));
        }
        writer.finish();
        return bytes.toByteArray();
    }

    private static Good.Kind kind(int number) {
        return Good.Kind.values()[number % Good.Kind.values().length];
    }

    private void make(int number, Path source, Good.Kind kind) throws IOException {
        Random random = new Random(number);
        if (kind == Good.Kind.BUILD) {
            Files.writeString(source, "built " + number + "\n");
        } else if (kind == Good.Kind.TREE) {
            Files.createDirectories(source.resolve("bin"));
            Files.write(source.resolve("data"), bytes(random, 1 + random.nextInt(20_000)));
            Files.writeString(source.resolve("common"), "the same in every tree, so that it can be shared\n");
            Path run = Files.writeString(source.resolve("bin/run"), "#!/bin/sh\necho " + number + "\n");
            Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createSymbolicLink(source.resolve("link"), Path.of("bin/run"));
        } else {
            Files.write(source, bytes(random, random.nextInt(5_000)));
        }
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private StorePath path(int number, Good.Kind kind) throws IOException {
        Path source = source(number);
        return switch (kind) {
            case TREE -> StorePath.ofSource(NarHash.ofTree(source).digest(), List.of(), storeDirectory, name(number));
            case TEXT ->
                StorePath.ofText(content(source), List.of(get(number - 1).path()), storeDirectory, name(number));
            case FILE -> StorePath.ofFixed(ContentMethod.FLAT, content(source), storeDirectory, name(number));
            case BUILD -> derivation(number).outputs().get("out").knownPath().orElseThrow();
        };
    }

    private static Digest content(Path source) throws IOException {
        return Digest.ofContent(Digest.Algorithm.SHA256, Files.readAllBytes(source));
    }
}
