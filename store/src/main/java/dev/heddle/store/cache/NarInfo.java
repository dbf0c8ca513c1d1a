package dev.heddle.store.cache;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a binary cache tells of a path: a text file {@code HASHPART.narinfo} of {@code Key: value} lines.
 *
 * <p>Written in Nix's order: {@code StorePath}, {@code URL}, {@code Compression}, {@code FileHash}, {@code FileSize},
 * {@code NarHash}, {@code NarSize}, {@code References} (base names, also when there are none), {@code Deriver}, {@code Sig}
 * (any number), {@code CA}.
 *
 * <p>Reading wants {@code StorePath}, {@code URL}, {@code NarHash} and {@code NarSize}, refuses a key that stands twice (but
 * {@code Sig}) and passes over keys that are not known; a deriver called {@code unknown-deriver} counts as none. At most
 * {@value #MAX_BYTES} bytes.
 *
 * @param info what is told of the path; its time of registration is not part of the file
 * @param url where the NAR is, relative to the cache
 * @param compression how the NAR is compressed: {@code none}, {@code xz}, {@code zstd}, ...
 * @param fileHash the hash of the compressed NAR, or null
 * @param fileSize the size of the compressed NAR in bytes, or -1
 */
public record NarInfo(
        PathInfo info,
        String url,
        String compression,
        @Nullable Digest fileHash,
        long fileSize) {

    /** Room for some ten thousand references. */
    public static final int MAX_BYTES = 1 << 20;

    /** Longer than any name that a cache gives. */
    static final int MAX_URL = 1024;

    /** More than any path has; each costs a check. */
    static final int MAX_SIGNATURES = 100;

    /** What a file without a {@code Compression} line means. */
    static final String OLD_COMPRESSION = "bzip2";

    static final String UNKNOWN_DERIVER = "unknown-deriver";

    /**
     * Checks what goes into lines.
     *
     * @throws IllegalArgumentException if the URL or the compression is empty or more than one line, or the size below -1
     */
    public NarInfo {
        checkLine("URL", url);
        checkLine("Compression", compression);
        if (fileSize < -1) {
            throw new IllegalArgumentException("FileSize must not be negative: " + fileSize);
        }
    }

    private static void checkLine(String key, String value) {
        if (value.isEmpty() || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(key + " must be one line of text, and not empty");
        }
    }

    /**
     * Checks that the URL leads nowhere but below the cache: it is relative, has at most {@value #MAX_URL} characters and no part
     * that is empty, {@code .} or {@code ..}, and nothing that some reader could take for a scheme, a host, a query or another
     * way to write a slash.
     *
     * @throws IllegalArgumentException if it does not
     */
    void checkUrl() {
        boolean below = url.length() <= MAX_URL;
        for (String part : url.split("/", -1)) {
            below &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        if (!below || url.chars().anyMatch(c -> "\\:?#%".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("URL must be a relative name below the cache, such as nar/HASH.nar.xz");
        }
    }

    /**
     * Reads a narinfo.
     *
     * @param storeDirectory the directory of the store for which it is read
     * @throws NarInfoException if {@code bytes} are no narinfo, or one of a path in another store
     */
    public static NarInfo read(byte[] bytes, String storeDirectory) throws NarInfoException {
        return new NarInfoReader(storeDirectory).read(bytes);
    }

    /** Writes the narinfo. */
    public byte[] write() {
        StringBuilder text = new StringBuilder();
        line(text, "StorePath", info.path());
        line(text, "URL", url);
        line(text, "Compression", compression);
        if (fileHash != null) {
            line(text, "FileHash", fileHash);
        }
        if (fileSize >= 0) {
            line(text, "FileSize", fileSize);
        }
        line(text, "NarHash", info.narHash());
        line(text, "NarSize", info.narSize());
        line(
                text,
                "References",
                info.references().stream().map(StorePath::baseName).collect(Collectors.joining(" ")));
        @Nullable StorePath deriver = info.deriver();
        if (deriver != null) {
            line(text, "Deriver", deriver.baseName());
        }
        for (PathSignature signature : info.signatures()) {
            line(text, "Sig", signature);
        }
        @Nullable ContentAddress address = info.contentAddress();
        if (address != null) {
            line(text, "CA", address);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append(": ").append(Objects.requireNonNull(value)).append('\n');
    }
}
