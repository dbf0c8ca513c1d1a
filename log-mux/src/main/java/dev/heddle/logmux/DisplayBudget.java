package dev.heddle.logmux;

import dev.heddle.logmux.Runs.Ending;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person who watches is shown of a job that says more than anybody can read. The journal and all other sinks get
 * everything. The rules:
 *
 * <ul>
 *   <li>Of a block that was held back and is longer than {@value #MOST_BLOCK} bytes, the first and the last
 *       {@value #PART} bytes are shown, and between them how much is left out.
 *   <li>A source that says more than {@value #BYTES_PER_SECOND} bytes within a second is hidden. When it slows down to less
 *       than that or ends, and every {@link #LONGEST_NANOS} meanwhile, it is shown how much was left out and its last
 *       {@value #TAIL} bytes.
 * </ul>
 *
 * <p>Cuts are made between lines, or between characters where no line ends.
 *
 * <p>A pure machine like a strategy: time is an argument, {@link #deadline} says when it wants to be asked again. Holds the
 * runs of at most {@value #TAIL} bytes, and of one piece more, of each hidden source.
 */
final class DisplayBudget {

    static final long BYTES_PER_SECOND = 2 * 1024 * 1024;
    static final int MOST_BLOCK = 64 * 1024;
    static final int PART = 32 * 1024;
    static final int TAIL = 64 * 1024;
    static final long LONGEST_NANOS = 5_000_000_000L;

    private static final int NEAR = 4096;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Shows runs of a lane, before which some bytes were left out. */
    @FunctionalInterface
    interface Output {
        void pass(Lane lane, Runs runs, long leftOut, long now) throws IOException;
    }

    /** What one source has used up. */
    static final class Account {
        /** Bytes that were said and not yet forgiven; {@link #BYTES_PER_SECOND} are forgiven each second. */
        private long used;

        private long at;
        private boolean hidden;
        private long hiddenSince;
        private long leftOut;
        private final Runs tail = new Runs();

        private void use(long bytes, long now) {
            double forgiven = (double) (now - at) * BYTES_PER_SECOND / NANOS_PER_SECOND;
            used = Math.max(0, used - (long) forgiven) + bytes;
            at = now;
        }

        // When it is hidden no more: half of the budget is there again, or it was hidden for long enough.
        private long due() {
            long over = used - BYTES_PER_SECOND / 2;
            long slow = over <= 0 ? at : at + over * NANOS_PER_SECOND / BYTES_PER_SECOND;
            return Math.min(slow, hiddenSince + LONGEST_NANOS);
        }
    }

    private final RunReader reader;
    private final Output output;
    private final Set<Lane> hidden = new LinkedHashSet<>();

    DisplayBudget(RunReader reader, Output output) {
        this.reader = reader;
        this.output = output;
    }

    /** Shows what stands in the lane's queue, or hides it. */
    void show(Lane lane, long now) throws IOException {
        Account account = lane.account;
        if (account == null) {
            account = new Account();
            lane.account = account;
        }
        Runs queue = lane.queue;
        if (!account.hidden && isBigBlock(queue)) {
            account.use(2L * PART, now);
            showEnds(lane, account, now);
            return;
        }
        account.use(queue.bytes(), now);
        if (!account.hidden && account.used > BYTES_PER_SECOND) {
            account.hidden = true;
            account.hiddenSince = now;
            hidden.add(lane);
        }
        if (!account.hidden) {
            output.pass(lane, queue, 0, now);
            return;
        }
        account.used = Math.min(account.used, BYTES_PER_SECOND);
        hide(lane, account, queue, TAIL);
        if (lane.ending != null) {
            reveal(lane, account, now);
        }
    }

    // A source that is shown live has at most half a line waiting before its last piece.
    private static boolean isBigBlock(Runs queue) {
        return !queue.isEmpty() && queue.bytes() - queue.length(queue.size() - 1) > MOST_BLOCK;
    }

    private void showEnds(Lane lane, Account account, long now) throws IOException {
        Runs queue = lane.queue;
        Runs first = new Runs();
        while (first.bytes() + queue.length(0) <= PART) {
            first.add(queue.offset(0), queue.length(0), queue.channel(0), queue.ending(0), queue.nanos(0));
            queue.removeFirst(queue.length(0));
        }
        int fits = (int) (PART - first.bytes());
        if (fits > 0) {
            int cut = lineBefore(queue.offset(0), fits, queue.length(0));
            if (cut > 0) {
                boolean line = endsLine(queue.offset(0), cut);
                Ending ending = line ? Ending.LINE : Ending.HALF;
                first.add(queue.offset(0), cut, queue.channel(0), ending, queue.nanos(0));
                queue.removeFirst(cut);
            }
        }
        output.pass(lane, first, 0, now);
        hide(lane, account, queue, PART);
        pass(lane, account, PART, now);
    }

    private static void append(Runs from, Runs to) {
        for (int i = 0; i < from.size(); i++) {
            to.add(from.offset(i), from.length(i), from.channel(i), from.ending(i), from.nanos(i));
        }
    }

    private static void hide(Lane lane, Account account, Runs queue, int most) {
        Runs tail = account.tail;
        append(queue, tail);
        while (!tail.isEmpty() && tail.bytes() - tail.length(0) >= most) {
            account.leftOut += tail.length(0);
            lane.midLine[tail.channel(0)] = tail.ending(0) != Ending.LINE;
            tail.removeFirst(tail.length(0));
        }
    }

    private void reveal(Lane lane, Account account, long now) throws IOException {
        account.hidden = false;
        hidden.remove(lane);
        pass(lane, account, TAIL, now);
    }

    private void pass(Lane lane, Account account, int most, long now) throws IOException {
        Runs tail = account.tail;
        int over = (int) (tail.bytes() - most);
        if (over > 0) {
            int length = tail.length(0);
            int cut = lineAfter(tail.offset(0), over, length);
            lane.midLine[tail.channel(0)] = !endsLine(tail.offset(0), cut);
            account.leftOut += cut;
            tail.removeFirst(cut);
        }
        long leftOut = account.leftOut;
        account.leftOut = 0;
        output.pass(lane, tail, leftOut, now);
        tail.clear();
    }

    // The last place in the first bytes of a run where a line ends, or a character if none does.
    private int lineBefore(long offset, int fits, int length) throws IOException {
        Slice run = slice(offset, length);
        if (run == null) {
            return fits;
        }
        int line = Lines.afterLast(run.array(), run.from(), fits);
        return line > 0 ? line : Lines.characterBoundary(run.array(), run.from(), fits, length);
    }

    // The next place behind so many bytes of a run where a line begins, or a character if none is near.
    private int lineAfter(long offset, int over, int length) throws IOException {
        Slice run = slice(offset, length);
        if (run == null) {
            return over;
        }
        int near = Math.min(length - 1, over + NEAR);
        for (int i = over; i <= near; i++) {
            if (run.array()[run.from() + i - 1] == '\n') {
                return i;
            }
        }
        return Lines.characterBoundary(run.array(), run.from(), over, length);
    }

    private boolean endsLine(long offset, int count) throws IOException {
        Slice last = slice(offset + count - 1, 1);
        return last != null && last.array()[last.from()] == '\n';
    }

    // Null when a journal in memory does not keep the bytes any more; what shows them says so.
    private @Nullable Slice slice(long offset, int length) throws IOException {
        try {
            return reader.slice(offset, length);
        } catch (RunReader.GoneException e) {
            return null;
        }
    }

    /** When {@link #timer} wants to be called, or {@link Assembler#NEVER}. */
    long deadline() {
        long first = Assembler.NEVER;
        for (Lane lane : hidden) {
            Account account = lane.account;
            first = account == null ? first : Math.min(first, account.due());
        }
        return first;
    }

    /** Shows what is due. */
    void timer(long now) throws IOException {
        reveal(now, false);
    }

    /** Shows the last words of all that are hidden. */
    void dump(long now) throws IOException {
        reveal(now, true);
    }

    private void reveal(long now, boolean all) throws IOException {
        List<Lane> due = new ArrayList<>(hidden);
        for (Lane lane : due) {
            Account account = lane.account;
            if (account != null && (all || account.due() <= now)) {
                reveal(lane, account, now);
            }
        }
    }
}
