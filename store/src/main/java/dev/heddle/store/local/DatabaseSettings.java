package dev.heddle.store.local;

import java.time.Duration;

/**
 * How a database is opened.
 *
 * @param readOnly whether nothing will be written: the file, its directory and the disk need not be writable then
 * @param synced whether what was written survives a power cut
 * @param busyWait how long a write waits for another process; to the second, at least one
 */
record DatabaseSettings(boolean readOnly, boolean synced, Duration busyWait) {

    static final DatabaseSettings NORMAL = new DatabaseSettings(false, true, Duration.ofHours(1));

    DatabaseSettings {
        if (busyWait.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("the shortest wait is a second, not " + busyWait);
        }
    }

    DatabaseSettings withReadOnly(boolean only) {
        return new DatabaseSettings(only, synced, busyWait);
    }

    DatabaseSettings withSynced(boolean yes) {
        return new DatabaseSettings(readOnly, yes, busyWait);
    }

    DatabaseSettings withBusyWait(Duration wait) {
        return new DatabaseSettings(readOnly, synced, wait);
    }
}
