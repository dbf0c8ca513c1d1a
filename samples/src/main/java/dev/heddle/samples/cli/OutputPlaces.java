package dev.heddle.samples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that a build will write. Two that are written to one file would take it from each other, and neither would be whole. */
final class OutputPlaces {

    private final Map<Path, String> taken = new HashMap<>();

    OutputPlaces() {}

    /**
     * Takes a place.
     *
     * @param what is written there, in words
     * @param option by which it was chosen
     * @param file where, or null if it is not written
     * @throws UserError if something else is written there
     */
    void take(String what, String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
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
