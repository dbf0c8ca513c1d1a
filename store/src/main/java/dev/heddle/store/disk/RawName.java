package dev.heddle.store.disk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A file's name, or the target of a symbolic link, as the bytes that the file system has: any bytes, not necessarily UTF-8.
 *
 * <p>Immutable. The order is that of unsigned bytes, which is the order of entries in a NAR.
 */
public final class RawName implements Comparable<RawName> {

    /** No bytes: the name of an archive's root. */
    public static final RawName EMPTY = new RawName(new byte[0]);

    private final byte[] bytes;

    private RawName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A name of these bytes. */
    public static RawName of(byte[] bytes) {
        return new RawName(bytes.clone());
    }

    /** The name that {@code text} has in UTF-8. */
    public static RawName of(String text) {
        return new RawName(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes {@code bytes} without a copy: the caller gives them up. */
    static RawName wrap(byte[] bytes) {
        return new RawName(bytes);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** The bytes themselves, which must not be changed. */
    byte[] array() {
        return bytes;
    }

    /** Whether every byte is ASCII and none is zero: such a name means the same under every locale. */
    boolean isAscii() {
        for (byte b : bytes) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a directory can have an entry of this name, but for its length: no slash, no zero byte, not {@code .} or {@code ..}. */
    public boolean isFileName() {
        boolean dots = bytes.length <= 2 && bytes.length > 0 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
        return bytes.length > 0 && !dots && !contains('/') && !contains(0);
    }

    /** Whether {@code wanted} is one of the bytes. */
    public boolean contains(int wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int compareTo(RawName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * The name for people: as UTF-8 where it is that, without control characters, everything else as {@code \xHH}. Not meant
     * to be read back.
     */
    @Override
    public String toString() {
        String text = new String(bytes, StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            text.codePoints().forEach(point -> {
                if (isPlain(point)) {
                    shown.appendCodePoint(point);
                } else {
                    escape(Character.toString(point).getBytes(StandardCharsets.UTF_8), shown);
                }
            });
        } else {
            escape(bytes, shown);
        }
        return shown.toString();
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> point != '\\';
        };
    }

    private static void escape(byte[] bytes, StringBuilder into) {
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7f && b != '\\') {
                into.append((char) b);
            } else {
                into.append(String.format("\\x%02x", b & 0xff));
            }
        }
    }
}
