package dev.heddle.store.cache;

import dev.heddle.store.SecretKey;
import dev.heddle.store.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Says how a {@link BinaryCache} is opened. Used by one thread. */
public final class BinaryCacheBuilder {

    final Path directory;
    final String storeDirectory;
    Disk disk = Disk.system();
    Compression compression = Compression.XZ;
    List<SecretKey> keys = List.of();
    boolean listings;
    boolean create;

    BinaryCacheBuilder(Path directory, String storeDirectory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.storeDirectory = storeDirectory;
    }

    /** How what is added is compressed; {@link Compression#XZ} if not told, as Nix does. */
    public BinaryCacheBuilder compression(Compression chosen) {
        this.compression = chosen;
        return this;
    }

    /** Who signs what is added, besides those who signed it before; nobody if not told. */
    public BinaryCacheBuilder signedBy(List<SecretKey> signers) {
        this.keys = List.copyOf(signers);
        return this;
    }

    /** Writes a {@link dev.heddle.store.nar.NarListing} beside each narinfo. */
    public BinaryCacheBuilder listings() {
        this.listings = true;
        return this;
    }

    /** Makes the cache if there is none. */
    public BinaryCacheBuilder create() {
        this.create = true;
        return this;
    }

    /** Does all file operations; {@link Disk#system} if not told. */
    public BinaryCacheBuilder disk(Disk used) {
        this.disk = used;
        return this;
    }

    /**
     * Opens the cache.
     *
     * @throws dev.heddle.store.StoreException if there is none, or one of a store in another directory
     */
    public BinaryCache open() throws IOException {
        return BinaryCache.open(this);
    }
}
