package dev.heddle.samples.ninja;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Raw strings: how names and commands are held, byte for byte.
 *
 * <p>Nothing says in which encoding a manifest names its files, so a name is its bytes. A raw string holds one byte in each
 * character (ISO 8859-1), which loses nothing and takes a byte of memory for each. {@link #text} makes it readable.
 */
final class Raw {

    private Raw() {}

    static String of(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    static String of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The raw string for text that came from outside a manifest, such as a command line argument. */
    static String ofText(String text) {
        return isAscii(text) ? text : of(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean isAscii(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The text of a raw string if its bytes are UTF-8, otherwise null. */
    static @Nullable String textOrNull(String raw) {
        if (isAscii(raw)) {
            return raw;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes(raw)))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The text of a raw string, for people: what is not UTF-8 is shown by the replacement character. */
    static String text(String raw) {
        return isAscii(raw) ? raw : new String(bytes(raw), StandardCharsets.UTF_8);
    }
}
