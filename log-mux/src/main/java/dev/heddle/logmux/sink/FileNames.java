package dev.heddle.logmux.sink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * Names of files for names of any kind, different for different names, also where capitals do not count.
 *
 * <p>Letters and digits of ASCII and {@code . _ - + =} stand for themselves, every other byte of the name in UTF-8 is
 * {@code %HH}, and so is a dot or a dash at the beginning. If a name differs from one before only by capitals, its letters are
 * {@code %HH} too. So a name can be read back by decoding {@code %HH}. Only of a name that would be longer than
 * {@value #LONGEST} characters no more than the beginning is there; {@code ~} and the beginning of its SHA-256 follow.
 *
 * <p>Keeps all names it was asked for. Owned by one thread.
 */
final class FileNames {

    /** Longest name that is made, so that an ending still fits into the 255 bytes that file systems allow. */
    static final int LONGEST = 200;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String PLAIN = "._-+=";

    private final Map<String, String> owners = new HashMap<>();

    /** The file's name for a name; always the same. */
    String of(String name) {
        String plain = encoded(name, false);
        String owner = owners.putIfAbsent(plain.toLowerCase(Locale.ROOT), name);
        return owner == null || owner.equals(name) ? plain : encoded(name, true);
    }

    private static String encoded(String name, boolean letters) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length + 8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xFF);
            boolean first = i == 0 && (c == '.' || c == '-');
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean plain = (letter && !letters) || (c >= '0' && c <= '9') || (PLAIN.indexOf(c) >= 0 && !first);
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(bytes[i]));
            }
        }
        if (encoded.length() <= LONGEST) {
            return encoded.isEmpty() ? "%" : encoded.toString();
        }
        String digest = HEX.formatHex(sha256(bytes), 0, 16);
        return encoded.substring(0, LONGEST - digest.length() - 1) + "~" + digest;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("BUG: every Java has SHA-256", e);
        }
    }
}
