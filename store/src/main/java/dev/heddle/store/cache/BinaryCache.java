package dev.heddle.store.cache;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import dev.heddle.store.PathSink;
import dev.heddle.store.PathSource;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarHash;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A binary cache in a directory, {@code file://DIR}, as Nix reads and writes it: {@code nix-cache-info}, a {@link NarInfo} for
 * each path, the archives below {@code nar/}, named by the hash of their bytes.
 *
 * <p><b>Trust.</b> What a cache tells is told as it is, with its signatures; who takes a path from it decides whom to believe
 * ({@link dev.heddle.store.TrustedKeys}). Checked here: that a narinfo is one, of the path that was asked for; that its
 * archive lies below the cache; and while it is read, that its bytes, their number and their hashes are those that were told.
 *
 * <p><b>Writing.</b> An archive comes before its narinfo, and a narinfo only when those of all references are there. Each file
 * is complete and on the medium before it gets its name. Nothing is ever overwritten: a second writer whose path has another
 * content is refused. What a crash leaves are files that nothing names, which begin with {@code .heddle-}.
 *
 * <p><b>Threads.</b> Any number, and any number of processes. <b>Failure.</b> {@link StoreException} where the cache is wrong
 * about one path, another {@link IOException} where it cannot be read at all.
 */
public final class BinaryCache implements PathSource, PathSink, Closeable {

    private static final String NAR_FOLDER = "nar";
    private static final String NARINFO = ".narinfo";
    private static final int BUFFER_BYTES = 1 << 16;

    private final String storeDirectory;
    private final CacheInfo cacheInfo;
    private final CacheFiles files;
    private final BinaryCacheBuilder settings;

    private BinaryCache(BinaryCacheBuilder settings, CacheInfo cacheInfo, CacheFiles files) {
        this.storeDirectory = settings.storeDirectory;
        this.cacheInfo = cacheInfo;
        this.files = files;
        this.settings = settings;
    }

    /** Opens the cache in {@code directory} for the paths of the store in {@code storeDirectory}. */
    public static BinaryCache open(Path directory, String storeDirectory) throws IOException {
        return builder(directory, storeDirectory).open();
    }

    /** Says how to open the cache in {@code directory} for the paths of the store in {@code storeDirectory}. */
    public static BinaryCacheBuilder builder(Path directory, String storeDirectory) {
        return new BinaryCacheBuilder(directory, storeDirectory);
    }

    static BinaryCache open(BinaryCacheBuilder settings) throws IOException {
        String title = "file://" + settings.directory;
        Folder root;
        try {
            root = settings.create
                    ? settings.disk.openOrCreate(settings.directory)
                    : settings.disk.open(settings.directory);
        } catch (NoSuchFileException e) {
            throw new StoreException(title + " is no binary cache: there is no such directory", e);
        }
        CacheFiles files = new CacheFiles(root, title);
        try {
            return new BinaryCache(settings, info(files, settings), files);
        } catch (IOException e) {
            files.close();
            throw e;
        }
    }

    private static CacheInfo info(CacheFiles files, BinaryCacheBuilder settings) throws IOException {
        Optional<byte[]> bytes = files.read(CacheInfo.NAME, CacheInfo.MAX_BYTES);
        if (bytes.isEmpty() && settings.create) {
            byte[] made = CacheInfo.of(settings.storeDirectory).write();
            try (CacheFiles.Draft draft = files.draft(files.root())) {
                write(draft, made);
                draft.publishFirst(CacheInfo.NAME);
            }
            bytes = files.read(CacheInfo.NAME, CacheInfo.MAX_BYTES);
        }
        if (bytes.isEmpty()) {
            throw new StoreException(files.title() + " is no binary cache: it has no " + CacheInfo.NAME);
        }
        CacheInfo info;
        try {
            info = CacheInfo.read(bytes.get());
        } catch (StoreException e) {
            throw new StoreException(files.title() + ": " + e.getMessage(), e);
        }
        if (!info.storeDirectory().isEmpty() && !info.storeDirectory().equals(settings.storeDirectory)) {
            throw new StoreException(files.title() + " has paths of " + RawName.of(info.storeDirectory())
                    + "; this store is " + settings.storeDirectory);
        }
        return info;
    }

    @Override
    public String storeDirectory() {
        return storeDirectory;
    }

    /** The cache's own. */
    @Override
    public int priority() {
        return cacheInfo.priority();
    }

    /** What the cache told of itself when it was opened. */
    public CacheInfo cacheInfo() {
        return cacheInfo;
    }

    @Override
    public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
        return narInfo(path).map(NarInfo::info);
    }

    @Override
    public Optional<StorePath> queryPathFromHashPart(String hashPart) throws IOException {
        String checked = new StorePath(storeDirectory, hashPart, "x").hashPart();
        return narInfo(checked).map(found -> found.info().path());
    }

    @Override
    public SortedSet<StorePath> queryValid(Collection<StorePath> paths) throws IOException {
        SortedSet<StorePath> valid = new TreeSet<>();
        for (StorePath path : paths) {
            if (narInfo(path).isPresent()) {
                valid.add(path);
            }
        }
        return Collections.unmodifiableSortedSet(valid);
    }

    /**
     * All that the cache tells of a path.
     *
     * @return empty if it does not have the path
     * @throws StoreException if what it tells cannot be right
     */
    public Optional<NarInfo> narInfo(StorePath path) throws IOException {
        Optional<NarInfo> found = narInfo(path.hashPart());
        if (found.isPresent() && !found.get().info().path().equals(path)) {
            throw new StoreException(name(path.hashPart()) + " is of another path, "
                    + found.get().info().path() + "; wanted " + path);
        }
        return found;
    }

    private Optional<NarInfo> narInfo(String hashPart) throws IOException {
        Optional<byte[]> bytes = files.read(hashPart + NARINFO, NarInfo.MAX_BYTES);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            NarInfo read = NarInfo.read(bytes.get(), storeDirectory);
            if (!read.info().path().hashPart().equals(hashPart)) {
                throw new StoreException(
                        name(hashPart) + " is of another path, " + read.info().path());
            }
            read.checkUrl();
            Compression.of(read.compression());
            return Optional.of(read);
        } catch (NarInfoException | IllegalArgumentException e) {
            throw new StoreException(name(hashPart) + ": " + e.getMessage(), e);
        }
    }

    private String name(String hashPart) {
        return files.title() + "/" + hashPart + NARINFO;
    }

    @Override
    public void dump(StorePath path, OutputStream out) throws IOException {
        NarInfo told = narInfo(path).orElseThrow(() -> new StoreException(files.title() + " does not have " + path));
        NarHash.Sink hashing = new NarHash.Sink(out);
        try (InputStream file = files.open(told.url(), told.fileSize())) {
            NarHash.Source raw = new NarHash.Source(file);
            try (InputStream in = opened(told, raw)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int got = read(told, in, buffer); got >= 0; got = read(told, in, buffer)) {
                    hashing.write(buffer, 0, got);
                }
                // A decompressor may stop before the last byte of the file.
                raw.transferTo(OutputStream.nullOutputStream());
            }
            check(told, raw.result(), hashing.result());
        }
    }

    private InputStream opened(NarInfo told, InputStream raw) throws IOException {
        try {
            return Compression.of(told.compression()).reading(raw, told.info().narSize());
        } catch (IOException e) {
            throw bad(told, e);
        }
    }

    /** Reads a piece, so that a failure to write it is not taken for one of the archive. */
    private int read(NarInfo told, InputStream in, byte[] into) throws StoreException {
        try {
            return in.read(into);
        } catch (IOException e) {
            throw bad(told, e);
        }
    }

    private StoreException bad(NarInfo told, IOException cause) {
        return new StoreException(archive(told) + " cannot be read: " + cause.getMessage(), cause);
    }

    private void check(NarInfo told, NarHash file, NarHash nar) throws StoreException {
        @Nullable Digest fileHash = told.fileHash();
        if (fileHash != null && fileHash.algorithm() == Digest.Algorithm.SHA256 && !fileHash.equals(file.digest())) {
            throw new StoreException(
                    archive(told) + " has the hash " + file.digest() + ", but should have " + fileHash);
        }
        PathInfo info = told.info();
        if (nar.size() != info.narSize() || !nar.digest().equals(info.narHash())) {
            throw new StoreException(archive(told) + " holds " + nar.size() + " bytes with the hash " + nar.digest()
                    + ", but should hold " + info.narSize() + " with " + info.narHash());
        }
    }

    private String archive(NarInfo told) {
        return files.title() + "/" + told.url() + ", the archive of "
                + told.info().path() + ",";
    }

    @Override
    public void add(PathInfo info, InputStream nar) throws IOException {
        if (isThere(info)) {
            return;
        }
        SortedSet<StorePath> missing = new TreeSet<>(info.references());
        missing.remove(info.path());
        missing.removeAll(queryValid(missing));
        if (!missing.isEmpty()) {
            throw new StoreException(files.title() + " cannot take " + info.path() + " before it has " + missing.size()
                    + " of its references: " + missing.first() + (missing.size() > 1 ? ", ..." : ""));
        }
        Upload upload;
        try (Folder folder = files.folder(NAR_FOLDER);
                CacheFiles.Draft draft = files.draft(folder)) {
            upload = Upload.write(info, nar, settings.compression, draft.out(), settings.listings);
            draft.publishContent(
                    upload.fileName(settings.compression), upload.file().size());
        }
        byte @Nullable [] listing = upload.listing();
        if (listing != null) {
            try (CacheFiles.Draft draft = files.draft(files.root())) {
                write(draft, listing);
                draft.publish(info.path().hashPart() + ".ls");
            }
        }
        String url = NAR_FOLDER + "/" + upload.fileName(settings.compression);
        NarHash file = upload.file();
        publish(new NarInfo(signed(info), url, settings.compression.toString(), file.digest(), file.size()));
    }

    private PathInfo signed(PathInfo info) {
        SortedSet<PathSignature> signatures = new TreeSet<>(info.signatures());
        for (SecretKey key : settings.keys) {
            signatures.add(key.sign(info));
        }
        return info.withSignatures(signatures);
    }

    private void publish(NarInfo made) throws IOException {
        try (CacheFiles.Draft draft = files.draft(files.root())) {
            write(draft, made.write());
            if (!draft.publishFirst(made.info().path().hashPart() + NARINFO) && !isThere(made.info())) {
                throw new StoreException(files.title() + " lost " + made.info().path() + " while it was added");
            }
        }
    }

    /**
     * Whether the cache has this path already.
     *
     * @throws StoreException if it has it with another content
     */
    private boolean isThere(PathInfo info) throws IOException {
        Optional<PathInfo> there = queryPathInfo(info.path());
        if (there.isPresent() && !there.get().fingerprint().equals(info.fingerprint())) {
            throw new StoreException(
                    files.title() + " has " + info.path() + " with another content or other references: "
                            + there.get().narHash() + ", not " + info.narHash()
                            + "; a build that is not deterministic? What a cache has is never replaced");
        }
        return there.isPresent();
    }

    private static void write(CacheFiles.Draft draft, byte[] bytes) throws IOException {
        try (OutputStream out = draft.out()) {
            out.write(bytes);
        }
    }

    /** Lets go of the directory. */
    @Override
    public void close() throws IOException {
        files.close();
    }

    /** {@code file://DIR}. */
    @Override
    public String toString() {
        return files.title();
    }
}
