package dev.heddle.logmux;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One channel of one source on its way past the {@link Secrets}: bytes come out as they went in, in the same number, with
 * secrets masked.
 *
 * <p><b>Painted secrets.</b> A secret is found as well where control sequences stand between its bytes, as {@link PaintedText}
 * reads it. The sequences stay: only the bytes of the secret itself are masked.
 *
 * <p><b>What is held.</b> The bytes at the end that may be the beginning of a secret: fewer than the longest secret has (in its
 * form for JSON, if that is longer), and with control sequences between them at most {@value #PAINT} times as many. They go on
 * with the next byte that decides, or with {@link #settle}, which is for when nothing decides for too long, or they are too
 * many: what is more than half of a secret that it begins is masked then, anything less goes as it is. The rest of that secret
 * is masked in any case when it comes, so no secret is ever whole in what comes out, and never more than its first half.
 *
 * <p>No clock and no lock; owned by {@link SecretGuard.Desk}.
 */
final class SecretStream {

    /** How many bytes are held for each of the longest secret: of those who paint every letter, most take less than 30. */
    static final int PAINT = 32;

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
    private @Nullable PaintedText painted;
    /** How many bytes came. */
    private long count;
    /** How many had come when the last secret was found. */
    private long lastHit;

    private long hits;
    private final MaskedRun run = new MaskedRun();
    private final MaskedRun paintedRun = new MaskedRun();

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
            boolean taken = (state == 0 && !isPainted() && secrets.skip(bytes, from, from + size) == from + size)
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
            if (state == 0 && !isPainted()) {
                int next = secrets.skip(buffer, i, total);
                count += next - i;
                i = next;
                if (i == total) {
                    break;
                }
            }
            take(buffer, i);
        }
        int go = decided(buffer, total);
        if (total - go > PAINT * secrets.longest()) {
            held = total;
            return settle(out);
        }
        return give(buffer, go, total, out);
    }

    // Nothing from i on is masked yet, so this is the byte that came.
    private void take(byte[] buffer, int i) {
        byte b = buffer[i];
        PaintedText text = painted;
        if (b == PaintedText.ESCAPE && !isPainted()) {
            text = text == null ? new PaintedText(secrets) : text;
            painted = text;
            text.begin(state, count);
        }
        state = secrets.step(state, b);
        count++;
        if (secrets.found(state) > 0) {
            mask(buffer, i + 1, secrets.found(state));
        }
        if (text != null && text.isApart()) {
            long start = count - 1 - i;
            text.take(b, count - 1, state, length -> maskPainted(buffer, start, length));
        }
    }

    private boolean isPainted() {
        PaintedText text = painted;
        return text != null && text.isApart();
    }

    /** How many of the bytes are no longer in question. */
    private int decided(byte[] buffer, int total) {
        int bytes = total - Math.min(total, secrets.depth(state));
        int go = bytes;
        PaintedText text = painted;
        if (text != null && text.isApart()) {
            go = (int) Math.min(go, Math.max(0, text.undecided(count) - (count - total)));
        }
        // What is masked already does not change any more.
        while (go < total && Secrets.masked(buffer[go]) == buffer[go]) {
            go++;
        }
        return go;
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
        PaintedText text = painted;
        if (text != null && text.isApart() && text.telling() > 0) {
            maskPainted(buffer, count - held, text.telling());
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
        } else if (go > 0) {
            System.arraycopy(buffer, go, buffer, 0, held);
        }
        return taken;
    }

    // Bytes of a secret that went on before are no longer here; only the first half of a secret can be among them.
    private void mask(byte[] buffer, int end, int length) {
        long start = count - end;
        long begin = count - length;
        hit(begin);
        for (long at = run.before(count); at >= Math.max(start, begin); at = run.before(at)) {
            conceal(buffer, (int) (at - start));
        }
        run.add(begin, count);
    }

    private void maskPainted(byte[] buffer, long start, int length) {
        PaintedText text = Objects.requireNonNull(painted);
        long end = text.length();
        long begin = end - length;
        hit(text.place(begin));
        for (long at = paintedRun.before(end); at >= begin && text.place(at) >= start; at = paintedRun.before(at)) {
            conceal(buffer, (int) (text.place(at) - start));
        }
        paintedRun.add(begin, end);
    }

    private static void conceal(byte[] buffer, int at) {
        buffer[at] = Secrets.masked(buffer[at]);
    }

    private void hit(long begin) {
        hits += begin >= lastHit ? 1 : 0;
        lastHit = count;
    }

    /** The last bytes that were masked, one after the other, so that none of them is masked again with each that follows. */
    private static final class MaskedRun {
        private long begin;
        private long end;

        /** The last place before {@code at} that is not masked for certain. */
        long before(long at) {
            return at > begin && at <= end ? begin - 1 : at - 1;
        }

        void add(long from, long to) {
            begin = from <= end ? Math.min(from, begin) : from;
            end = to;
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
