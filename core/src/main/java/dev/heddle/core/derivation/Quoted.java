package dev.heddle.core.derivation;

/** Text from outside as it may stand in a message: control characters shown as escapes, long text cut. */
final class Quoted {

    /** Enough to recognise a path; keeps one bad input from filling a screen. */
    private static final int LONGEST = 200;

    private Quoted() {}

    static String of(String text) {
        StringBuilder quoted = new StringBuilder();
        int shown = Math.min(text.length(), LONGEST);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c < 0xa0) || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return shown < text.length() ? quoted.append("...").toString() : quoted.toString();
    }
}
