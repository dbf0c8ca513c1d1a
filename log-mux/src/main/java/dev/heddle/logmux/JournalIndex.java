package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of a journal after it was read: its jobs, and the places where reading may begin. Owned by one thread. */
final class JournalIndex implements JournalScanner.Target {

    /** Most jobs of a journal; more is taken for an attack on memory. */
    static final int MOST_JOBS = 1 << 21;
    /** Distance of the places that are kept. */
    private static final long PLACE_DISTANCE = 1 << 20;

    private static final Channel[] CHANNELS = Channel.values();

    private static final class Entry {
        final int source;
        final int session;
        final JobInfo job;
        final boolean live;
        final Instant started;
        final long offset;
        /** What had been taken off the time of the journal when it began; when it has ended, what was taken off its own. */
        long still;

        final long[] bytes = new long[CHANNELS.length];

        @Nullable
        Instant ended;

        @Nullable
        JobEnding ending;

        long end;
        long masked;
        boolean orderGuessed;

        Entry(int source, int session, JobInfo job, boolean live, Instant started, long offset) {
            this.source = source;
            this.session = session;
            this.job = job;
            this.live = live;
            this.started = started;
            this.offset = offset;
        }

        JournalTask task(@Nullable Torn torn) {
            Map<Channel, Long> known = new EnumMap<>(Channel.class);
            for (Channel channel : CHANNELS) {
                if (bytes[CompactFormat.code(channel)] > 0) {
                    known.put(channel, bytes[CompactFormat.code(channel)]);
                }
            }
            long last = end;
            if (torn != null && torn.source == source) {
                known.merge(torn.channel, torn.length, Long::sum);
                last = Math.max(last, torn.end);
            }
            return new JournalTask(
                    source,
                    session,
                    job,
                    live,
                    orderGuessed,
                    started,
                    ended,
                    ending,
                    ended == null ? Duration.ZERO : Duration.ofNanos(still),
                    known,
                    masked,
                    offset,
                    last);
        }
    }

    /** The beginning of a frame of data that is cut. */
    private record Torn(int source, Channel channel, long length, long end) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Entry> bySource = new HashMap<>();
    private final TreeMap<Long, CompactDecoder.Checkpoint> places = new TreeMap<>();
    private int sessions;
    private long sessionMillis;
    private long sessionNanos;
    private long nanos;
    private final Standstill still = new Standstill();
    private long payload;
    private long fragments;
    private long masked;
    private long descriptions;
    private long frameOffset;
    private long frameEnd;
    /** At the end of the journal as it was when last looked at; null if there is none. */
    private @Nullable Torn torn;

    /** Wall time when the time of the journal was 0, by what its last writer said. */
    long startMillis() {
        return sessionMillis - sessionNanos / 1_000_000;
    }

    List<JournalTask> tasks() {
        return entries.stream().map(entry -> entry.task(torn)).toList();
    }

    /** The last known place at or before an offset. */
    CompactDecoder.Checkpoint placeBefore(long offset) {
        Map.Entry<Long, CompactDecoder.Checkpoint> place = places.floorEntry(offset);
        return place == null ? places.firstEntry().getValue() : place.getValue();
    }

    JournalStatistics statistics(JournalScanner scanner, long length) {
        long torn = Math.max(0, length - scanner.delivered());
        long framing = scanner.delivered() - scanner.damaged() - payload - descriptions;
        return new JournalStatistics(
                length,
                payload,
                fragments,
                descriptions,
                framing,
                scanner.damaged(),
                torn,
                masked,
                entries.size(),
                sessions);
    }

    private Instant wall() {
        return Instant.ofEpochMilli(sessionMillis).plusNanos(nanos - sessionNanos);
    }

    @Override
    public void frame(long offset, long end) {
        frameOffset = offset;
        frameEnd = end;
        torn = null;
    }

    @Override
    public void place(CompactDecoder.Checkpoint place) {
        if (places.isEmpty() || place.end() - places.lastKey() >= PLACE_DISTANCE) {
            places.put(place.end(), place);
        }
    }

    @Override
    public void session(long epochMillis) {
        sessions++;
        sessionMillis = Math.min(epochMillis, Instant.MAX.getEpochSecond());
        sessionNanos = nanos;
    }

    @Override
    public void time(long now) {
        nanos = now;
    }

    @Override
    public void task(int source, JobInfo job, boolean live) {
        descriptions += frameEnd - frameOffset;
        enter(source, job, live);
    }

    private Entry enter(int source, JobInfo job, boolean live) {
        if (entries.size() == MOST_JOBS) {
            throw new UncheckedIOException(
                    new WireFormatException(frameOffset, "more than " + MOST_JOBS + " jobs in one journal"));
        }
        Entry entry = new Entry(source, sessions, job, live, wall(), frameOffset);
        entry.end = frameEnd;
        entry.still = still.nanos();
        entries.add(entry);
        bySource.put(source, entry);
        return entry;
    }

    private Entry known(int source) {
        Entry entry = bySource.get(source);
        if (entry != null) {
            return entry;
        }
        return enter(source, unnamed(source), false);
    }

    /** What stands for a job whose beginning is damaged. */
    static JobInfo unnamed(int source) {
        String name = "source " + source + " (its beginning is damaged)";
        return new JobInfo(0, name, null, name, "", 1);
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        payload += bytes.length();
        fragments++;
        if (source != 0) {
            Entry entry = known(source);
            entry.bytes[CompactFormat.code(channel)] += bytes.length();
            entry.end = frameEnd;
        }
    }

    @Override
    public void torn(int source, Channel channel, long offset, Slice bytes) {
        if (source != 0) {
            known(source);
            torn = new Torn(source, channel, bytes.length(), offset + bytes.length());
        }
    }

    @Override
    public void event(Slice json) {
        descriptions += frameEnd - frameOffset;
        still.event(json, nanos);
    }

    @Override
    public void note(int source, SourceNote note, long value) {
        Entry entry = source == 0 ? null : known(source);
        switch (note) {
            case SECRETS_MASKED -> {
                masked += value;
                if (entry != null) {
                    entry.masked += value;
                }
            }
            case ORDER_GUESSED -> {
                if (entry != null) {
                    entry.orderGuessed = true;
                }
            }
            case WRITER_CLOSED -> {
                // Of interest only to who waits for more.
            }
        }
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        descriptions += frameEnd - frameOffset;
        if (source != 0) {
            Entry entry = known(source);
            if (entry.ended == null) {
                entry.still = still.nanos() - entry.still;
            }
            entry.ended = wall();
            entry.ending = ending;
            entry.end = frameEnd;
        }
    }
}
