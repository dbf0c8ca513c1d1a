package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native code once per class loader, from a private directory.
 *
 * <p>The driver unpacks it into the directory that {@code org.sqlite.tmpdir} names when it is first used, else into
 * {@code java.io.tmpdir}: which may be mounted without the right to execute, where others may have put a file in its way, and
 * where a killed process leaves a copy for ever. Here it goes into a fresh directory of mode 0700 with a random name, below
 * the store, and is deleted as soon as it is loaded. The property is set for the moment of loading alone and then put back;
 * an embedder who has set it, or {@code org.sqlite.lib.path}, or has loaded the driver before, has decided, and is obeyed.
 */
final class SqliteLibrary {

    private static final String DIRECTORY = "org.sqlite.tmpdir";
    private static final String LIBRARY = "org.sqlite.lib.path";
    private static final String PREFIX = "sqlite-";

    private SqliteLibrary() {}

    /**
     * Loads it if it is not loaded.
     *
     * @param own a directory that exists; where it is null or of no use, the machine's temporary directory is used
     * @throws StoreException if it cannot be loaded; the message names the directory
     */
    static void load(@Nullable Path own) throws IOException {
        Properties properties = System.getProperties();
        // Every class loader's copy of this class meets at the same object.
        synchronized (properties) {
            if (properties.containsKey(DIRECTORY) || properties.containsKey(LIBRARY)) {
                initialise(properties.getProperty(LIBRARY, properties.getProperty(DIRECTORY)));
            } else if (own == null || !Files.isWritable(own)) {
                loadFrom(temporary(), properties);
            } else {
                loadFromEither(own, properties);
            }
        }
    }

    /** A store on a full disk must open still, to be collected: its garbage may be all that fills the disk. */
    private static void loadFromEither(Path own, Properties properties) throws IOException {
        try {
            sweep(own);
            loadFrom(
                    Files.createTempDirectory(
                            own, PREFIX + ProcessHandle.current().pid() + "-", ownersAlone()),
                    properties);
        } catch (IOException e) {
            try {
                loadFrom(temporary(), properties);
            } catch (IOException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private static void loadFrom(Path directory, Properties properties) throws IOException {
        properties.put(DIRECTORY, directory.toString());
        try {
            initialise(directory.toString());
        } finally {
            properties.remove(DIRECTORY);
            delete(directory);
        }
    }

    private static Path temporary() throws IOException {
        return Files.createTempDirectory("heddle-" + PREFIX, ownersAlone());
    }

    private static FileAttribute<?> ownersAlone() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }

    private static void initialise(String directory) throws StoreException {
        try {
            // Not by a connection: that would remember a failure for ever.
            SQLiteJDBCLoader.initialize();
        } catch (Exception | LinkageError e) {
            throw new StoreException(
                    "SQLite's native library cannot be loaded from " + directory + " (" + e.getMessage()
                            + "): the file system may be mounted noexec or be full; let the system property "
                            + DIRECTORY
                            + " name a directory of yours that allows execution",
                    e);
        }
    }

    /** Deletes what processes left that died while they loaded it. */
    private static void sweep(Path own) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own, PREFIX + "*-*")) {
            for (Path directory : left) {
                if (Files.isDirectory(directory)
                        && !ownerLives(directory.getFileName().toString())) {
                    delete(directory);
                }
            }
        }
    }

    private static boolean ownerLives(String name) {
        String pid = name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()));
        return !pid.matches("[0-9]{1,18}")
                || ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    /** Deletes the directory and the files in it, as far as that can be done. */
    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Files.deleteIfExists(directory);
    }
}
