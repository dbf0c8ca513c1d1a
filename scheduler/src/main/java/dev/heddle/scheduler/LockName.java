package dev.heddle.scheduler;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a lock's file: that of its task with {@code .} for {@code /}, as dpb names it, and so that no two tasks share one.
 *
 * <p>ASCII letters, digits and {@code _,+=@-} stand for themselves and {@code .} for {@code /}; every other byte of the UTF-8
 * form, {@code .} and a first {@code /} among them, is {@code %} with two hexadecimal digits. An exclusive lock's file begins with
 * {@code +}, which in the first place of a task's name is written as {@code %2B}. What is longer than {@value #LONGEST}
 * characters is cut, and {@code %%} and the first 128 bits of the name's SHA-256 stand behind it.
 */
final class LockName {

    /** Longest name before it is cut. File systems take 255 bytes. */
    static final int LONGEST = 200;

    private static final int KEPT = 160;
    private static final int HASH_BYTES = 16;

    private LockName() {}

    /** The file of a task. */
    static String ofTask(String task) {
        return cut(escape(task, true), "task", task);
    }

    /** The file of an exclusive lock that tasks name. */
    static String ofExclusive(String lock) {
        return cut("+" + escape(lock, false), "lock", lock);
    }

    private static String escape(String name, boolean first) {
        StringBuilder out = new StringBuilder(name.length());
        byte[] bytes = bytes(name);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean opening = i == 0;
            if (c == '/' && !opening) {
                out.append('.');
            } else if (stands(c) && !(c == '+' && opening && first)) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }

    /** UTF-8, but for half a surrogate pair, which has a form of its own here lest it become a question mark. */
    private static byte[] bytes(String name) {
        if (StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        name.codePoints().forEach(code -> {
            if (Character.getType(code) == Character.SURROGATE) {
                out.write(0xe0 | (code >> 12));
                out.write(0x80 | ((code >> 6) & 0x3f));
                out.write(0x80 | (code & 0x3f));
            } else {
                out.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    private static boolean stands(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_,+=@-".indexOf(c) >= 0;
    }

    private static String cut(String name, String kind, String whole) {
        if (name.length() <= LONGEST) {
            return name;
        }
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(kind.getBytes(StandardCharsets.US_ASCII));
            byte[] hash = sha.digest(bytes(whole));
            return name.substring(0, KEPT) + "%%" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("BUG: every Java has SHA-256", e);
        }
    }
}
