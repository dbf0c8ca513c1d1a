package dev.heddle.logmux;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One channel of one source on its way past the {@link Secrets}: bytes come out as they went in, in the same number, with
 * secrets masked.
 *
 * <p><b>What is held.</b> The bytes at the end that may be the beginning of a secret: fewer than the longest secret has (in its form for JSON, if that is longer). They
 * go on with the next byte that decides, or with {@link #settle}, which is for when nothing decides for too long: what is more
 * than half of a secret that it begins is masked then, anything less goes as it is. The rest of that secret is masked in any
 * case when it comes, so no secret is ever whole in what comes out, and never more than its first half.
 *
 * <p>No clock and no lock; owned by {@link SecretGuard.Desk}.
 */
final class SecretStream {

    private static final int PIECE = 32 * 1024;
    private static final int SMALL = 256;

    /** Takes what is safe; the array is valid during the call only. */
    @FunctionalInterface
    interface Out {
        /** Gives false if it takes no more. */
        boolean write(byte[] bytes, int offset, int length);
    }

    private final Secrets secrets;
    private byte @Nullable [] work;
    private int held;
    private int state;
    /** How many bytes came, and where the last that is masked stood. */
    private long count;

    private long maskedEnd;
    private long hits;

    SecretStream(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Number of bytes that wait. */
    int held() {
        return held;
    }

    /** How many secrets were masked; those that overlap count as one. */
    long hits() {
        return hits;
    }

    /** Takes bytes, which are not changed, and gives on what is safe; false if {@code out} takes no more. */
    boolean write(byte[] bytes, int offset, int length, Out out) {
        int end = offset + length;
        for (int from = offset; from < end; ) {
            int size = Math.min(PIECE, end - from);
            boolean taken = (state == 0 && secrets.skip(bytes, from, from + size) == from + size)
                    ? pass(bytes, from, size, out)
                    : piece(bytes, from, size, out);
            if (!taken) {
                return false;
            }
            from += size;
        }
        return true;
    }

    // With no secret begun nothing is held.
    private boolean pass(byte[] bytes, int from, int size, Out out) {
        count += size;
        return out.write(bytes, from, size);
    }

    private boolean piece(byte[] bytes, int from, int size, Out out) {
        byte[] buffer = room(held + size);
        System.arraycopy(bytes, from, buffer, held, size);
        int total = held + size;
        for (int i = held; i < total; i++) {
            if (state == 0) {
                int next = secrets.skip(buffer, i, total);
                count += next - i;
                i = next;
                if (i == total) {
                    break;
                }
            }
            // Nothing from i on is masked yet, so this is the byte that came.
            state = secrets.step(state, buffer[i]);
            count++;
            if (secrets.found(state) > 0) {
                mask(buffer, i + 1, secrets.found(state));
            }
        }
        int go = total - Math.min(total, secrets.depth(state));
        // What is masked already does not change any more.
        while (go < total && Secrets.masked(buffer[go]) == buffer[go]) {
            go++;
        }
        return give(buffer, go, total, out);
    }

    /** Gives on what is held, as far as it tells too much masked. */
    boolean settle(Out out) {
        byte[] buffer = work;
        if (held == 0 || buffer == null) {
            return true;
        }
        if (secrets.telling(state) > 0) {
            mask(buffer, held, secrets.telling(state));
        }
        return give(buffer, held, held, out);
    }

    private boolean give(byte[] buffer, int go, int total, Out out) {
        boolean taken = go == 0 || out.write(buffer, 0, go);
        held = total - go;
        if (held == 0) {
            work = null;
        } else if (buffer.length > SMALL && held <= SMALL) {
            work = Arrays.copyOfRange(buffer, go, go + SMALL);
        } else {
            System.arraycopy(buffer, go, buffer, 0, held);
        }
        return taken;
    }

    // Bytes of a secret that went on before are no longer here; only the first half of a secret can be among them.
    private void mask(byte[] buffer, int end, int length) {
        if (count - length >= maskedEnd) {
            hits++;
        }
        maskedEnd = count;
        for (int i = Math.max(0, end - length); i < end; i++) {
            buffer[i] = Secrets.masked(buffer[i]);
        }
    }

    private byte[] room(int size) {
        byte[] buffer = work;
        if (buffer == null || buffer.length < size) {
            byte[] larger = new byte[Math.max(size, SMALL)];
            if (buffer != null) {
                System.arraycopy(buffer, 0, larger, 0, held);
            }
            work = larger;
            buffer = larger;
        }
        return buffer;
    }
}
