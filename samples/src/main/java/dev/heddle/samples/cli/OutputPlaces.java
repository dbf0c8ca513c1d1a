package dev.heddle.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that a build will write. Two that are written to one file would take it from each other, and neither would be whole. */
public final class OutputPlaces {

    private final Map<Path, String> taken = new HashMap<>();

    OutputPlaces() {}

    /**
     * Refuses {@code -}, which people mean standard output by: there the build is shown already.
     *
     * @throws UserError if it is that
     */
    public static void requireName(String option, Path file) {
        if (file.toString().equals("-")) {
            throw new UserError(option, "cannot write to standard output", "name a file; ./- is one");
        }
    }

    /**
     * Refuses a file in a folder that is not there, so that a mistake in its name makes no folders.
     *
     * @throws UserError if there is no such folder
     */
    static void requireFolder(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            String wrong = Files.exists(folder) ? "is not a directory" : "is not there";
            throw new UserError(
                    option,
                    "the folder " + folder + " of " + file.getFileName() + " " + wrong,
                    "make it, or choose another place");
        }
    }

    /**
     * Takes a place.
     *
     * @param what is written there, in words
     * @param option by which it was chosen
     * @param file where, or null if it is not written
     * @throws UserError if something else is written there, or it is {@code -}
     */
    void take(String what, String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        requireName(option, file);
        String other = taken.putIfAbsent(place(file), what);
        if (other != null) {
            throw new UserError(option, file + " is where " + other + " goes", "choose another place with " + option);
        }
    }

    // The file need not be there yet, nor its folder.
    private static Path place(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        try {
            return whole.toRealPath();
        } catch (IOException e) {
            Path folder = whole.getParent();
            try {
                return folder == null ? whole : folder.toRealPath().resolve(whole.getFileName());
            } catch (IOException none) {
                return whole;
            }
        }
    }
}
