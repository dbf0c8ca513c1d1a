package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;

/** What the name of a directory's entry must be, in an archive that is read as in one that is written. */
final class NameRules {

    private NameRules() {}

    /**
     * Checks {@code name}, whose length the caller has checked.
     *
     * @param last the name before it in its directory, or {@link RawName#EMPTY}
     * @param offset where the name stands in the archive
     */
    static void check(RawName name, RawName last, long offset) throws NarException {
        if (!name.isFileName()) {
            throw new NarException(
                    offset,
                    name.contains('/') || name.contains(0)
                            ? "entry name '" + name + "' has a slash or a zero byte"
                            : "'" + name + "' is no name for a file");
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
}
