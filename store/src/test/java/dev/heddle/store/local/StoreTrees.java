package dev.heddle.store.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks at what lies in the directories of a store. */
final class StoreTrees {

    private StoreTrees() {}

    /** The names in the store directory, in order. */
    static List<String> inStore(StoreLayout layout) throws IOException {
        return names(layout.real());
    }

    /** Everything below the staging directory. */
    static List<String> inStaging(StoreLayout layout) throws IOException {
        try (Stream<Path> all = Files.walk(layout.staging())) {
            return all.filter(path -> !path.equals(layout.staging()))
                    .map(path -> layout.staging().relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
