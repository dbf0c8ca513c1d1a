package dev.heddle.logmux;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket that only its owner can connect to.
 *
 * @param channel listens
 * @param path its name
 * @param key what tells its file from another of the same name
 */
record AttachSocket(
        ServerSocketChannel channel, Path path, @Nullable Object key) {

    /** Longest name of a socket in bytes, with the end of the text, as Linux has it. */
    private static final int LONGEST_NAME = 107;
    /** Longest name inside a folder that {@link #bind} makes for a moment. */
    private static final int ROOM = 24;

    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0022;

    /**
     * Listens at a path.
     *
     * @throws IOException if something else is there, somebody listens there, or others could put their own in its place
     */
    static AttachSocket bind(Path path) throws IOException {
        Path folder = requireUsable(path);
        // Made where nobody else can reach it, so that there is no moment at which others could connect.
        Path closet = Files.createTempDirectory(folder, ".h");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean complete = false;
        try {
            Path begun = closet.resolve("s");
            channel.bind(UnixDomainSocketAddress.of(begun));
            Files.setPosixFilePermissions(begun, PosixFilePermissions.fromString("rw-------"));
            Object key = key(begun);
            Files.move(begun, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            complete = true;
            return new AttachSocket(channel, path, key);
        } finally {
            if (!complete) {
                channel.close();
                Files.deleteIfExists(closet.resolve("s"));
            }
            Files.deleteIfExists(closet);
        }
    }

    /**
     * Checks a path without touching it.
     *
     * @return the folder it is in
     * @throws IOException where {@link #bind} would
     */
    static Path requireUsable(Path path) throws IOException {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket has a folder");
        requireOwnFolder(folder);
        requireFree(path);
        int longest = folder.toString().getBytes(StandardCharsets.UTF_8).length + ROOM;
        if (longest > LONGEST_NAME || path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new FileSystemException(
                    path.toString(), null, "too long for the name of a socket; choose a shorter one");
        }
        return folder;
    }

    private static void requireOwnFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        int mode = (Integer) Files.getAttribute(folder, "unix:mode");
        if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
            throw new FileSystemException(
                    folder.toString(), null, "others may write there and could put a socket of their own in its place");
        }
    }

    // What a killed process left is a socket where nobody listens.
    private static void requireFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE) != SOCKET) {
            throw new FileSystemException(path.toString(), null, "there is something else that is no socket");
        }
        if (isServed(path)) {
            throw new FileSystemException(path.toString(), null, "another build is served there");
        }
    }

    private static boolean isServed(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            if ("Connection refused".equals(e.getMessage())) {
                return false;
            }
            throw e;
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Listens no more, and removes the socket if it is still this one. */
    void close() {
        try (channel) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(key, key(path))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // A socket that stays where nobody listens is replaced by the next who wants the name.
        }
    }
}
