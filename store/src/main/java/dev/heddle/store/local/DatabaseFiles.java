package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a database, as Nix lays it out: {@code db.sqlite}, {@code schema} with the number of the schema, and
 * {@code reserved}, which a collector deletes to have room on a full disk. What SQLite owns is never opened here.
 */
final class DatabaseFiles {

    static final int SCHEMA = 10;

    private static final int RESERVED_BYTES = 8 << 20;
    private static final int LONGEST_SCHEMA = 32;

    private final Path directory;

    DatabaseFiles(Path directory) {
        this.directory = directory;
    }

    Path database() {
        return directory.resolve("db.sqlite");
    }

    /** SQLite's log of what is not in the database file yet. */
    Path log() {
        return directory.resolve("db.sqlite-wal");
    }

    private Path schema() {
        return directory.resolve("schema");
    }

    /** Makes the directory, and an empty database file if there is none. */
    void create() throws IOException {
        makeDirectories(directory);
        if (Files.exists(database())) {
            return;
        }
        // Made under another name: the file must never be closed by Java while SQLite may have it open, even by a hair.
        Path fresh = Files.createTempFile(
                directory,
                "db.sqlite.new",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        try {
            Files.createLink(database(), fresh);
        } catch (FileAlreadyExistsException e) {
            // Another process was first: its file is as good.
            return;
        } finally {
            Files.delete(fresh);
        }
        sync(directory);
    }

    /**
     * Checks the number in {@code schema}.
     *
     * @return whether there is a number; without one the tables tell
     * @throws StoreException if it is not the one that is known here
     */
    boolean checkSchema() throws IOException {
        if (!Files.exists(schema())) {
            return false;
        }
        byte[] bytes;
        try (var in = Files.newInputStream(schema())) {
            bytes = in.readNBytes(LONGEST_SCHEMA);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty()) {
            // What a power cut leaves of the file where Nix wrote it.
            return false;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new StoreException(schema() + ": holds no number; if the tables of " + database()
                    + " are those of schema " + SCHEMA + ", delete it, and it is made anew");
        }
        int number = Integer.parseInt(text);
        if (number != SCHEMA) {
            String advice = number > SCHEMA
                    ? "it is of a newer program; use that one"
                    : "let a Nix 2 open the store once, which brings it to schema " + SCHEMA;
            throw new StoreException(database() + ": has schema " + number + ", but only schema " + SCHEMA
                    + " is known here: " + advice);
        }
        return true;
    }

    /** Writes the number into {@code schema}. */
    void writeSchema() throws IOException {
        replace(schema(), ByteBuffer.wrap(Integer.toString(SCHEMA).getBytes(StandardCharsets.US_ASCII)), "rw-r--r--");
    }

    private Path reserved() {
        return directory.resolve("reserved");
    }

    /** Gives up the reserve of disk space if the disk is nearly full; tells whether there was one. */
    boolean useReserveIfFull() {
        try {
            return Files.getFileStore(directory).getUsableSpace() < 2 * RESERVED_BYTES && useReserve();
        } catch (IOException e) {
            // Then it is not known to be full.
            return false;
        }
    }

    /** Gives up the reserve of disk space; tells whether there was one. */
    boolean useReserve() {
        try {
            return Files.deleteIfExists(reserved());
        } catch (IOException e) {
            // Nothing is gained then, as where there is none.
            return false;
        }
    }

    /** Makes the reserve of disk space anew if it was used. A disk that has no room for it is no error. */
    void reserve() {
        try {
            if (!Files.exists(reserved())) {
                replace(reserved(), ByteBuffer.allocate(RESERVED_BYTES), "rw-------");
            }
        } catch (IOException e) {
            // It would have been there to be deleted when the disk is full: it is.
            return;
        }
    }

    private void replace(Path file, ByteBuffer content, String mode) throws IOException {
        Path fresh = Files.createTempFile(
                directory,
                file.getFileName() + ".new",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                while (content.hasRemaining()) {
                    out.write(content);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        sync(directory);
    }

    private static void makeDirectories(@Nullable Path wanted) throws IOException {
        if (wanted == null || Files.isDirectory(wanted)) {
            return;
        }
        makeDirectories(wanted.getParent());
        try {
            Files.createDirectory(wanted);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(wanted)) {
                throw e;
            }
        }
        if (wanted.getParent() != null) {
            sync(wanted.getParent());
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel open = FileChannel.open(directory, StandardOpenOption.READ)) {
            open.force(true);
        }
    }
}
