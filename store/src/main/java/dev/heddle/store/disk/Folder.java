package dev.heddle.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * An open directory. Every name is that of an entry of this directory: not empty, no slash, no zero byte, not {@code .} or
 * {@code ..}. Symbolic links are never followed: an operation for files or directories fails on one.
 *
 * <p>On the system's own disk links are read, and links and directories made, by path, since the JDK has no other way: each time it
 * is checked that the path still leads to the directory that was opened; if not, the call fails. So nobody else should be able
 * to exchange the directories above this one. What makes entries where the path is longer than the system takes needs the
 * folder that {@link Disk#open} gave to be still open: it is made there and moved to its place.
 *
 * <p>Missing entries are told by {@code NoSuchFileException}, taken names by {@code FileAlreadyExistsException}, a directory
 * that is not empty by {@code DirectoryNotEmptyException}, everything else by another {@code IOException} whose text names
 * the path and what the system said.
 *
 * <p><b>Threads.</b> Any number, on different entries. Nothing may be called after {@link #close}.
 */
public interface Folder extends Closeable {

    /** Where the directory was when it was opened; for messages, not for use: another may be there by now. */
    Path path();

    /** What is known of the directory itself. */
    FileFacts facts() throws IOException;

    /** What is known of an entry. */
    FileFacts facts(RawName name) throws IOException;

    /** What an entry is: half the price of {@link #facts(RawName)}, and for any length of path. */
    FileFacts.Kind kind(RawName name) throws IOException;

    /** What an archive keeps of an entry besides its content: half the price of {@link #facts(RawName)} as well. */
    default FileFacts.Form form(RawName name) throws IOException {
        FileFacts facts = facts(name);
        return new FileFacts.Form(facts.kind(), facts.executable());
    }

    /**
     * Whether {@code directory} leads to this very directory now, so that it need not be opened once more. True is certain;
     * false may also say that it is not known.
     */
    default boolean isAt(Path directory) throws IOException {
        return false;
    }

    /** Whether there is an entry of this name, of whatever kind. */
    boolean exists(RawName name) throws IOException;

    /**
     * The names of all entries, in the order of their bytes.
     *
     * @throws IOException if there are more than {@code most}
     */
    List<RawName> names(long most) throws IOException;

    /**
     * Tells the names of all entries one by one, in no order. What is made or removed meanwhile is told or not. The system's own
     * disk does not need room for all of them at once.
     */
    default void forEachName(NameVisitor visitor) throws IOException {
        for (RawName name : names(Long.MAX_VALUE)) {
            visitor.name(name);
        }
    }

    /** Is told the names of entries. */
    @FunctionalInterface
    interface NameVisitor {
        /** There is an entry of this name. */
        void name(RawName name) throws IOException;
    }

    /** Opens a directory in this one; the caller closes it. */
    Folder folder(RawName name) throws IOException;

    /** Opens a regular file to read; the caller closes it. */
    SeekableByteChannel read(RawName name) throws IOException;

    /** Makes a regular file with mode {@code mode}, 0 to 0777, whatever the umask, and opens it to write; the caller closes it. */
    WritableByteChannel create(RawName name, int mode) throws IOException;

    /** Opens a regular file to write behind its end, and makes it with {@code mode} if it is missing; the caller closes it. */
    WritableByteChannel append(RawName name, int mode) throws IOException;

    /** Makes a directory of mode 0700 and opens it; the caller closes it. */
    Folder createFolder(RawName name) throws IOException;

    /**
     * The target of a symbolic link.
     *
     * @throws IOException if it is none, for one
     */
    RawName readLink(RawName name) throws IOException;

    /** Makes a symbolic link; the target is any bytes but zero. */
    void createLink(RawName name, RawName target) throws IOException;

    /** Gives the regular file {@code existing} a second name {@code name} in {@code to}, which is on the same file system. */
    void hardLink(RawName existing, Folder to, RawName name) throws IOException;

    /**
     * Renames an entry, in one step for everybody who looks. A file or link that is there already is replaced, an empty
     * directory by a directory.
     *
     * @throws java.nio.file.AtomicMoveNotSupportedException if {@code to} is on another file system
     */
    void move(RawName from, Folder to, RawName name) throws IOException;

    /** Removes an entry that is no directory. */
    void delete(RawName name) throws IOException;

    /** Removes an empty directory. */
    void deleteFolder(RawName name) throws IOException;

    /** Sets the permission bits of this directory, 0 to 0777; those above are cleared. */
    void setMode(int mode) throws IOException;

    /** Sets the permission bits of a regular file or directory, 0 to 0777; those above are cleared. */
    void setMode(RawName name, int mode) throws IOException;

    /** Sets the time of the last change of this directory, in seconds since the epoch. */
    void setTime(long seconds) throws IOException;

    /** Sets the time of the last change of a regular file, directory or symbolic link, in seconds since the epoch. */
    void setTime(RawName name, long seconds) throws IOException;

    /** Writes the names in this directory, and its own mode and time, to the medium. */
    void sync() throws IOException;

    /** Writes the content, mode and time of a regular file to the medium. */
    void sync(RawName name) throws IOException;
}
