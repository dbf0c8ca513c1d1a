package dev.heddle.scheduler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things that the engine does with files by which other schedulers and people speak with it: lock files and stop files. They
 * are those of the disk, unless a {@link SimulatedTicker} brings imagined ones.
 *
 * <p>Called by any thread; may block. What is not there is a {@link java.nio.file.NoSuchFileException}.
 */
public interface SharedFiles {

    /** Something that is done with files. */
    @FunctionalInterface
    interface Deed {
        /** Does it. */
        void run() throws IOException;
    }

    /** Whether there is anything of this name. */
    boolean exists(Path file);

    /** Makes a directory with those above it, if it is not there. */
    void makeDirectory(Path directory) throws IOException;

    /** Makes a new file that has all of its content, also after a power cut, by the time it gets another name. */
    void create(Path file, byte[] content) throws IOException;

    /**
     * Gives a file a further name. On NFS it may be told that this failed although it was done.
     *
     * @throws java.nio.file.FileAlreadyExistsException if something has that name
     * @throws UnsupportedOperationException if files have one name only
     */
    void link(Path further, Path file) throws IOException;

    /** How many names a file has. */
    int links(Path file) throws IOException;

    /** Gives a file another name in one go; what had it is gone. */
    void replace(Path file, Path name) throws IOException;

    /** Takes a name away; false if there is none. */
    boolean remove(Path file) throws IOException;

    /** What there is instead of a regular file, such as "a directory"; an empty text for a regular file. */
    String oddity(Path file) throws IOException;

    /** The content of a regular file, or the beginning of it. */
    byte[] read(Path file, int most) throws IOException;

    /** The files of a directory whose names begin so. */
    List<Path> list(Path directory, String beginning) throws IOException;

    /** When a file was changed last, in milliseconds since 1970. */
    long changed(Path file) throws IOException;

    /**
     * Does something while no other process of this machine is let in by the same guard.
     *
     * @param guard a file that is made if it is not there
     * @return false if nothing was done, as on a file system that cannot keep others out
     */
    boolean alone(Path guard, Deed deed);
}
