package dev.heddle.store.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The root directory of a private builder, and the table of mounts (fstab(5)) that fills it. Only files and directories are
 * made here, on which mounts can lie; they go with the build's stage. Used by one thread.
 */
final class SandboxRoot {

    private static final String READ_ONLY = "rbind,ro,nosuid,nodev";
    private static final String WRITABLE = "rbind,nosuid,nodev";
    private static final String AS_IT_IS = "rbind";

    private final Path root;
    private final Path table;
    private final StringBuilder mounts = new StringBuilder();
    /** What the builder sees where, of directories in which places for mounts can be made. */
    private final TreeMap<String, Path> writable = new TreeMap<>();

    private SandboxRoot(Path stage) {
        this.root = stage.resolve("root");
        this.table = stage.resolve("mounts");
    }

    /** Makes an empty root in {@code stage}, which is read-only for the builder. */
    static SandboxRoot in(Path stage) throws IOException {
        SandboxRoot made = new SandboxRoot(stage);
        Files.createDirectory(made.root);
        made.line(made.root.toString(), made.root, "none", READ_ONLY);
        return made;
    }

    Path path() {
        return root;
    }

    /** The file with the table, once {@link #finish} was called. */
    Path table() {
        return table;
    }

    /** Shows {@code real} at {@code seen}, read-only, but for a device, which stays one. */
    void show(Path real, String seen) throws IOException {
        boolean content = Files.isDirectory(real) || Files.isRegularFile(real);
        bind(real, seen, content ? READ_ONLY : AS_IT_IS);
    }

    /** Gives the directory {@code real} to the builder at {@code seen}. */
    void give(Path real, String seen) throws IOException {
        bind(real, seen, WRITABLE);
        writable.put(seen, real);
    }

    /** Mounts a new file system of this type. */
    void mount(String type, String seen, String options) throws IOException {
        Files.createDirectories(place(seen));
        line(type, root.resolve(seen.substring(1)), type, options);
    }

    /** Makes a symbolic link. */
    void link(String seen, Path target) throws IOException {
        Path place = place(seen);
        Files.createDirectories(parent(place));
        Files.createSymbolicLink(place, target);
    }

    private void bind(Path real, String seen, String options) throws IOException {
        Path place = place(seen);
        if (Files.isDirectory(real)) {
            Files.createDirectories(place);
        } else if (Files.notExists(place)) {
            Files.createDirectories(parent(place));
            Files.createFile(place);
        }
        line(real.toString(), root.resolve(seen.substring(1)), "none", options);
    }

    /** Where a file must lie so that the builder finds one at {@code seen}, whatever is mounted above it. */
    private Path place(String seen) {
        for (Map.Entry<String, Path> directory : writable.descendingMap().entrySet()) {
            if (seen.startsWith(directory.getKey() + "/")) {
                return directory
                        .getValue()
                        .resolve(seen.substring(directory.getKey().length() + 1));
            }
        }
        return root.resolve(seen.substring(1));
    }

    private static Path parent(Path place) {
        Path parent = place.getParent();
        if (parent == null) {
            throw new AssertionError("BUG: " + place + " is no place in a root");
        }
        return parent;
    }

    private void line(String source, Path target, String type, String options) {
        mounts.append(escaped(source)).append(' ').append(escaped(target.toString()));
        mounts.append(' ').append(type).append(' ').append(options).append(" 0 0\n");
    }

    private static String escaped(String path) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (" \t\n\\#".indexOf(c) >= 0) {
                text.append(String.format("\\%03o", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** Writes the table. */
    void finish() throws IOException {
        Files.writeString(table, mounts, StandardCharsets.UTF_8);
    }
}
