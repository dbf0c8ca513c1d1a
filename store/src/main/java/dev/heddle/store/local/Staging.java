package dev.heddle.store.local;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * This process's private directory in {@link StoreLayout#staging}, and what is made in it: stages and trashes. Its name is
 * locked as long as the process lives; what others left behind whose lock is free is removed by {@link #sweep}.
 *
 * <p>Any thread may use it.
 */
final class Staging implements Closeable {

    private final Disk disk;
    private final Folder all;
    private final RawName name;
    private final Folder own;
    private final Closeable lock;
    private final AtomicLong count = new AtomicLong();

    Staging(Disk disk, Folder all, RawName name, Folder own, Closeable lock) {
        this.disk = disk;
        this.all = all;
        this.name = name;
        this.own = own;
        this.lock = lock;
    }

    /** A new private directory for a tree or several; the caller closes it. */
    Stage stage() throws IOException {
        return new Stage(own, RawName.of("s" + count.getAndIncrement()));
    }

    /** A new empty trash; the caller closes it, which deletes what it took. */
    Trash trash() throws IOException {
        return new Trash(stage());
    }

    /** Writes everything that was staged to the medium. */
    void sync() throws IOException {
        disk.sync(own);
    }

    /** The name by which a stage of this process is found again after a crash, in {@link StoreLayout#staging}. */
    String pathOf(Stage stage) {
        return name + "/" + stage.name();
    }

    /** Removes what processes left behind that live no more. */
    void sweep() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
