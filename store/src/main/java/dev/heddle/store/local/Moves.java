package dev.heddle.store.local;

import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.file.AccessDeniedException;

/** Moves trees whose directories nobody may write to. */
final class Moves {

    private static final int WRITABLE = 0755;

    private Moves() {}

    /**
     * Moves an entry. Linux lets only root move a directory that is not writable into another one, since its {@code ..}
     * changes; for others it is writable during the move.
     *
     * @return whether the mode had to be changed, so that it too must be synced
     */
    static boolean move(Folder from, RawName name, Folder to, RawName as) throws IOException {
        try {
            from.move(name, to, as);
            return false;
        } catch (AccessDeniedException e) {
            FileFacts facts = from.facts(name);
            if (facts.kind() != FileFacts.Kind.DIRECTORY || (facts.mode() & WRITABLE) == WRITABLE) {
                throw e;
            }
            from.setMode(name, WRITABLE);
            from.move(name, to, as);
            to.setMode(as, facts.mode());
            return true;
        }
    }
}
