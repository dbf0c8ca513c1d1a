package dev.heddle.store.local;

import dev.heddle.store.PathSource;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.disk.Disk;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** Says how a {@link LocalStore} is opened. Used by one thread. */
public final class LocalStoreBuilder {

    private final StoreLayout layout;
    private StoreSettings settings = StoreSettings.DEFAULT;
    private Disk disk = Disk.system();
    private InstantSource clock = InstantSource.system();
    private TrustedKeys keys = TrustedKeys.of(List.of());
    private List<PathSource> substituters = List.of();
    private String programs = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    private boolean readOnly;

    LocalStoreBuilder(StoreLayout layout) {
        this.layout = layout;
    }

    /** What the user chose; {@link StoreSettings#DEFAULT} if not told. */
    public LocalStoreBuilder settings(StoreSettings chosen) {
        this.settings = chosen;
        return this;
    }

    /** Does all file operations, but for those of the database; {@link Disk#system} if not told. */
    public LocalStoreBuilder disk(Disk used) {
        this.disk = used;
        return this;
    }

    /** Gives the time of registrations; the system's clock if not told. */
    public LocalStoreBuilder clock(InstantSource used) {
        this.clock = used;
        return this;
    }

    /** Whose signatures are believed; nobody's if not told. */
    public LocalStoreBuilder trustedKeys(TrustedKeys trusted) {
        this.keys = trusted;
        return this;
    }

    /** Where missing paths may be fetched, the preferred first; the store does not close them. */
    public LocalStoreBuilder substituters(List<PathSource> sources) {
        this.substituters = List.copyOf(sources);
        return this;
    }

    /** Where programs that make a sandbox are looked for; the variable {@code PATH} if not told. */
    LocalStoreBuilder programs(String path) {
        this.programs = path;
        return this;
    }

    /** Opens for queries only: nothing is created or changed, and the directory need not be writable. */
    public LocalStoreBuilder readOnly() {
        this.readOnly = true;
        return this;
    }

    /**
     * Opens the store, and makes it first where there is none.
     *
     * @throws dev.heddle.store.StoreException if there is something that is no store, or one that cannot be used; the message
     *     says why
     */
    public LocalStore open() throws IOException {
        StoreParts parts = new StoreParts(layout, settings, disk, clock, keys, substituters, programs);
        return new LocalStore(parts, StoreOpening.open(parts, readOnly));
    }
}
