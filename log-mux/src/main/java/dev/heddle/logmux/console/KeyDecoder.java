package dev.heddle.logmux.console;

/**
 * Makes keys of what a terminal sends: a character, or one of the constants for keys that send a sequence. Answers to
 * questions, which come the same way, are no keys; they tell whether updates can be shown in one go. Takes one byte after
 * another, keeps at most {@value #LONGEST} of them, and never fails.
 */
final class KeyDecoder {

    /** No key is complete yet. */
    static final int NONE = -1;
    /** The key up. */
    static final int UP = 0x110000;
    /** The key down. */
    static final int DOWN = 0x110001;
    /** The key page up. */
    static final int PAGE_UP = 0x110002;
    /** The key page down. */
    static final int PAGE_DOWN = 0x110003;
    /** The key home. */
    static final int HOME = 0x110004;
    /** The key end. */
    static final int END = 0x110005;
    /** The key left. */
    static final int LEFT = 0x110006;
    /** The key right. */
    static final int RIGHT = 0x110007;
    /**
     * The key escape, known as such by what follows, which is then lost, or by nothing that follows for {@link #ALONE_NANOS}: all
     * other keys that begin so come at once.
     */
    static final int ESCAPE = 0x1B;

    /** How long the beginning of a sequence waits for the rest, which a slow line may bring later. */
    static final long ALONE_NANOS = 100_000_000;

    /** Longest sequence that is looked at; of a longer one the rest is taken for keys. */
    static final int LONGEST = 32;

    private static final long FOLLOWED = Long.MIN_VALUE;

    private final StringBuilder sequence = new StringBuilder();
    private int character;
    private int following;
    /** When it was first seen that nothing follows an escape, or {@link #FOLLOWED}. */
    private long aloneSince = FOLLOWED;

    private boolean updatesAtOnce;
    private boolean answered;

    /** Takes a byte, 0 to 255, and gives a key or {@link #NONE}. */
    int take(int value) {
        aloneSince = FOLLOWED;
        if (sequence.length() > 0) {
            return inSequence((char) value);
        }
        if (value == 0x1B) {
            sequence.append((char) value);
            return NONE;
        }
        if (following > 0 && (value & 0xC0) == 0x80) {
            character = (character << 6) | (value & 0x3F);
            return --following == 0 ? character : NONE;
        }
        following = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : value >= 0xC0 ? 1 : 0;
        character = value & (following == 3 ? 0x07 : following == 2 ? 0x0F : 0x1F);
        return following > 0 || value >= 0x80 ? NONE : value;
    }

    /** Nothing more has come up to a time in nanoseconds: gives {@link #ESCAPE} if that was pressed, or {@link #NONE}. */
    int idle(long nanos) {
        if (sequence.length() != 1) {
            return NONE;
        }
        if (aloneSince == FOLLOWED) {
            aloneSince = nanos;
        }
        if (nanos - aloneSince < ALONE_NANOS) {
            return NONE;
        }
        aloneSince = FOLLOWED;
        sequence.setLength(0);
        return ESCAPE;
    }

    private int inSequence(char value) {
        sequence.append(value);
        if (sequence.length() == 2) {
            if (value == '[' || value == 'O') {
                return NONE;
            }
            sequence.setLength(0);
            return ESCAPE;
        }
        boolean more = sequence.charAt(1) == '[' && value >= 0x20 && value < 0x40;
        if (more && sequence.length() < LONGEST) {
            return NONE;
        }
        String whole = sequence.substring(1);
        sequence.setLength(0);
        return meaning(whole);
    }

    private int meaning(String whole) {
        return switch (whole) {
            case "[A", "OA" -> UP;
            case "[B", "OB" -> DOWN;
            case "[C", "OC" -> RIGHT;
            case "[D", "OD" -> LEFT;
            case "[H", "OH", "[1~", "[7~" -> HOME;
            case "[F", "OF", "[4~", "[8~" -> END;
            case "[5~" -> PAGE_UP;
            case "[6~" -> PAGE_DOWN;
            default -> {
                answer(whole);
                yield NONE;
            }
        };
    }

    private void answer(String whole) {
        if (whole.startsWith("[?2026;") && whole.endsWith("$y")) {
            updatesAtOnce = whole.startsWith("1", 7) || whole.startsWith("2", 7);
        } else if (whole.startsWith("[?") && whole.endsWith("c")) {
            answered = true;
        }
    }

    /** Whether the terminal has said that it shows updates in one go. */
    boolean updatesAtOnce() {
        return updatesAtOnce;
    }

    /** Whether the terminal has answered the last question it was asked. */
    boolean answered() {
        return answered;
    }
}
