package dev.heddle.samples.ninja;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * The files below (or beside) one working directory, by raw name.
 *
 * <p>A Java process cannot change its directory, so every name is resolved against the base. Times are nanoseconds since the
 * epoch; 0 stands for a file that does not exist. May be used by several threads.
 */
final class Disk {

    /** A depfile, dyndep file or response file larger than this is refused. */
    static final long LARGEST_SMALL_FILE = 256L << 20;

    private final Path base;
    private final String prefix;

    Disk(Path base) {
        this.base = base.toAbsolutePath().normalize();
        // A relative prefix stays one: the kernel has fewer components to walk.
        String text = base.toString();
        this.prefix = text.isEmpty() || text.endsWith("/") ? text : text + "/";
    }

    Path base() {
        return base;
    }

    /** The path of a raw name. */
    Path path(String raw) {
        if (Raw.isAscii(raw)) {
            return Path.of(raw.startsWith("/") ? raw : prefix + raw);
        }
        // The bytes of a name go through a URI: the only way into a Path that does not depend on the locale.
        StringBuilder uri =
                new StringBuilder(raw.startsWith("/") ? "file://" : base.toUri().toString());
        if (!raw.startsWith("/") && uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/') {
                uri.append(c);
            } else {
                uri.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    /** When a file was last changed, or 0 if there is none. */
    long mtime(String raw) throws NinjaException {
        if (raw.isEmpty() || raw.indexOf(0) >= 0) {
            return 0;
        }
        return mtime(raw, path(raw));
    }

    private static long mtime(String raw, Path path) throws NinjaException {
        try {
            FileTime time =
                    Files.readAttributes(path, BasicFileAttributes.class).lastModifiedTime();
            // As ninja has it: a file of the epoch itself is there, so it is a nanosecond younger.
            return Math.max(1, time.to(TimeUnit.NANOSECONDS));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (AccessDeniedException e) {
            throw new NinjaException("stat(" + Raw.text(raw) + "): permission denied");
        } catch (FileSystemException e) {
            if (hasFileForDirectory(path)) {
                return 0;
            }
            throw new NinjaException("stat(" + Raw.text(raw) + "): " + reason(e));
        } catch (IOException e) {
            throw new NinjaException("stat(" + Raw.text(raw) + "): " + reason(e));
        }
    }

    private static boolean hasFileForDirectory(Path path) {
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            if (Files.exists(parent)) {
                return !Files.isDirectory(parent);
            }
        }
        return false;
    }

    /** Makes the directories that {@code raw} needs to be written. */
    void makeParents(String raw) throws IOException {
        int slash = raw.lastIndexOf('/');
        if (slash > 0) {
            makeDirectories(raw.substring(0, slash));
        }
    }

    /** Makes a directory and those above it, one after the other as the name spells them: {@code a/../b} makes both. */
    void makeDirectories(String raw) throws IOException {
        if (Files.isDirectory(path(raw))) {
            return;
        }
        for (int end = raw.indexOf('/', 1); end >= 0; end = raw.indexOf('/', end + 1)) {
            makeDirectory(raw.substring(0, end));
        }
        makeDirectory(raw);
    }

    private void makeDirectory(String raw) throws IOException {
        Path path = path(raw);
        if (!Files.isDirectory(path)) {
            try {
                Files.createDirectory(path);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(path)) {
                    throw new FileSystemException(raw, null, "'" + Raw.text(raw) + "' is not a directory");
                }
            }
        }
    }

    /** All bytes of a small file. */
    byte[] read(String raw) throws IOException {
        Path path = path(raw);
        long size = Files.size(path);
        if (size > LARGEST_SMALL_FILE) {
            throw new IOException("larger than " + (LARGEST_SMALL_FILE >> 20) + " MiB");
        }
        return Files.readAllBytes(path);
    }

    /** What was wrong, for people, without the name of the file. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof FileSystemException known && known.getReason() != null) {
            return known.getReason();
        }
        String message = e.getMessage();
        if (e instanceof FileNotFoundException && message != null && message.endsWith(")")) {
            // "NAME (REASON)"
            return message.substring(message.lastIndexOf('(') + 1, message.length() - 1);
        }
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
