package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarException;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Compares what lies in the store directory with what was registered. Any thread. */
final class ContentCheck {

    private final Folder store;

    /** @param store the store directory, open as long as this is used */
    ContentCheck(Folder store) {
        this.store = store;
    }

    /** What is wrong with a path without reading it. */
    Optional<VerifyFinding> existence(StorePath path) {
        try {
            return store.exists(RawName.of(path.baseName()))
                    ? Optional.empty()
                    : Optional.of(found(path, VerifyFinding.Damage.MISSING, ""));
        } catch (IOException e) {
            return Optional.of(found(path, VerifyFinding.Damage.UNREADABLE, String.valueOf(e.getMessage())));
        }
    }

    /** What is wrong with a path, reading all of it. */
    Optional<VerifyFinding> content(PathInfo info) {
        StorePath path = info.path();
        try {
            return difference(info, hash(RawName.of(path.baseName())))
                    .map(text -> found(path, VerifyFinding.Damage.CORRUPT, text));
        } catch (NoSuchFileException e) {
            // The path itself, or something in it that another process removed just now.
            Optional<VerifyFinding> missing = existence(path);
            return missing.isPresent()
                    ? missing
                    : Optional.of(found(path, VerifyFinding.Damage.CORRUPT, String.valueOf(e.getMessage())));
        } catch (NarException e) {
            // What no archive can hold, such as a pipe, was never registered.
            return Optional.of(found(path, VerifyFinding.Damage.CORRUPT, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(found(path, VerifyFinding.Damage.UNREADABLE, String.valueOf(e.getMessage())));
        }
    }

    private static VerifyFinding found(StorePath path, VerifyFinding.Damage damage, String detail) {
        return new VerifyFinding(path, damage, VerifyFinding.Fate.LEFT, detail);
    }

    /** The hash of the tree under {@code name}. */
    NarHash hash(RawName name) throws IOException {
        return hash(store, name);
    }

    /** The hash of the tree under {@code name} in {@code folder}. */
    static NarHash hash(Folder folder, RawName name) throws IOException {
        NarHash.Sink sink = new NarHash.Sink(OutputStream.nullOutputStream());
        NarWriter.dump(folder, name, sink, NarLimits.DEFAULT);
        return sink.result();
    }

    /** Whether content is what was registered. */
    static boolean isOf(PathInfo info, NarHash content) {
        return content.digest().equals(info.narHash()) && content.size() == info.narSize();
    }

    /** How content differs from what was registered; empty if it does not. */
    static Optional<String> difference(PathInfo info, NarHash content) {
        if (isOf(info, content)) {
            return Optional.empty();
        }
        return Optional.of("registered are " + info.narHash() + " and " + info.narSize() + " bytes, found "
                + content.digest() + " and " + content.size() + " bytes");
    }
}
