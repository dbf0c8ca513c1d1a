package dev.heddle.logmux;

/**
 * What a stream of bytes reads where its control sequences are left out: finds {@link Secrets} that a tool has painted in
 * pieces, and knows where each of their bytes stands.
 *
 * <p>It lies still until {@link #begin}, and again as soon as what it reads and what the bytes themselves read are the same as
 * far back as a secret that is begun may reach. Left out are the sequences of ECMA-48 that begin with {@code ESC [}, and those
 * of {@code ESC}, a byte from blank to {@code /} and a final one, of at most {@value #LONGEST_SEQUENCE} bytes each. A sequence
 * that is longer, or has another byte in it, is text.
 *
 * <p><b>Memory.</b> Places of at most four times as many bytes as the longest secret has. Owned by a {@link SecretStream}.
 */
final class PaintedText {

    /** Longest sequence that is left out. */
    static final int LONGEST_SEQUENCE = 64;

    static final byte ESCAPE = 0x1B;

    private static final int FEW = 64;

    /** Told of secrets. */
    @FunctionalInterface
    interface Finder {
        /** The text ends with a secret of so many bytes; {@link #place} knows where they stand. */
        void found(int length);
    }

    private final Secrets secrets;
    private final byte[] sequence = new byte[LONGEST_SEQUENCE];
    private int inSequence;
    /** Where each of the last bytes of the text stands in the stream, counted from its beginning. */
    private long[] places = new long[FEW];

    private int placed;
    /** How many bytes the text has, from some byte on. */
    private long length;

    private int state;
    /** How many bytes of text stand behind the last sequence. */
    private int since;

    private boolean apart;

    PaintedText(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Whether text and bytes may be different, as far as secrets reach. */
    boolean isApart() {
        return apart;
    }

    /**
     * A sequence may begin with the next byte.
     *
     * @param now what all bytes so far read
     * @param count how many they are
     */
    void begin(int now, long count) {
        apart = true;
        state = now;
        placed = 0;
        since = 0;
        int depth = secrets.depth(now);
        for (long at = count - depth; at < count; at++) {
            note(at);
        }
    }

    /**
     * Takes the next byte.
     *
     * @param at its place
     * @param bytes what all bytes up to it read
     * @param finder told of secrets that end with it
     */
    void take(byte b, long at, int bytes, Finder finder) {
        take(b, at, finder);
        if (inSequence == 0 && Math.max(secrets.depth(bytes), secrets.depth(state)) <= since) {
            apart = false;
            places = places.length > FEW ? new long[FEW] : places;
        }
    }

    private void take(byte b, long at, Finder finder) {
        if (inSequence > 0) {
            inSequence(b, at, finder);
        } else if (b == ESCAPE) {
            sequence[inSequence++] = b;
        } else {
            text(b, at, finder);
        }
    }

    private void inSequence(byte b, long at, Finder finder) {
        boolean known = inSequence > 1 && sequence[1] == '[';
        int firstFinal = known ? 0x40 : 0x30;
        if (inSequence > 1 && b >= firstFinal && b < 0x7F) {
            inSequence = 0;
            since = 0;
        } else if (inSequence < LONGEST_SEQUENCE - 1 && isInside(b, firstFinal)) {
            sequence[inSequence++] = b;
        } else {
            int count = inSequence;
            inSequence = 0;
            for (int i = 0; i < count; i++) {
                text(sequence[i], at - count + i, finder);
            }
            take(b, at, finder);
        }
    }

    private boolean isInside(byte b, int firstFinal) {
        return (b >= ' ' && b < firstFinal) || (inSequence == 1 && b == '[');
    }

    private void text(byte b, long at, Finder finder) {
        state = secrets.step(state, b);
        since++;
        note(at);
        int found = secrets.found(state);
        if (found > 0) {
            finder.found(found);
        }
    }

    private void note(long at) {
        if (placed == places.length) {
            // No secret that is whole or begun reaches further back than this.
            int kept = Math.min(placed, secrets.longest());
            long[] room = kept * 2 > places.length ? new long[places.length * 2] : places;
            System.arraycopy(places, placed - kept, room, 0, kept);
            places = room;
            placed = kept;
        }
        places[placed++] = at;
        length++;
    }

    /** How many bytes the text has so far, from some byte on; never less than before. */
    long length() {
        return length;
    }

    /** Where a byte of the text stands, which is one of as many at its end as the longest secret has. */
    long place(long index) {
        return places[(int) (placed - (length - index))];
    }

    /** Where the first byte stands that may begin a secret, or {@code count} if there is none. */
    long undecided(long count) {
        int depth = secrets.depth(state);
        return depth == 0 ? count : place(length - depth);
    }

    /** How many of the last bytes of text are more than half of the shortest secret that they begin, or 0. */
    int telling() {
        return secrets.telling(state);
    }
}
