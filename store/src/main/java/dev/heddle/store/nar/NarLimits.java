package dev.heddle.store.nar;

/**
 * How large an archive may be, so that none can exhaust a disk, a stack or a heap. Each limit holds when reading and when
 * writing: what one side makes, the other side takes.
 *
 * @param depth directories inside one another, the root included; 1 to {@value #MAX_DEPTH}
 * @param nameBytes length of an entry's name; 1 to {@value #MAX_NAME_BYTES}
 * @param targetBytes length of a symbolic link's target; 1 to {@value #MAX_TARGET_BYTES}
 * @param entries files, links and directories in one archive, the root included
 * @param fileBytes size of one regular file
 * @param archiveBytes size of the archive itself
 */
public record NarLimits(int depth, int nameBytes, int targetBytes, long entries, long fileBytes, long archiveBytes) {

    /** What Nix allows since it was found that deep archives overflow a reader's stack. */
    public static final int MAX_DEPTH = 64;

    /** What a directory entry can hold on the file systems in use. */
    public static final int MAX_NAME_BYTES = 255;

    /** Linux gives a link's text one page, less the closing zero byte. */
    public static final int MAX_TARGET_BYTES = 4095;

    /** More than any package has, and within the inodes of a common disk. */
    public static final long DEFAULT_ENTRIES = 10_000_000;

    /** 1 TiB: far above any package, below what a sparse file can pretend to be. */
    public static final long DEFAULT_BYTES = 1L << 40;

    /** The limits used where none are given. */
    public static final NarLimits DEFAULT =
            new NarLimits(MAX_DEPTH, MAX_NAME_BYTES, MAX_TARGET_BYTES, DEFAULT_ENTRIES, DEFAULT_BYTES, DEFAULT_BYTES);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a limit is below one, or above the format's own
     */
    public NarLimits {
        check("depth", depth, MAX_DEPTH);
        check("nameBytes", nameBytes, MAX_NAME_BYTES);
        check("targetBytes", targetBytes, MAX_TARGET_BYTES);
        check("entries", entries, Long.MAX_VALUE);
        check("fileBytes", fileBytes, Long.MAX_VALUE);
        check("archiveBytes", archiveBytes, Long.MAX_VALUE);
    }

    private static void check(String what, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("limit " + what + " must be 1 to " + most + ", not " + value);
        }
    }

    /** These limits with another number of entries. */
    public NarLimits withEntries(long most) {
        return new NarLimits(depth, nameBytes, targetBytes, most, fileBytes, archiveBytes);
    }

    /** These limits with another size of archive, such as the one that a signature vouches for. */
    public NarLimits withArchiveBytes(long most) {
        return new NarLimits(depth, nameBytes, targetBytes, entries, fileBytes, most);
    }
}
