package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.nio.file.Path;

/**
 * Where the parts of a store are.
 *
 * @param storeDirectory the directory that paths are named for; part of every path's hash
 * @param real where the store directory's files really are: the same, but for a store that was moved below a root
 * @param state database, roots, locks: {@code /nix/var/nix} in a Nix store
 * @param logs what builds printed: {@code /nix/var/log/nix} in a Nix store
 */
public record StoreLayout(String storeDirectory, Path real, Path state, Path logs) {

    /** Checks that all are absolute and {@code storeDirectory} can stand in a store path. */
    public StoreLayout {
        if (!storeDirectory.startsWith("/") || storeDirectory.endsWith("/") || storeDirectory.contains("//")) {
            throw new IllegalArgumentException(
                    "a store directory is an absolute path without a slash at its end, not '" + storeDirectory + "'");
        }
        if (!real.isAbsolute() || !state.isAbsolute() || !logs.isAbsolute()) {
            throw new IllegalArgumentException("the directories of a store must be absolute paths");
        }
    }

    /**
     * A store of its own: {@code DIR/store}, {@code DIR/var/nix}, {@code DIR/var/log/nix}. Nix opens it as
     * {@code local?store=DIR/store&state=DIR/var/nix&log=DIR/var/log/nix}.
     */
    public static StoreLayout in(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        return new StoreLayout(
                absolute.resolve("store").toString(),
                absolute.resolve("store"),
                absolute.resolve("var/nix"),
                absolute.resolve("var/log/nix"));
    }

    /** A store whose paths are those of {@code /nix/store}, with its files below a root: {@code local?root=DIR}. */
    public static StoreLayout below(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        return new StoreLayout(
                "/nix/store",
                absolute.resolve("nix/store"),
                absolute.resolve("nix/var/nix"),
                absolute.resolve("nix/var/log/nix"));
    }

    /** Where a path's files really are. */
    public Path real(StorePath path) {
        return real.resolve(path.baseName());
    }

    /** The directory of the database. */
    Path database() {
        return state.resolve("db");
    }

    /** The directory of the roots that keep paths alive. */
    Path roots() {
        return state.resolve("gcroots");
    }

    /** The directory of the files in which running processes note what they use. */
    Path temporaryRoots() {
        return state.resolve("temproots");
    }

    /** The directory of everything that Nix does not know. */
    Path own() {
        return state.resolve("heddle");
    }

    /** The directory in which trees are made before they get their names: private, on the store's file system. */
    Path staging() {
        return own().resolve("staging");
    }
}
