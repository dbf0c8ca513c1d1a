package dev.heddle.store.local;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What came out differently when it was built again: kept in {@code STATE/heddle/differing}, for those who want to look closer,
 * under the output's name and with the time of the check. At most {@value #MOST}; the oldest go first. Any thread.
 */
final class DifferingOutputs {

    static final int MOST = 16;

    /** A directory in which others put so many things is not searched for the oldest. */
    private static final int MOST_NAMES = 10_000;

    private final LocalStore store;
    private final Path directory;

    DifferingOutputs(LocalStore store) {
        this.store = store;
        this.directory = store.layout().own().resolve("differing");
    }

    /** Keeps an output instead of one of the same name that was kept before; returns where. */
    Path keep(Staged made, RawName name) throws IOException {
        try (Folder folder = store.parts().disk().openOrCreate(directory);
                Trash trash = store.staging().trash()) {
            if (folder.exists(name)) {
                trash.take(folder, name);
            }
            Moves.move(made.stage().folder(), made.name(), folder, name);
            folder.setTime(name, store.parts().clock().instant().getEpochSecond());
            dropOldest(folder, name, trash);
        }
        return directory.resolve(name.toString());
    }

    private static void dropOldest(Folder folder, RawName newest, Trash trash) throws IOException {
        record Kept(long since, RawName name) {}
        List<Kept> kept = new ArrayList<>();
        for (RawName name : folder.names(MOST_NAMES)) {
            if (!name.equals(newest)) {
                kept.add(new Kept(folder.facts(name).modified(), name));
            }
        }
        kept.sort(Comparator.comparingLong(Kept::since).thenComparing(Kept::name));
        for (Kept old : kept.subList(0, Math.max(0, kept.size() + 1 - MOST))) {
            trash.take(folder, old.name());
        }
    }
}
