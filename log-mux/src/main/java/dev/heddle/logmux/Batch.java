package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.SourceNote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said since the journal was written last. When it is put into frames, the pieces of a source are brought together,
 * so that a source that says a hundred words in 20 ms costs one header; the order within a source is kept.
 *
 * <p>Not safe for several threads; {@link JournalWriter} holds its lock. Bounded by {@link #MOST_BYTES}, of what is said and of
 * what describes it, and {@link #MOST_ENTRIES}.
 */
final class Batch {

    static final int MOST_BYTES = 64 * 1024;
    static final int MOST_ENTRIES = 4096;

    /** What the journal knows of a source; its fields belong to the journal's lock. */
    static final class Slot {
        final int source;
        final long[] totals = new long[Lane.CHANNELS];
        int first = -1;
        int last = -1;
        boolean ended;
        /** Where secrets are masked, if there are any; set before the source is used. */
        SecretGuard.@Nullable Desk desk;

        Slot(int source) {
            this.source = source;
        }
    }

    private record Opened(JobInfo job, boolean live) {}

    private record Fact(SourceNote note, long value) {}

    private static final Channel[] CHANNELS = Channel.values();

    private final byte[] bytes = new byte[MOST_BYTES];
    private final int[] from = new int[MOST_ENTRIES];
    private final int[] length = new int[MOST_ENTRIES];
    private final int[] next = new int[MOST_ENTRIES];
    private final byte[] channel = new byte[MOST_ENTRIES];
    private final long[] nanos = new long[MOST_ENTRIES];
    private final @Nullable Object[] events = new @Nullable Object[MOST_ENTRIES];
    private final List<Slot> slots = new ArrayList<>();
    private int used;
    private int entries;
    /** Most bytes that beginnings and events among the entries can take. */
    private int described;

    boolean isEmpty() {
        return entries == 0;
    }

    /** When the first of what is in it was said; it must not be empty. */
    long began() {
        return nanos[0];
    }

    boolean isFull() {
        return used == MOST_BYTES || entries == MOST_ENTRIES || described >= MOST_BYTES;
    }

    boolean hasOthersThan(Slot slot) {
        return slots.size() > 1 || (slots.size() == 1 && slots.get(0) != slot);
    }

    /** Takes as many bytes as fit, at least one if the batch is not full. */
    int add(Slot slot, Channel to, byte[] array, int offset, int count, long now) {
        int taken = Math.min(count, MOST_BYTES - used);
        System.arraycopy(array, offset, bytes, used, taken);
        slot.totals[CompactFormat.code(to)] += taken;
        int latest = entries - 1;
        if (latest >= 0 && slot.last == latest && events[latest] == null && channel[latest] == CompactFormat.code(to)) {
            length[latest] += taken;
        } else {
            entry(slot, null, now);
            from[entries - 1] = used;
            length[entries - 1] = taken;
            channel[entries - 1] = (byte) CompactFormat.code(to);
        }
        used += taken;
        return taken;
    }

    void opened(Slot slot, JobInfo job, boolean live, long now) {
        entry(slot, new Opened(job, live), now);
        String component = job.component();
        int letters = job.task().length()
                + job.host().length()
                + job.description().length()
                + (component == null ? 0 : component.length());
        described += Math.min(CompactFormat.MAX_BODY, 3 * letters);
    }

    /** Takes a fact about the build, said by nobody but the engine. */
    void noted(Slot engine, byte[] json, long now) {
        entry(engine, json, now);
        described += json.length;
    }

    void fact(Slot slot, SourceNote note, long value, long now) {
        entry(slot, new Fact(note, value), now);
    }

    void ended(Slot slot, JobEnding ending, long now) {
        entry(slot, ending, now);
        slot.ended = true;
    }

    private void entry(Slot slot, @Nullable Object event, long now) {
        int index = entries++;
        events[index] = event;
        nanos[index] = now;
        next[index] = -1;
        if (slot.first < 0) {
            slot.first = index;
            slots.add(slot);
        } else {
            next[slot.last] = index;
        }
        slot.last = index;
    }

    /** Puts everything into frames and is empty afterwards. */
    void encode(CompactEncoder to) {
        for (Slot slot : slots) {
            to.time(nanos[slot.first]);
            int index = slot.first;
            while (index >= 0) {
                Object event = events[index];
                if (event instanceof Opened opened) {
                    to.task(slot.source, opened.job, opened.live);
                    index = next[index];
                } else if (event instanceof byte[] json) {
                    to.time(nanos[index]);
                    to.event(json);
                    index = next[index];
                } else if (event instanceof Fact fact) {
                    to.note(slot.source, fact.note, fact.value);
                    index = next[index];
                } else if (event instanceof JobEnding ending) {
                    to.time(nanos[index]);
                    to.end(slot.source, ending, slot.totals);
                    index = next[index];
                } else {
                    index = data(slot, index, to);
                }
            }
            slot.first = -1;
            slot.last = -1;
        }
        slots.clear();
        Arrays.fill(events, 0, entries, null);
        entries = 0;
        used = 0;
        described = 0;
    }

    // One frame for all that follows on the same channel; what stands between, of other sources, does not part it.
    private int data(Slot slot, int first, CompactEncoder to) {
        int size = 0;
        int end = first;
        while (end >= 0
                && events[end] == null
                && channel[end] == channel[first]
                && size + length[end] <= CompactFormat.MAX_DATA) {
            size += length[end];
            end = next[end];
        }
        to.data(slot.source, CHANNELS[channel[first]], size);
        for (int i = first; i != end; i = next[i]) {
            to.payload(bytes, from[i], length[i]);
        }
        return end;
    }
}
