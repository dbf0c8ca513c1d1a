package dev.heddle.store.nar;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** Walks one tree on disk, by directory handles, and tells a {@link NarWriter} what is there. */
final class TreeDump {

    private final NarWriter writer;
    private final NarLimits limits;

    TreeDump(NarWriter writer, NarLimits limits) {
        this.writer = writer;
        this.limits = limits;
    }

    /** A tree by its path; only its last part is not followed if it is a link. */
    void root(Path tree) throws IOException {
        Path absolute = tree.toAbsolutePath();
        if (tree.endsWith(".") || tree.endsWith("..")) {
            absolute = tree.toRealPath();
        }
        Path parent = absolute.getParent();
        if (parent == null) {
            try (Folder itself = Disk.system().open(absolute)) {
                directory(itself, RawName.EMPTY);
            }
            return;
        }
        try (Folder above = Disk.system().open(parent)) {
            root(above, RawPaths.toName(absolute.getFileName()));
        }
    }

    /** The tree at an entry of {@code parent}. */
    void root(Folder parent, RawName name) throws IOException {
        entry(parent, name, RawName.EMPTY);
    }

    /** @param as the name in the archive */
    private void entry(Folder in, RawName name, RawName as) throws IOException {
        FileFacts.Form form = in.form(name);
        switch (form.kind()) {
            case FILE -> {
                try (SeekableByteChannel content = in.read(name)) {
                    writer.file(as, form.executable(), content.size(), content);
                }
            }
            case LINK -> writer.symlink(as, in.readLink(name));
            case DIRECTORY -> {
                try (Folder inner = in.folder(name)) {
                    directory(inner, as);
                }
            }
            case OTHER ->
                throw new NarException(
                        writer.offset(),
                        in.path() + "/" + name
                                + " is neither a regular file, a directory nor a symbolic link; an archive cannot hold"
                                + " it");
        }
    }

    private void directory(Folder folder, RawName as) throws IOException {
        // No deeper than the limit: the writer refuses the directory first.
        writer.directory(as);
        for (RawName name : folder.names(limits.entries())) {
            entry(folder, name, name);
        }
        writer.endDirectory();
    }
}
