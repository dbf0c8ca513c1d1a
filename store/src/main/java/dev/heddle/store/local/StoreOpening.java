package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;

/** Opens the parts of a store one after the other; when one fails, those before it are closed. */
final class StoreOpening {

    private final StoreParts parts;
    private final Deque<Closeable> opened = new ArrayDeque<>();

    private StoreOpening(StoreParts parts) {
        this.parts = parts;
    }

    static StoreServices open(StoreParts parts, boolean readOnly) throws IOException {
        StoreOpening opening = new StoreOpening(parts);
        try {
            return readOnly ? opening.readOnly() : opening.writing();
        } catch (FileSystemException e) {
            opening.closeAfter(e);
            throw new StoreException(
                    parts.layout().real() + ": the store cannot be opened: " + e.getMessage()
                            + "; check owner, mode and" + " free space" + (readOnly ? "" : ", or open it read-only"),
                    e);
        } catch (IOException | RuntimeException e) {
            opening.closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Exception failure) {
        while (!opened.isEmpty()) {
            Staging.closeAfter(failure, opened.pop());
        }
    }

    private <T extends Closeable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private StoreServices readOnly() throws IOException {
        Folder store = opened(StorePlace.open(parts.layout(), parts.disk(), false));
        StoreDatabase database = SqliteDatabase.open(parts.layout(), DatabaseSettings.NORMAL.withReadOnly(true));
        opened.push(database::close);
        return StoreServices.readOnly(database, store);
    }

    private StoreServices writing() throws IOException {
        StoreLayout layout = parts.layout();
        Folder store = opened(StorePlace.open(layout, parts.disk(), true));
        StoreDatabase database = SqliteDatabase.open(
                layout, DatabaseSettings.NORMAL.withSynced(parts.settings().sync()));
        opened.push(database::close);
        PathLocks locks = opened(PathLocks.open(layout));
        CollectorLock collecting = opened(new CollectorLock(layout));
        PathKeeper keeper = opened(TemporaryRoots.open(layout, collecting, database));
        StoreServices.Given given =
                new StoreServices.Given(database, locks, collecting, keeper, new SecureRandom(), true);
        return StoreServices.open(parts, store, given);
    }
}
