package dev.heddle.core.derivation;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Strings that carry any bytes. UTF-8 is text; a byte {@code 0xHH} that is not part of valid UTF-8 becomes the lone surrogate
 * {@code U+DCHH}, which UTF-8 never gives, and so comes back as the same byte.
 */
public final class ByteText {

    /** The order of the bytes behind the strings, which is not the order of their characters. */
    public static final Comparator<String> ORDER = (a, b) -> Arrays.compareUnsigned(encode(a), encode(b));

    private static final char ESCAPE = '\udc00';

    private ByteText() {}

    /** The text of the bytes of {@code bytes} from {@code from} on, up to but not including {@code to}. */
    public static String decode(byte[] bytes, int from, int to) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        CharBuffer out = CharBuffer.allocate(to - from);
        // Malformed input is escaped byte by byte; a cut sequence at the end is malformed too.
        for (CoderResult result = decoder.decode(in, out, true); result.isError(); ) {
            for (int i = result.length(); i > 0; i--) {
                out.put((char) (ESCAPE | (in.get() & 0xff)));
            }
            decoder.reset();
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    /**
     * The bytes of {@code text}.
     *
     * @throws IllegalArgumentException if it has a surrogate that stands neither in a pair nor for a byte
     */
    public static byte[] encode(String text) {
        if (isEncodable(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (point >= (ESCAPE | 0x80) && point <= (ESCAPE | 0xff)) {
                bytes.write(point);
            } else if (Character.isBmpCodePoint(point) && Character.isSurrogate((char) point)) {
                throw new IllegalArgumentException("character " + (i + 1) + " of '" + Quoted.of(text)
                        + "' is half a character and stands for no byte");
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(point);
        }
        return bytes.toByteArray();
    }

    private static boolean isEncodable(String text) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException hasEscapes) {
            return false;
        }
    }
}
