package dev.heddle.store.cache;

import dev.heddle.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * What a binary cache tells of itself: the file {@value #NAME} of {@code Key: value} lines.
 *
 * <p>Reading passes over keys that are not known and lines that are no such pair, as Nix does, and refuses a key that stands
 * twice. At most {@value #MAX_BYTES} bytes.
 *
 * @param storeDirectory the directory that the paths in it are named for; empty if it is not told
 * @param wantMassQuery whether it is cheap to ask it for many paths
 * @param priority where paths are looked for first: the cache with the lowest number
 */
public record CacheInfo(String storeDirectory, boolean wantMassQuery, int priority) {

    /** The file's name. */
    public static final String NAME = "nix-cache-info";

    /** More than the three lines need. */
    public static final int MAX_BYTES = 1 << 16;

    private static final String STORE_DIRECTORY = "StoreDir";
    private static final String MASS_QUERY = "WantMassQuery";
    private static final String PRIORITY = "Priority";

    /** A new cache, as Nix makes one. */
    public static CacheInfo of(String storeDirectory) {
        return new CacheInfo(storeDirectory, false, 0);
    }

    /**
     * Reads the file.
     *
     * @throws StoreException if a value is not what it should be
     */
    public static CacheInfo read(byte[] bytes) throws StoreException {
        if (bytes.length > MAX_BYTES) {
            throw new StoreException(NAME + " is longer than " + MAX_BYTES + " bytes");
        }
        String storeDirectory = "";
        boolean wantMassQuery = false;
        int priority = 0;
        Set<String> seen = new HashSet<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            int colon = line.indexOf(": ");
            String key = colon < 0 ? "" : line.substring(0, colon);
            String value = line.substring(colon < 0 ? 0 : colon + 2).strip();
            boolean known = true;
            switch (key) {
                case STORE_DIRECTORY -> storeDirectory = value;
                case MASS_QUERY -> wantMassQuery = value.equals("1");
                case PRIORITY -> priority = number(value);
                default -> known = false;
            }
            if (known && !seen.add(key)) {
                throw new StoreException(NAME + ": " + key + " stands twice");
            }
        }
        return new CacheInfo(storeDirectory, wantMassQuery, priority);
    }

    private static int number(String value) throws StoreException {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new StoreException(NAME + ": " + PRIORITY + " must be a number", e);
        }
    }

    /** The file's bytes; what is as Nix takes it to be where it is not told is left out. */
    public byte[] write() {
        StringBuilder text = new StringBuilder();
        text.append(STORE_DIRECTORY).append(": ").append(storeDirectory).append('\n');
        if (wantMassQuery) {
            text.append(MASS_QUERY).append(": 1\n");
        }
        if (priority != 0) {
            text.append(PRIORITY).append(": ").append(priority).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
