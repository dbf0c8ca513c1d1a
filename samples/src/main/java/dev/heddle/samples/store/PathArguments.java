package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PathSource;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Store paths as people name them: by the path, by something in it, by a link that leads to it. */
final class PathArguments {

    /** As many links as Linux follows. */
    private static final int MOST_LINKS = 40;

    private final String storeDirectory;
    private final String real;

    /** Names are those of a store with this directory. */
    PathArguments(String storeDirectory) {
        this.storeDirectory = storeDirectory;
        this.real = storeDirectory;
    }

    /** Names are those of a store in directories, or of where its files really are. */
    PathArguments(StoreLayout layout) {
        this.storeDirectory = layout.storeDirectory();
        this.real = layout.real().toString();
    }

    /** All of {@code names}, in order. */
    List<StorePath> all(List<String> names) {
        List<StorePath> paths = new ArrayList<>(names.size());
        names.forEach(name -> paths.add(path(name)));
        return paths;
    }

    /**
     * All of {@code names}, which are valid in {@code source}.
     *
     * @throws UserError if one is not
     */
    List<StorePath> valid(List<String> names, PathSource source) throws IOException {
        List<StorePath> paths = all(names);
        for (StorePath path : paths) {
            if (source.queryPathInfo(path).isEmpty()) {
                throw new UserError(ExitCode.FAILED, path.toString(), "is not valid in this store", null);
            }
        }
        return paths;
    }

    /**
     * The store path that {@code name} names.
     *
     * @throws UserError if it names none
     */
    StorePath path(String name) {
        @Nullable StorePath direct = inStore(name);
        if (direct != null) {
            return direct;
        }
        try {
            Path at = Path.of(name).toAbsolutePath().normalize();
            direct = inStore(at.toString());
            if (direct != null) {
                return direct;
            }
            for (int links = 0; links < MOST_LINKS && Files.isSymbolicLink(at); links++) {
                Path target = Files.readSymbolicLink(at);
                at = at.resolveSibling(target).normalize();
                @Nullable StorePath linked = inStore(at.toString());
                if (linked != null) {
                    return linked;
                }
            }
            boolean exists = Files.exists(at, LinkOption.NOFOLLOW_LINKS);
            throw wrong(name, "is not in the store " + storeDirectory + (exists ? "" : ", and there is no such file"));
        } catch (InvalidPathException | IOException e) {
            throw wrong(name, "is no path: " + e.getMessage());
        }
    }

    // Also of something in a store path: /nix/store/HASH-NAME/bin/program.
    private @Nullable StorePath inStore(String name) {
        String directory = name.startsWith(storeDirectory + "/") ? storeDirectory : real;
        if (!name.startsWith(directory + "/")) {
            return null;
        }
        String rest = name.substring(directory.length() + 1);
        int slash = rest.indexOf('/');
        try {
            return StorePath.parse(storeDirectory + "/" + (slash < 0 ? rest : rest.substring(0, slash)));
        } catch (IllegalArgumentException e) {
            throw new UserError("", Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
    }

    private static UserError wrong(String name, String what) {
        return new UserError(Printable.oneLine(name), Printable.oneLine(what), null);
    }
}
