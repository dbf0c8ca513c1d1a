package dev.heddle.logmux;

import java.util.Arrays;

/**
 * A queue of runs: pieces of the journal that belong to one source, 16 bytes each whatever their length. It knows where
 * bytes are, what channel they are on, when they came and how they end; it does not hold them. Not safe for several threads.
 */
final class Runs {

    /** How a run ends. */
    enum Ending {
        /** With an end of line. */
        LINE(0),
        /** In a line that is closed with a mark, because nothing more came for long. */
        HALF(1),
        /** In a line that goes on. */
        OPEN(2),
        /** In a line that never gets its end: the source ended. */
        LAST(3);

        /** The two bits that stand for it. */
        final int code;

        Ending(int code) {
            this.code = code;
        }
    }

    private static final Ending[] ENDINGS = Ending.values();
    private static final int LENGTH_BITS = 17;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final int CHANNEL_SHIFT = LENGTH_BITS;
    private static final int ENDING_SHIFT = CHANNEL_SHIFT + 3;
    private static final int TIME_SHIFT = ENDING_SHIFT + 2;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long[] offsets = new long[2];
    private long[] facts = new long[2];
    private int head;
    private int tail;
    private long bytes;
    /** The smallest time of what was added since the queue was empty, in milliseconds. */
    private long oldest;

    int size() {
        return tail - head;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Sum of the lengths. */
    long bytes() {
        return bytes;
    }

    long offset(int index) {
        return offsets[head + index];
    }

    int length(int index) {
        return (int) (facts[head + index] & LENGTH_MASK);
    }

    int channel(int index) {
        return (int) (facts[head + index] >> CHANNEL_SHIFT) & 7;
    }

    Ending ending(int index) {
        return ENDINGS[(int) (facts[head + index] >> ENDING_SHIFT) & 3];
    }

    /** When the run's bytes came, to the millisecond below. */
    long nanos(int index) {
        return (facts[head + index] >>> TIME_SHIFT) * NANOS_PER_MILLI;
    }

    /** When the oldest of its bytes came, to the millisecond below; another channel's half line may stand behind younger ones. */
    long oldestNanos() {
        return oldest * NANOS_PER_MILLI;
    }

    void add(long offset, int length, int channel, Ending ending, long nanos) {
        if (tail > head && ending(size() - 1) == Ending.HALF && channel(size() - 1) == channel) {
            setEnding(size() - 1, Ending.OPEN);
        }
        append(
                offset,
                ((nanos / NANOS_PER_MILLI) << TIME_SHIFT)
                        | ((long) ending.code << ENDING_SHIFT)
                        | ((long) channel << CHANNEL_SHIFT)
                        | length);
    }

    private void append(long offset, long fact) {
        if (tail == offsets.length) {
            int size = size();
            // Sliding down is enough when half of the array is free; it costs no more than what was taken before.
            int capacity = head > offsets.length / 2 ? offsets.length : offsets.length * 2;
            long[] newOffsets = new long[capacity];
            long[] newFacts = new long[capacity];
            System.arraycopy(offsets, head, newOffsets, 0, size);
            System.arraycopy(facts, head, newFacts, 0, size);
            offsets = newOffsets;
            facts = newFacts;
            head = 0;
            tail = size;
        }
        long millis = fact >>> TIME_SHIFT;
        oldest = isEmpty() ? millis : Math.min(oldest, millis);
        offsets[tail] = offset;
        facts[tail++] = fact;
        bytes += fact & LENGTH_MASK;
    }

    void setEnding(int index, Ending ending) {
        int at = head + index;
        facts[at] = (facts[at] & ~(3L << ENDING_SHIFT)) | ((long) ending.code << ENDING_SHIFT);
    }

    /** Moves everything of another queue behind this one; the last run then ends as told. */
    void takeAll(Runs other, Ending ending) {
        for (int i = 0; i < other.size(); i++) {
            boolean last = i == other.size() - 1;
            add(other.offset(i), other.length(i), other.channel(i), last ? ending : other.ending(i), other.nanos(i));
        }
        other.clear();
    }

    /** Takes bytes away from the beginning of the first run; all of them, and the run is gone. */
    void removeFirst(int count) {
        int length = length(0);
        bytes -= count;
        if (count == length) {
            head++;
        } else {
            offsets[head] += count;
            facts[head] -= count;
        }
    }

    void clear() {
        head = 0;
        tail = 0;
        bytes = 0;
        if (offsets.length > 64) {
            offsets = Arrays.copyOf(offsets, 2);
            facts = Arrays.copyOf(facts, 2);
        }
    }
}
