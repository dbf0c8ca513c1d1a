package dev.heddle.store.local;

import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** How many bytes of files a tree has that are nowhere else. */
final class TreeSize {

    /** Deeper than archives can be; what is below does not count. */
    private static final int DEEPEST = 80;

    private long bytes;

    private TreeSize() {}

    /** The size of an entry; zero if it is not there. */
    static long of(Folder folder, RawName name) throws IOException {
        TreeSize size = new TreeSize();
        try {
            size.add(folder, name, DEEPEST);
        } catch (NoSuchFileException gone) {
            return 0;
        }
        return size.bytes;
    }

    private void add(Folder folder, RawName name, int depth) throws IOException {
        FileFacts facts = folder.facts(name);
        if (facts.kind() == FileFacts.Kind.FILE && facts.links() == 1) {
            bytes += facts.size();
        } else if (facts.kind() == FileFacts.Kind.DIRECTORY && depth > 0) {
            try (Folder inner = folder.folder(name)) {
                inner.forEachName(entry -> add(inner, entry, depth - 1));
            }
        }
    }
}
