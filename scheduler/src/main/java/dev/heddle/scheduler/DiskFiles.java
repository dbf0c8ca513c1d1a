package dev.heddle.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The files of the disk. */
final class DiskFiles implements SharedFiles {

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void create(Path file, byte[] content) throws IOException {
        boolean whole = false;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            // Without it a power cut can leave a lock that has a name and says nothing.
            out.force(false);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void link(Path further, Path file) throws IOException {
        Files.createLink(further, file);
    }

    @Override
    public int links(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void replace(Path file, Path name) throws IOException {
        Files.move(file, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean remove(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    @Override
    public String oddity(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return found.isRegularFile()
                ? ""
                : found.isDirectory() ? "a directory" : found.isSymbolicLink() ? "a symbolic link" : "special";
    }

    @Override
    public byte[] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(most);
        }
    }

    @Override
    public List<Path> list(Path directory, String beginning) throws IOException {
        List<Path> found = new ArrayList<>();
        DirectoryStream.Filter<Path> begins =
                file -> String.valueOf(file.getFileName()).startsWith(beginning);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, begins)) {
            files.forEach(found::add);
        }
        return found;
    }

    @Override
    public long changed(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
    }

    @Override
    public boolean alone(Path guard, Deed deed) {
        synchronized (LockDirectory.class.getName().intern()) { // The same in every class loader.
            // A link could have any file of another directory made or locked.
            try (FileChannel channel = FileChannel.open(
                            guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock alone = channel.lock()) {
                if (alone.isValid()) {
                    deed.run();
                }
                return true;
            } catch (IOException | OverlappingFileLockException e) {
                return false;
            }
        }
    }
}
