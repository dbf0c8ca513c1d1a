package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/** The real file systems. Has no state; threads and processes of {@link #sync} end before it returns. */
final class SystemDisk implements Disk {

    static final Disk INSTANCE = new SystemDisk();

    private static final int FOLDER_MODE = 0755;

    private SystemDisk() {}

    @Override
    @SuppressWarnings("StreamResourceLeak") // the folder closes it
    public Folder open(Path directory) throws IOException {
        Path real;
        DirectoryStream<Path> stream;
        try {
            real = directory.toRealPath();
            stream = Files.newDirectoryStream(real);
        } catch (IOException e) {
            throw SystemError.at(directory, e);
        }
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return SystemFolder.top(secure, real);
        }
        stream.close();
        throw new IOException(
                directory + ": this Java runtime has no directory handles here; use a local file system on Linux");
    }

    @Override
    public Folder openOrCreate(Path directory) throws IOException {
        try {
            return open(directory);
        } catch (NoSuchFileException missing) {
            Path absolute = directory.toAbsolutePath();
            Path parent = absolute.getParent();
            Path last = absolute.getFileName();
            if (parent == null || last == null) {
                throw missing;
            }
            try (Folder above = openOrCreate(parent)) {
                create(above, RawPaths.toName(last));
            }
            return open(directory);
        }
    }

    private static void create(Folder above, RawName name) throws IOException {
        try (Folder made = above.createFolder(name)) {
            made.setMode(FOLDER_MODE);
        } catch (FileAlreadyExistsException another) {
            // Somebody was faster, or a link leads nowhere; opening tells.
            above.facts(name);
        }
    }

    @Override
    public void sync(Folder folder) throws IOException {
        if (!SystemSync.fileSystemOf(folder)) {
            SystemSync.eachOf(folder);
        }
    }
}
