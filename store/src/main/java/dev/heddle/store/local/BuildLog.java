package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.cache.Compression;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Instant;

/** What one attempt to build a derivation printed. Immutable; what it names may be gone when it is opened. */
public final class BuildLog {

    private final StorePath derivation;
    private final int attempt;
    private final Disk disk;
    private final Path directory;
    private final RawName name;
    private final Compression compression;
    private final FileFacts facts;

    BuildLog(StorePath derivation, int attempt, Disk disk, Folder folder, RawName name, Compression compression)
            throws IOException {
        this.derivation = derivation;
        this.attempt = attempt;
        this.disk = disk;
        this.directory = folder.path();
        this.name = name;
        this.compression = compression;
        this.facts = folder.facts(name);
    }

    /** The store path of the derivation's text. */
    public StorePath derivation() {
        return derivation;
    }

    /** Number of the attempt, counted from 1 for each derivation; the newest has the highest. */
    public int attempt() {
        return attempt;
    }

    /** Whether the attempt has ended; if not, it is running, or was cut off with the process that ran it. */
    public boolean isComplete() {
        return compression != Compression.NONE;
    }

    /** How many bytes it takes on disk. */
    public long storedBytes() {
        return facts.size();
    }

    /** When it was written to last. */
    public Instant modified() {
        return Instant.ofEpochSecond(facts.modified());
    }

    /** Reads what was printed, both output streams merged; the caller closes it. */
    public InputStream open() throws IOException {
        try (Folder folder = disk.open(directory)) {
            return compression.reading(Channels.newInputStream(folder.read(name)), Long.MAX_VALUE);
        }
    }

    @Override
    public String toString() {
        return directory.resolve(name.toString()).toString();
    }
}
