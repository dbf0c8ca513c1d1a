package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;

/**
 * One thing met on the way through an archive, in the archive's order. The root comes first, with an empty name; the
 * entries of a directory follow it, up to its {@link DirectoryEnd}.
 */
public sealed interface NarEntry {

    /**
     * A directory begins.
     *
     * @param name its name in the directory around it; empty for the root
     */
    record Directory(RawName name) implements NarEntry {}

    /** The directory that was begun last, and has not ended, ends. */
    record DirectoryEnd() implements NarEntry {}

    /**
     * A regular file, whose bytes can be read until the next entry is asked for.
     *
     * @param name its name in the directory around it; empty for the root
     * @param executable whether its owner may execute it: the one permission that an archive keeps
     * @param size number of bytes
     * @param offset where its bytes begin, counted from the beginning of the archive
     */
    record File(RawName name, boolean executable, long size, long offset) implements NarEntry {}

    /**
     * A symbolic link. Its target is data: it may be absolute, lead upwards, or nowhere.
     *
     * @param name its name in the directory around it; empty for the root
     * @param target what it points at, never empty
     */
    record Symlink(RawName name, RawName target) implements NarEntry {}
}
