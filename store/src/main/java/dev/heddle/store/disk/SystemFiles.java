package dev.heddle.store.disk;

import dev.heddle.store.disk.FileFacts.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;

/** Opens, makes and syncs the regular files of an open directory. */
final class SystemFiles {

    private static final Path HERE = Path.of(".");
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> APPEND = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);

    private final SecureDirectoryStream<Path> handle;
    private final SystemPlace place;
    /** Those permission bits of new files that neither umask nor an access list takes away here, as far as seen. */
    private volatile int bitsThatHold;

    SystemFiles(SecureDirectoryStream<Path> handle, SystemPlace place, int bitsThatHold) {
        this.handle = handle;
        this.place = place;
        this.bitsThatHold = bitsThatHold;
    }

    int bitsThatHold() {
        return bitsThatHold;
    }

    SeekableByteChannel read(Path entry) throws IOException {
        return new SystemChannel(opened(entry), place.path().resolve(entry));
    }

    private SeekableByteChannel opened(Path entry) throws IOException {
        checkFile(entry);
        try {
            return handle.newByteChannel(entry, READ);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    private void checkFile(Path entry) throws IOException {
        if (place.kind(entry) != Kind.FILE) {
            throw place.error(entry, new IOException("not a regular file"));
        }
    }

    WritableByteChannel create(Path entry, int mode) throws IOException {
        return new SparseChannel(made(entry, CREATE, mode));
    }

    WritableByteChannel append(Path entry, int mode) throws IOException {
        try {
            checkFile(entry);
        } catch (NoSuchFileException e) {
            return made(entry, APPEND, mode);
        }
        try {
            return new SystemChannel(
                    handle.newByteChannel(entry, APPEND), place.path().resolve(entry));
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    private SeekableByteChannel made(Path entry, Set<OpenOption> options, int mode) throws IOException {
        SeekableByteChannel channel;
        try {
            channel = handle.newByteChannel(entry, options, SystemModes.attribute(mode));
        } catch (IOException e) {
            throw place.makingError(entry, e);
        }
        try {
            if ((mode & ~bitsThatHold) != 0) {
                settle(entry, mode);
            }
            return new SystemChannel(channel, place.path().resolve(entry));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Looks whether a new file has the mode that was asked for, and sees to it. */
    private void settle(Path entry, int mode) throws IOException {
        try {
            PosixFileAttributeView view =
                    handle.getFileAttributeView(entry, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (SystemModes.bits(view.readAttributes().permissions()) == mode) {
                hold(mode);
            } else {
                view.setPermissions(SystemModes.of(mode));
            }
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    private synchronized void hold(int mode) {
        bitsThatHold = bitsThatHold | mode;
    }

    void sync(Path entry) throws IOException {
        try (SeekableByteChannel file = opened(entry)) {
            force(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    void syncDirectory() throws IOException {
        try (SeekableByteChannel itself = handle.newByteChannel(HERE, READ)) {
            force(itself);
        } catch (IOException e) {
            throw place.error(null, e);
        }
    }

    private static void force(SeekableByteChannel channel) throws IOException {
        if (!(channel instanceof FileChannel file)) {
            throw new IOException("this Java runtime cannot sync files here");
        }
        file.force(true);
    }
}
