package dev.heddle.store.open;

import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.cache.BinaryCache;
import dev.heddle.store.cache.BinaryCacheBuilder;
import dev.heddle.store.cache.Compression;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which store a text names; it is read without a look at the disk. Immutable.
 *
 * <table>
 * <caption>The texts</caption>
 * <tr><td>a directory</td><td>a store of Heddle's own: {@link StoreLayout#in}</td></tr>
 * <tr><td>{@code auto}, or nothing</td><td>the user's: {@code $XDG_DATA_HOME/heddle}, else {@code ~/.local/share/heddle}</td></tr>
 * <tr><td>{@code local}</td><td>what Nix has in {@code /nix}</td></tr>
 * <tr><td>{@code local?root=DIR}</td><td>the same below a directory: {@link StoreLayout#below}</td></tr>
 * <tr><td>{@code local?store=DIR&state=DIR&log=DIR&real=DIR}</td><td>each part by itself, with Nix's defaults; {@code
 *     read-only=true} is for stores that must not be changed</td></tr>
 * <tr><td>{@code file://DIR}</td><td>a binary cache; {@code compression} and {@code secret-key} as Nix has them</td></tr>
 * </table>
 *
 * <p>Values are percent-encoded where they have one of {@code & % + #}. A name without a slash that is no such text is a
 * directory too, but not if it has a colon or a question mark: those are misspelled far more often than named.
 */
public sealed interface StoreLocator {

    /**
     * A store in directories of this machine.
     *
     * @param layout where its parts are
     * @param readOnly whether it must not be changed
     */
    record Local(StoreLayout layout, boolean readOnly) implements StoreLocator {
        /** The text as Nix reads it. */
        @Override
        public String toString() {
            return "local?store=" + Percent.encode(layout.storeDirectory())
                    + "&real=" + Percent.encode(layout.real().toString())
                    + "&state=" + Percent.encode(layout.state().toString())
                    + "&log=" + Percent.encode(layout.logs().toString())
                    + (readOnly ? "&read-only=true" : "");
        }
    }

    /**
     * A binary cache in a directory.
     *
     * @param directory where it is, absolute
     * @param compression how archives that are put there are compressed
     * @param secretKey the file of the key that signs what is put there, or null
     */
    record Cache(
            Path directory,
            Compression compression,
            @Nullable Path secretKey) implements StoreLocator {

        private static final int MOST_KEY_BYTES = 1 << 16;

        /**
         * Says how to open it, and reads the key for that.
         *
         * @param storeDirectory the directory of the store that its paths are named for
         * @throws IOException if the key cannot be read, or is none
         */
        public BinaryCacheBuilder builder(String storeDirectory) throws IOException {
            BinaryCacheBuilder builder =
                    BinaryCache.builder(directory, storeDirectory).compression(compression);
            return secretKey == null ? builder : builder.signedBy(List.of(key(secretKey)));
        }

        private static SecretKey key(Path file) throws IOException {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MOST_KEY_BYTES);
            }
            try {
                return SecretKey.parse(new String(bytes, StandardCharsets.UTF_8).strip());
            } catch (IllegalArgumentException e) {
                // What is wrong is told without the text, which may be a secret.
                throw new StoreException(file + ": " + e.getMessage(), e);
            }
        }

        /** The text as Nix reads it. */
        @Override
        public String toString() {
            String settings = (compression == Compression.XZ ? "" : "&compression=" + compression)
                    + (secretKey == null ? "" : "&secret-key=" + Percent.encode(secretKey.toString()));
            return "file://" + Percent.encode(directory.toString())
                    + (settings.isEmpty() ? "" : "?" + settings.substring(1));
        }
    }

    /**
     * Reads a text.
     *
     * @param text what the user wrote
     * @param environment the environment variables; gives null for one that is not set
     * @throws IllegalArgumentException if it names no store; the message says why and what would
     */
    static StoreLocator parse(String text, UnaryOperator<@Nullable String> environment) {
        if (text.isEmpty() || text.equals("auto")) {
            return new Local(StoreLayout.in(userDirectory(environment)), false);
        }
        int question = text.indexOf('?');
        String place = question < 0 ? text : text.substring(0, question);
        if (place.equals("local") || place.equals("local://")) {
            return local(parameters(text, question));
        }
        if (place.startsWith("file:")) {
            return cache(place, parameters(text, question));
        }
        boolean isPath = (text.indexOf('/') >= 0 && !text.contains("://")) || text.startsWith(".");
        if (!isPath && (question >= 0 || text.indexOf(':') >= 0)) {
            throw new IllegalArgumentException(
                    "names no kind of store that is known: wanted a directory, local?root=DIR,"
                            + " local?store=DIR&state=DIR, file://DIR or auto");
        }
        return new Local(StoreLayout.in(path("the directory", text)), false);
    }

    private static Path userDirectory(UnaryOperator<@Nullable String> environment) {
        String data = environment.apply("XDG_DATA_HOME");
        // The specification has relative values ignored.
        if (data != null && data.startsWith("/")) {
            return path("XDG_DATA_HOME", data).resolve("heddle");
        }
        String home = environment.apply("HOME");
        if (home == null || !home.startsWith("/")) {
            throw new IllegalArgumentException(
                    "there is no store of the user: neither XDG_DATA_HOME nor HOME is set to an absolute path");
        }
        return path("HOME", home).resolve(".local/share/heddle");
    }

    private static Local local(SortedMap<String, String> given) {
        SortedMap<String, String> rest = new TreeMap<>(given);
        @Nullable String root = rest.remove("root");
        StoreLayout defaults = root == null || root.isEmpty()
                ? new StoreLayout(
                        "/nix/store", Path.of("/nix/store"), Path.of("/nix/var/nix"), Path.of("/nix/var/log/nix"))
                : StoreLayout.below(path("root", root));
        @Nullable String store = rest.remove("store");
        boolean moved = root != null && !root.isEmpty();
        Path real = store == null || moved ? defaults.real() : absolute("store", store);
        StoreLayout layout = new StoreLayout(
                store == null
                        ? defaults.storeDirectory()
                        : absolute("store", store).toString(),
                optional("real", rest.remove("real"), real),
                optional("state", rest.remove("state"), defaults.state()),
                optional("log", rest.remove("log"), defaults.logs()));
        boolean readOnly = flag("read-only", rest.remove("read-only"));
        requireNone(rest, "a local store has root, store, real, state, log and read-only");
        return new Local(layout, readOnly);
    }

    private static Cache cache(String place, SortedMap<String, String> given) {
        String directory = Percent.decode(place.substring("file:".length()));
        if (directory.startsWith("//")) {
            directory = directory.substring(2);
        }
        if (!directory.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a cache is named by an absolute path: file://" + Path.of("/DIR") + ", not '" + place + "'");
        }
        SortedMap<String, String> rest = new TreeMap<>(given);
        @Nullable String compression = rest.remove("compression");
        @Nullable String key = rest.remove("secret-key");
        requireNone(rest, "a cache has compression and secret-key");
        return new Cache(
                path("the cache", directory).normalize(),
                compression == null ? Compression.XZ : Compression.of(compression),
                key == null ? null : path("secret-key", key));
    }

    private static SortedMap<String, String> parameters(String text, int question) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (question < 0) {
            return parameters;
        }
        for (String each : text.substring(question + 1).split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("has '" + each + "' behind the question mark: wanted NAME=VALUE");
            }
            String name = each.substring(0, equals);
            if (parameters.put(name, Percent.decode(each.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("has '" + name + "' twice");
            }
        }
        return parameters;
    }

    private static void requireNone(SortedMap<String, String> rest, String known) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("has no setting '" + rest.firstKey() + "': " + known);
        }
    }

    private static boolean flag(String name, @Nullable String value) {
        if (value == null || value.equals("false") || value.equals("0")) {
            return false;
        }
        if (value.equals("true") || value.equals("1")) {
            return true;
        }
        throw new IllegalArgumentException(name + " is true or false, not '" + value + "'");
    }

    private static Path optional(String name, @Nullable String given, Path otherwise) {
        return given == null ? otherwise : absolute(name, given);
    }

    private static Path absolute(String name, String given) {
        Path path = path(name, given);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(name + " needs an absolute path, not '" + given + "'");
        }
        return path.normalize();
    }

    private static Path path(String what, String given) {
        try {
            return Path.of(given);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(what + " is no path: " + e.getReason(), e);
        }
    }
}
