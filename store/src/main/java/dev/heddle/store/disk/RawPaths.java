package dev.heddle.store.disk;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Turns raw names into relative {@code Path}s and back, byte for byte.
 *
 * <p>A {@code Path} made from a string holds the bytes that the locale's encoding gives, so a name that is not valid in the
 * locale (any name beyond ASCII under {@code LANG=C}) cannot be made that way, and its {@code toString} has lost bytes. A
 * {@code file} URI carries every byte as {@code %HH} both ways, whatever the locale; it is used for all that is not ASCII.
 */
public final class RawPaths {

    private static final Path ROOT = Path.of("/");
    private static final String SCHEME = "file://";

    private RawPaths() {}

    /** The relative path of one part that has exactly the bytes of {@code name}, which must be a legal file name. */
    public static Path ofName(RawName name) {
        if (name.isAscii()) {
            return Path.of(new String(name.array(), StandardCharsets.US_ASCII));
        }
        return Path.of(uri("/", name.array(), "")).getFileName();
    }

    /**
     * A path with exactly the bytes of {@code target}, or null if this Java runtime has no way to make one. A {@code Path} drops
     * doubled slashes and one at the end; both can be had all the same, but not a doubled slash at either end, nor three.
     */
    public static @Nullable Path ofTarget(RawName target) {
        byte[] bytes = target.array();
        Path made = Path.of("");
        int from = 0;
        for (int twice = doubledSlash(bytes, 0); twice >= 0; twice = doubledSlash(bytes, from)) {
            // Resolving adds a slash of its own to the one that a piece ends with.
            made = made.resolve(piece(Arrays.copyOfRange(bytes, from, twice + 1)));
            from = twice + 2;
        }
        made = made.resolve(piece(Arrays.copyOfRange(bytes, from, bytes.length)));
        return toName(made).equals(target) ? made : null;
    }

    private static int doubledSlash(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == '/' && bytes[i + 1] == '/') {
                return i;
            }
        }
        return -1;
    }

    /** A path of bytes without a doubled slash; one at their end is kept. */
    private static Path piece(byte[] bytes) {
        if (bytes.length == 0) {
            return Path.of("");
        }
        if (bytes[0] == '/') {
            return Path.of(uri("", bytes, "/"));
        }
        Path absolute = Path.of(uri("/", bytes, "/"));
        return absolute.subpath(0, absolute.getNameCount());
    }

    /** The bytes of {@code path}, which is relative or a link's target. */
    public static RawName toName(Path path) {
        String text = path.toString();
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return fromUri(path, text);
            }
            bytes[i] = (byte) c;
        }
        return RawName.wrap(bytes);
    }

    private static RawName fromUri(Path path, String text) {
        String raw = ROOT.resolve(path).toUri().toString();
        int from = SCHEME.length() + (path.isAbsolute() ? 0 : 1);
        int to = raw.length();
        // toUri() adds a slash where the path happens to name a directory.
        if (raw.endsWith("/") && !text.endsWith("/")) {
            to--;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(HexFormat.fromHexDigits(raw, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return RawName.wrap(bytes.toByteArray());
    }

    private static URI uri(String before, byte[] bytes, String after) {
        StringBuilder text = new StringBuilder(SCHEME).append(before);
        for (byte b : bytes) {
            if (b == '/') {
                text.append('/');
            } else {
                text.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        return URI.create(text.append(after).toString());
    }
}
