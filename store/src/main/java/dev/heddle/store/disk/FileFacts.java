package dev.heddle.store.disk;

/**
 * What a file system knows of a file besides its content.
 *
 * <p>The JDK learns links, owner, device and inode by path only. Where the path is longer than the system takes (4095 bytes on
 * Linux), these are {@link #UNKNOWN}, and the mode lacks the bits above 0777.
 *
 * @param kind what it is
 * @param mode the permission bits, 0 to 07777
 * @param size bytes of a regular file, or of a link's target; not meaningful for others
 * @param links how many names a regular file has
 * @param owner the number of the user it belongs to
 * @param device the file system it is on
 * @param inode its number there
 * @param modified when its content was last changed, in seconds since the epoch
 */
public record FileFacts(
        Kind kind, int mode, long size, long links, long owner, long device, long inode, long modified) {

    /** What is there instead of a number that could not be learned. */
    public static final long UNKNOWN = -1;

    /** What a file is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        LINK,
        /** A socket, a pipe, a device. */
        OTHER
    }

    /**
     * What an archive keeps of a file besides its content.
     *
     * @param kind what it is
     * @param executable whether the owner may execute it
     */
    public record Form(Kind kind, boolean executable) {}

    /** Whether the owner may execute it, which is all that a NAR keeps of a mode. */
    public boolean executable() {
        return (mode & 0100) != 0;
    }

    /** Whether both are the same file, for certain. */
    public boolean sameFile(FileFacts other) {
        return inode != UNKNOWN && device == other.device && inode == other.inode;
    }
}
