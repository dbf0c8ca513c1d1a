package dev.heddle.store.local;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.TreeRemoval;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A private directory on the store's file system, in which trees are made before they get their names. Closing it removes
 * what is still in it. Used by one thread at a time.
 */
final class Stage implements Closeable {

    private final Folder parent;
    private final RawName name;
    private final Folder folder;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Makes the directory {@code name} in {@code parent}, which stays open longer than the stage. */
    Stage(Folder parent, RawName name) throws IOException {
        this.parent = parent;
        this.name = name;
        this.folder = parent.createFolder(name);
    }

    /** Its name in the directory of this process. */
    RawName name() {
        return name;
    }

    /** The directory, of mode 0700; open until the stage is closed. */
    Folder folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            folder.close();
            TreeRemoval.remove(parent, name);
        }
    }
}
