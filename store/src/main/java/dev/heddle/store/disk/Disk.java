package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file system, as far as the store uses one. {@link #system()} is the real one; others make calls fail, or keep everything
 * in memory and lose at a power cut what was not synced.
 *
 * <p>May be used from any thread.
 */
public interface Disk {

    /** The file systems of this machine. */
    static Disk system() {
        return SystemDisk.INSTANCE;
    }

    /**
     * Opens a directory that exists. Links on the way to it are followed; everything that is done with the folder afterwards
     * is done in the directory that was opened, whatever happens to its path.
     *
     * @throws java.nio.file.NoSuchFileException if there is nothing
     * @throws java.nio.file.NotDirectoryException if something else is there
     */
    Folder open(Path directory) throws IOException;

    /** Opens a directory, and makes it and those above it first where they are missing, with mode 0755. */
    Folder openOrCreate(Path directory) throws IOException;

    /**
     * Writes all that was changed on the file system of {@code folder}, files and directories alike, to the medium, and returns
     * when it is there. Far cheaper than {@link Folder#sync(RawName)} for each of many files.
     *
     * @throws IOException if something could not be written; what was changed since the last success may be lost, and must be
     *     written anew, not synced again
     */
    void sync(Folder folder) throws IOException;
}
