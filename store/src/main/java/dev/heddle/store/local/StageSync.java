package dev.heddle.store.local;

import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.util.List;

/** Writes staged trees to the medium: a few files one by one, more by one sync of the whole file system. */
final class StageSync {

    /** Up to here one sync each is cheaper than one of everything that the machine has to write. */
    private static final int FEW = 8;

    private StageSync() {}

    static void sync(Staging staging, List<Staged> trees) throws IOException {
        int left = FEW;
        for (Staged tree : trees) {
            left = count(tree.stage().folder(), tree.name(), left);
            if (left < 0) {
                staging.sync();
                return;
            }
        }
        for (Staged tree : trees) {
            sync(tree.stage().folder(), tree.name());
        }
    }

    /** What is left of {@code most} entries behind this tree; below zero if it has more. */
    private static int count(Folder parent, RawName name, int most) throws IOException {
        int left = most - 1;
        if (left < 0 || parent.kind(name) != FileFacts.Kind.DIRECTORY) {
            return left;
        }
        try (Folder folder = parent.folder(name)) {
            for (RawName entry : folder.names(Long.MAX_VALUE)) {
                left = count(folder, entry, left);
                if (left < 0) {
                    break;
                }
            }
        }
        return left;
    }

    private static void sync(Folder parent, RawName name) throws IOException {
        FileFacts.Kind kind = parent.kind(name);
        if (kind == FileFacts.Kind.FILE) {
            parent.sync(name);
        } else if (kind == FileFacts.Kind.DIRECTORY) {
            try (Folder folder = parent.folder(name)) {
                for (RawName entry : folder.names(FEW)) {
                    sync(folder, entry);
                }
                folder.sync();
            }
        }
        // A link is data of its directory, which is synced after it, here or when the tree gets its name.
    }
}
