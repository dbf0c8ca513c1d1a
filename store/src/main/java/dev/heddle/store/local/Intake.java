package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.TreeCopy;
import dev.heddle.store.nar.TreeCopy.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies sources into stages and finds what they are called, in one pass and constant memory. What it gives is not valid yet.
 * Used by one thread at a time.
 */
final class Intake {

    private static final NarLimits LIMITS = NarLimits.DEFAULT;

    private final StoreParts parts;
    /** The directory of the last source, since the next one is most often beside it. */
    private @Nullable Folder beside;

    Intake(StoreParts parts) {
        this.parts = parts;
    }

    /** Copies a tree. */
    Staged tree(Stage stage, RawName slot, String name, Path source) throws IOException {
        StorePath.checkName(name);
        NarHash.Sink hash = new NarHash.Sink(OutputStream.nullOutputStream());
        reading(source, (from, to) -> TreeCopy.copy(from, to, hash, LIMITS), new Place(stage.folder(), slot));
        NarHash nar = hash.result();
        StorePath path = StorePath.ofSource(nar.digest(), List.of(), directory(), name);
        return new Staged(
                info(path, nar, List.of(), new ContentAddress(ContentMethod.RECURSIVE, nar.digest())), stage, slot);
    }

    /** Copies what a fixed output is made of. */
    Staged fixed(Stage stage, RawName slot, String name, FixedKind kind, Path source) throws IOException {
        StorePath.checkName(name);
        NarHash.Sink hash = new NarHash.Sink(OutputStream.nullOutputStream());
        MessageDigest content = kind.algorithm().newMessageDigest();
        Place to = new Place(stage.folder(), slot);
        if (kind.method() == ContentMethod.FLAT) {
            WritableByteChannel bytes =
                    Channels.newChannel(new DigestOutputStream(OutputStream.nullOutputStream(), content));
            reading(source, (from, target) -> TreeCopy.copyFile(from, target, bytes, hash, LIMITS), to);
        } else {
            reading(
                    source,
                    (from, target) -> TreeCopy.copy(from, target, new DigestOutputStream(hash, content), LIMITS),
                    to);
        }
        Digest digest = Digest.of(kind.algorithm(), content.digest());
        StorePath path = StorePath.ofFixed(kind.method(), digest, directory(), name);
        return new Staged(info(path, hash.result(), List.of(), new ContentAddress(kind.method(), digest)), stage, slot);
    }

    /** How a fixed output is hashed; methods that are not those of files or trees as they are cannot be made. */
    record FixedKind(ContentMethod method, Digest.Algorithm algorithm) {
        FixedKind {
            if (method != ContentMethod.FLAT && method != ContentMethod.RECURSIVE) {
                throw new IllegalArgumentException("a fixed output is added FLAT or RECURSIVE, not " + method
                        + "; for a text with references there is addText");
            }
        }
    }

    /** The path of a text. */
    StorePath textPath(String name, byte[] content, Collection<StorePath> references) {
        return StorePath.ofText(Digest.ofContent(Digest.Algorithm.SHA256, content), references, directory(), name);
    }

    /** Writes a text. */
    Staged text(Stage stage, RawName slot, StorePath path, byte[] content, Collection<StorePath> references)
            throws IOException {
        NarHash.Sink hash = new NarHash.Sink(OutputStream.nullOutputStream());
        TreeCopy.writeFile(
                Channels.newChannel(new ByteArrayInputStream(content)),
                content.length,
                new Place(stage.folder(), slot),
                hash,
                LIMITS);
        Digest digest = Digest.ofContent(Digest.Algorithm.SHA256, content);
        return new Staged(
                info(path, hash.result(), references, new ContentAddress(ContentMethod.TEXT, digest)), stage, slot);
    }

    private PathInfo info(StorePath path, NarHash nar, Collection<StorePath> references, ContentAddress address) {
        return PathInfo.of(path, nar.digest(), nar.size(), references)
                .withContentAddress(address)
                .withRegistered(parts.clock().instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private String directory() {
        return parts.layout().storeDirectory();
    }

    @FunctionalInterface
    private interface Copying {
        void copy(Place from, Place to) throws IOException;
    }

    private void reading(Path source, Copying copying, Place to) throws IOException {
        Path absolute = source.toAbsolutePath();
        String last = String.valueOf(absolute.getFileName());
        if (last.equals("..") || last.equals(".")) {
            absolute = source.toRealPath();
        }
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new StoreException(source + ": the root of the file system cannot be added");
        }
        if (parts.layout().staging().startsWith(absolute.normalize())) {
            throw new StoreException(source + ": contains the store itself, so that its copy would never end; add what"
                    + " is beside the store");
        }
        try {
            copying.copy(new Place(opened(parent), RawPaths.toName(name)), to);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new StoreException(source + ": cannot be added: there is no such file (" + e.getMessage() + ")", e);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new StoreException(source + ": cannot be added: no permission to read " + e.getMessage(), e);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(source + ": cannot be added: " + e.getMessage(), e);
        }
    }

    /** A directory of sources, which stays open until another one is needed or {@link #closeSources}. */
    private Folder opened(Path directory) throws IOException {
        Folder last = beside;
        if (last != null && last.isAt(directory)) {
            return last;
        }
        closeSources();
        Folder folder = parts.disk().open(directory);
        beside = folder;
        return folder;
    }

    /** Closes what was kept open of sources. More can be taken afterwards. */
    void closeSources() throws IOException {
        try (Folder last = beside) {
            beside = null;
        }
    }
}
