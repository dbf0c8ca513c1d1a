package dev.heddle.store;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * A path with its archive, for tests of what moves them.
 *
 * @param info what is known of it
 * @param nar its archive
 */
public record SamplePath(PathInfo info, byte[] nar) {

    /** The directory of the store that the paths are of. */
    public static final String STORE = "/nix/store";

    /** A tree, addressed by its content. */
    public static SamplePath ofTree(String name, Path tree, Collection<StorePath> references) throws IOException {
        ByteArrayOutputStream nar = new ByteArrayOutputStream();
        NarHash.Sink hashing = new NarHash.Sink(nar);
        NarWriter.dump(tree, hashing);
        NarHash hash = hashing.result();
        StorePath path = StorePath.ofSource(hash.digest(), references, STORE, name);
        PathInfo info = PathInfo.of(path, hash.digest(), hash.size(), references)
                .withContentAddress(new ContentAddress(ContentMethod.RECURSIVE, hash.digest()));
        return new SamplePath(info, nar.toByteArray());
    }

    /** A file with the names of what it refers to and {@code bytes} of noise. */
    public static SamplePath ofFile(String name, Path scratch, Random random, int bytes, StorePath... references)
            throws IOException {
        Path file = Files.createTempFile(scratch, "sample", "");
        StringBuilder text = new StringBuilder();
        for (StorePath reference : references) {
            text.append(reference).append('\n');
        }
        while (text.length() < bytes) {
            text.append(Long.toHexString(random.nextLong()));
        }
        Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        return ofTree(name, file, List.of(references));
    }

    /** The same under a path that does not follow from its content, as what is built has it. */
    public SamplePath built(String name) {
        StorePath path = StorePath.of("output:out", info.narHash(), STORE, name);
        PathInfo built = PathInfo.of(path, info.narHash(), info.narSize(), info.references());
        return new SamplePath(built, nar);
    }

    /** Paths that each refer to some of those before. */
    public static List<SamplePath> graph(Path scratch, Random random, int count) throws IOException {
        List<SamplePath> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TreeSet<StorePath> references = new TreeSet<>();
            for (int j = random.nextInt(4); j > 0 && i > 0; j--) {
                references.add(made.get(random.nextInt(i)).path());
            }
            made.add(
                    ofFile("sample" + i, scratch, random, random.nextInt(2_000), references.toArray(StorePath[]::new)));
        }
        return made;
    }

    /** The path. */
    public StorePath path() {
        return info.path();
    }

    /** Its archive, to be read. */
    public InputStream in() {
        return new ByteArrayInputStream(nar);
    }
}
