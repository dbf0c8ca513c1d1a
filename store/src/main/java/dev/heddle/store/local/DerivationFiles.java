package dev.heddle.store.local;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.DerivationFormatException;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the derivations that lie in a directory as files. */
final class DerivationFiles {

    /** What the name of every derivation ends with, and of nothing else that is valid. */
    static final String SUFFIX = ".drv";

    private DerivationFiles() {}

    static boolean isDerivation(StorePath path) {
        return path.name().endsWith(SUFFIX);
    }

    /**
     * Reads a derivation.
     *
     * @param path what it is, for messages
     * @throws StoreException if it is not a derivation
     */
    static Derivation read(StorePath path, Folder folder, RawName name) throws IOException {
        try (SeekableByteChannel in = folder.read(name)) {
            return DerivationText.read(bytes(path, in));
        } catch (DerivationFormatException e) {
            throw new StoreException(path + ": is called a derivation but is none: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(StorePath path, SeekableByteChannel in) throws IOException {
        long size = in.size();
        if (size > DerivationText.MAX_BYTES) {
            throw new StoreException(
                    path + ": a derivation has at most " + DerivationText.MAX_BYTES + " bytes, this one " + size);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        while (bytes.hasRemaining()) {
            if (in.read(bytes) < 0) {
                throw new StoreException(path + ": became shorter while it was read");
            }
        }
        return bytes.array();
    }

    /**
     * What the derivations among {@code staged} make, as far as their texts tell.
     *
     * @throws StoreException if one is not a derivation, or refers to something else than it is said to
     */
    static Map<StorePath, Map<String, StorePath>> outputs(List<Staged> staged) throws IOException {
        Map<StorePath, Map<String, StorePath>> made = new LinkedHashMap<>();
        for (Staged tree : among(staged).values()) {
            StorePath path = tree.info().path();
            Derivation derivation = read(path, tree.stage().folder(), tree.name());
            if (!derivation.references().equals(tree.info().references())) {
                throw new StoreException(path + ": its text needs " + derivation.references()
                        + ", but it is said to refer to " + tree.info().references());
            }
            made.put(path, knownOutputs(derivation));
        }
        return made;
    }

    /** The derivations among {@code staged}, by their names. */
    static Map<StorePath, Staged> among(List<Staged> staged) {
        Map<StorePath, Staged> derivations = new LinkedHashMap<>();
        for (Staged tree : staged) {
            if (isDerivation(tree.info().path())) {
                derivations.put(tree.info().path(), tree);
            }
        }
        return derivations;
    }

    /** The outputs whose paths are known before the build. */
    static Map<String, StorePath> knownOutputs(Derivation derivation) {
        Map<String, StorePath> known = new LinkedHashMap<>();
        derivation.outputs().forEach((name, output) -> output.knownPath().ifPresent(path -> known.put(name, path)));
        return known;
    }
}
