package dev.heddle.store;

import java.util.Base64;

/** The text form that keys and signatures share: {@code NAME:BASE64}. */
final class KeyText {

    /** Far above any host name with a number behind it, which is what keys are called. */
    private static final int MAX_NAME = 256;

    private final String name;
    private final byte[] bytes;

    private KeyText(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** Reads {@code text}, which stands for {@code size} bytes; {@code what} names it in messages, which never show it. */
    static KeyText parse(String what, String text, int size) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a " + what + " is written NAME:BASE64; there is no colon");
        }
        String name = checkName(text.substring(0, colon));
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " of '" + name + "' is not in base 64", e);
        }
        // The decoder takes missing padding and stray last bits; printing again shows both.
        if (bytes.length != size || !Base64.getEncoder().encodeToString(bytes).equals(text.substring(colon + 1))) {
            throw new IllegalArgumentException(
                    "the " + what + " of '" + name + "' must be the base 64 of " + size + " bytes, with padding");
        }
        return new KeyText(name, bytes);
    }

    static String checkName(String name) {
        boolean plain = !name.isEmpty() && name.length() <= MAX_NAME;
        for (int i = 0; plain && i < name.length(); i++) {
            char c = name.charAt(i);
            plain = c > ' ' && c < 0x7f && c != ':';
        }
        if (!plain) {
            throw new IllegalArgumentException("a key's name must have 1 to " + MAX_NAME
                    + " printable ASCII characters, none of them a space or a colon");
        }
        return name;
    }

    /** The key's name. */
    String name() {
        return name;
    }

    /** What the base 64 stands for. */
    byte[] bytes() {
        return bytes;
    }
}
