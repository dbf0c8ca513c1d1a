package dev.heddle.store.local;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.Closeable;
import java.io.IOException;

/**
 * Where trees go that have lost their place in the store, until they are deleted: a move within the file system, so that
 * nothing is ever half deleted under a store path's name. A private directory of this process; what a crash leaves in it
 * goes when another process opens the store.
 *
 * <p>Any thread may put things in; each use of a trash has one of its own ({@link Staging#trash}).
 */
final class Trash implements Closeable {

    private final Stage stage;
    private long count;

    Trash(Stage stage) {
        this.stage = stage;
    }

    /**
     * Takes an entry out of its directory. Nothing is deleted yet.
     *
     * @return what it is called here, for {@link #giveBack}
     */
    synchronized RawName take(Folder from, RawName name) throws IOException {
        RawName taken = RawName.of("t" + count);
        count++;
        Moves.move(from, name, stage.folder(), taken);
        return taken;
    }

    /** Puts back what was taken, where nothing is now. */
    synchronized void giveBack(RawName taken, Folder to, RawName name) throws IOException {
        Moves.move(stage.folder(), taken, to, name);
    }

    /** Deletes everything that was taken. */
    @Override
    public void close() throws IOException {
        stage.close();
    }
}
