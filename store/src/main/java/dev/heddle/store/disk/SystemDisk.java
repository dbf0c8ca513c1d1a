package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The real file systems. */
final class SystemDisk implements Disk {

    static final Disk INSTANCE = new SystemDisk();

    private SystemDisk() {}

    @Override
    public Folder open(Path directory) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Folder openOrCreate(Path directory) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sync(Folder folder) throws IOException {
        throw new UnsupportedOperationException();
    }
}
