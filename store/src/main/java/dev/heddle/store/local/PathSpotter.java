package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises this store's paths in the targets of links and in other bytes, by the directory that they are named for and by
 * where that really is. Immutable.
 */
final class PathSpotter {

    private static final int HASH_DIGITS = 32;
    private static final int BUFFER = 1 << 16;

    private final String storeDirectory;
    /** With a slash at the end, as the bytes of the file system in ISO 8859-1. */
    private final Set<String> prefixes = new LinkedHashSet<>();

    PathSpotter(StoreLayout layout) {
        this.storeDirectory = layout.storeDirectory();
        prefixes.add(bytes(storeDirectory) + "/");
        prefixes.add(bytes(layout.real().toString()) + "/");
        try {
            // What the kernel tells of running processes.
            prefixes.add(bytes(layout.real().toRealPath().toString()) + "/");
        } catch (IOException notThere) {
            // Then no process can use it.
        }
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The store path that {@code target} is, or leads into. */
    Optional<StorePath> leading(RawName target) {
        String text = new String(target.bytes(), StandardCharsets.ISO_8859_1);
        for (String prefix : prefixes) {
            if (text.startsWith(prefix)) {
                int end = text.indexOf('/', prefix.length());
                return named(text.substring(prefix.length(), end < 0 ? text.length() : end));
            }
        }
        return Optional.empty();
    }

    /** The path whose files are called {@code baseName} in the store directory. */
    Optional<StorePath> named(String baseName) {
        try {
            return Optional.of(StorePath.parse(storeDirectory + "/" + baseName));
        } catch (IllegalArgumentException isNone) {
            return Optional.empty();
        }
    }

    /** The name of an entry of the store directory, whatever it is. */
    String pathOf(RawName entry) {
        return storeDirectory + "/" + entry;
    }

    /** Whether a file is the store directory or in it. */
    boolean isInStore(Path file) {
        String text = bytes(file.toAbsolutePath().normalize().toString()) + "/";
        return prefixes.stream().anyMatch(text::startsWith);
    }

    /** The hash parts of all paths of this store that are named anywhere in {@code in}, which is read to its end. */
    Set<String> hashParts(InputStream in) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        int longest = prefixes.stream().mapToInt(String::length).max().orElseThrow() + HASH_DIGITS + 1;
        byte[] buffer = new byte[BUFFER + longest];
        int kept = 0;
        for (int count = in.read(buffer, kept, BUFFER); count >= 0; count = in.read(buffer, kept, BUFFER)) {
            int length = kept + count;
            String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            for (String prefix : prefixes) {
                collect(text, prefix, found);
            }
            kept = Math.min(length, longest - 1);
            System.arraycopy(buffer, length - kept, buffer, 0, kept);
        }
        return found;
    }

    private void collect(String text, String prefix, Set<String> found) {
        for (int at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
            int from = at + prefix.length();
            int end = from + HASH_DIGITS;
            // Any name makes it a path; which one it is follows from the hash part.
            if (end < text.length() && text.charAt(end) == '-') {
                named(text.substring(from, end) + "-x").ifPresent(path -> found.add(path.hashPart()));
            }
        }
    }
}
