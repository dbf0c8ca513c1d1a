package dev.heddle.store.cache;

import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads zstd's native code from a place where nobody else can exchange it. */
final class ZstdLibrary {

    /** Where to look for it, and where to put it, if the embedder wishes so; both are read by the library itself. */
    private static final String GIVEN_PATH = "ZstdNativePath";

    private static final String GIVEN_FOLDER = "ZstdTempFolder";

    private ZstdLibrary() {}

    /** Loads it if nobody has; a second call does nothing. */
    static void load() throws IOException {
        if (Native.isLoaded()) {
            return;
        }
        try {
            if (System.getProperty(GIVEN_PATH) != null || System.getProperty(GIVEN_FOLDER) != null) {
                Native.load();
            } else {
                loadFrom(Files.createTempDirectory("heddle-zstd"));
            }
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
            throw new IOException(
                    "zstd cannot be loaded: " + e.getMessage() + "; name a directory that allows programs with -D"
                            + GIVEN_FOLDER + "=DIR, or use another compression",
                    e);
        }
    }

    /** Other users may not enter a directory that {@code createTempDirectory} made. */
    private static void loadFrom(Path folder) throws IOException {
        try {
            Native.load(folder.toFile());
        } finally {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                // A system that cannot delete a library in use; the library asked for its deletion when the JVM ends.
                folder.toFile().deleteOnExit();
            }
        }
    }
}
