package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;

/** What the name of a directory's entry must be, in an archive that is read as in one that is written. */
final class NameRules {

    private static final RawName HERE = RawName.of(".");
    private static final RawName ABOVE = RawName.of("..");

    private NameRules() {}

    /**
     * Checks {@code name}, whose length the caller has checked.
     *
     * @param last the name before it in its directory, or {@link RawName#EMPTY}
     * @param offset where the name stands in the archive
     */
    static void check(RawName name, RawName last, long offset) throws NarException {
        if (isReserved(name)) {
            throw new NarException(offset, "'" + name + "' is no name for a file");
        }
        if (!isLegal(name)) {
            throw new NarException(offset, "entry name '" + name + "' has a slash or a zero byte");
        }
        int order = name.compareTo(last);
        if (order == 0) {
            throw new NarException(offset, "entry name '" + name + "' stands twice in one directory");
        }
        if (order < 0) {
            throw new NarException(
                    offset,
                    "entry name '" + name + "' follows '" + last + "'; names must be in the order of their bytes");
        }
    }

    private static boolean isReserved(RawName name) {
        return name.length() == 0 || name.equals(HERE) || name.equals(ABOVE);
    }

    /** Whether {@code name} can be the name of an entry, but for its length. */
    static boolean isLegal(RawName name) {
        return !isReserved(name) && !name.contains('/') && !name.contains(0);
    }
}
