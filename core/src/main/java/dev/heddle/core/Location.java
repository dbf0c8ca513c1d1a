package dev.heddle.core;

import java.util.Objects;

/**
 * A place in a text file, as people and editors read it. Immutable.
 *
 * @param file the file's name as it was said, relative or absolute; not empty
 * @param line line, counted from 1, or 0 if unknown
 * @param column column, counted from 1 as its tool counts it, or 0 if unknown; 0 if the line is
 */
public record Location(String file, int line, int column) {

    /** Checks the ranges. */
    public Location {
        Objects.requireNonNull(file, "file");
        if (file.isEmpty()) {
            throw new IllegalArgumentException("a location needs the name of a file");
        }
        if (line < 0 || column < 0 || (line == 0 && column > 0)) {
            throw new IllegalArgumentException(
                    "not a place in " + file + ": line " + line + ", column " + column + "; both are counted from 1");
        }
    }

    /** A line of a file. */
    public static Location of(String file, int line) {
        return new Location(file, line, 0);
    }

    /** A place in a line of a file. */
    public static Location of(String file, int line, int column) {
        return new Location(file, line, column);
    }

    /** As compilers write it: {@code file:line:column}, without what is unknown. */
    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
