package dev.heddle.store;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.DerivationFormatException;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.NarEntry;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Reads derivations from any source, as their archives. */
final class DerivationReader {

    private static final String SUFFIX = ".drv";

    /** What an archive of one file has besides its content, and room for padding. */
    private static final int ARCHIVE_BYTES = 256;

    private static final int MAX_BYTES = DerivationText.MAX_BYTES + ARCHIVE_BYTES;

    private DerivationReader() {}

    /** The derivation's name, without {@code .drv}. */
    static String name(StorePath derivation) {
        return derivation.name().substring(0, derivation.name().length() - SUFFIX.length());
    }

    /**
     * Reads a derivation.
     *
     * @throws StoreException if {@code path} is not valid, or no derivation
     */
    static Derivation read(PathSource source, StorePath path) throws IOException {
        if (!path.name().endsWith(SUFFIX)) {
            throw new StoreException(path + " is no derivation: its name does not end with " + SUFFIX);
        }
        PathInfo info =
                source.queryPathInfo(path).orElseThrow(() -> new StoreException(path + " is not valid in " + source));
        if (info.narSize() > MAX_BYTES) {
            throw new StoreException(path + " is too large for a derivation: " + info.narSize() + " bytes");
        }
        ByteArrayOutputStream nar = new ByteArrayOutputStream((int) info.narSize());
        source.dump(path, nar);
        NarReader reader = NarReader.of(new ByteArrayInputStream(nar.toByteArray()), NarLimits.DEFAULT);
        if (!(reader.next() instanceof NarEntry.File file)) {
            throw new StoreException(path + " is called a derivation, but is no file");
        }
        byte[] text = new byte[(int) file.size()];
        for (int at = 0; at < text.length; ) {
            at += reader.read(text, at, text.length - at);
        }
        try {
            return DerivationText.read(text);
        } catch (DerivationFormatException e) {
            throw new StoreException(path + " is called a derivation, but is none: " + e.getMessage(), e);
        }
    }
}
