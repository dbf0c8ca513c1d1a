package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.Slice;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the lines of jobs together and finds some of them. Holds one line, or a piece of {@value #PIECE} bytes of a longer
 * one, for every channel of a job that has not ended. Owned by one thread.
 */
final class LineSearch implements JournalScanner.Target {

    /** A longer line is looked at in pieces of so many bytes, so that memory is bounded and nothing is passed over. */
    static final int PIECE = 65_536;

    private static final Channel[] CHANNELS = Channel.values();

    private final JournalQuery query;
    private final IntPredicate sources;
    private final Consumer<JournalMatch> found;
    private final Map<Integer, Talk> talks = new HashMap<>();
    private long matches;

    /** A job and its lines that are not complete; {@code job} is null for one that is not looked for. */
    private static final class Talk {
        final int source;
        final @Nullable JobInfo job;
        final @Nullable LineText[] texts = new @Nullable LineText[CHANNELS.length];
        final long[] lines = new long[CHANNELS.length];
        final boolean[] begun = new boolean[CHANNELS.length];
        final boolean[] told = new boolean[CHANNELS.length];

        Talk(int source, @Nullable JobInfo job) {
            this.source = source;
            this.job = job;
        }
    }

    /**
     * A search.
     *
     * @param sources which sources are looked at, of those whose jobs are wanted
     */
    LineSearch(JournalQuery query, IntPredicate sources, Consumer<JournalMatch> found) {
        this.query = query;
        this.sources = sources;
        this.found = found;
    }

    /** How many were found. */
    long matches() {
        return matches;
    }

    @Override
    public void session(long epochMillis) {
        finish();
    }

    /** Nothing follows: lines without an end are complete. */
    void finish() {
        talks.values().forEach(this::finish);
        talks.clear();
    }

    @Override
    public void time(long nanos) {}

    @Override
    public void task(int source, JobInfo job, boolean live) {
        talks.put(source, new Talk(source, query.isWanted(job) && sources.test(source) ? job : null));
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        if (source == 0 || !query.isWanted(channel)) {
            return;
        }
        Talk talk = talks.get(source);
        if (talk == null) {
            JobInfo unnamed = JournalIndex.unnamed(source);
            task(source, unnamed, false);
            talk = talks.get(source);
        }
        if (talk != null && talk.job != null) {
            add(talk, CompactFormat.code(channel), bytes);
        }
    }

    private void add(Talk talk, int channel, Slice bytes) {
        LineText text = talk.texts[channel];
        if (text == null) {
            text = new LineText(PIECE);
            talk.texts[channel] = text;
        }
        int end = bytes.from() + bytes.length();
        for (int at = bytes.from(); at < end; ) {
            int stop = at;
            while (stop < end && bytes.array()[stop] != '\n') {
                stop++;
            }
            addPieces(talk, channel, text, new Slice(bytes.array(), at, stop - at));
            talk.begun[channel] = true;
            if (stop == end) {
                return;
            }
            complete(talk, channel, text);
            at = stop + 1;
        }
    }

    private void addPieces(Talk talk, int channel, LineText text, Slice part) {
        int end = part.from() + part.length();
        for (int at = part.from(); at < end; ) {
            if (text.length() == PIECE) {
                look(talk, channel, text);
            }
            int count = Math.min(end - at, PIECE - text.length());
            text.add(part.array(), at, count);
            at += count;
        }
    }

    private void complete(Talk talk, int channel, LineText text) {
        look(talk, channel, text);
        talk.begun[channel] = false;
        talk.told[channel] = false;
        talk.lines[channel]++;
    }

    // A line of several pieces is told once.
    private void look(Talk talk, int channel, LineText text) {
        text.finish();
        JobInfo job = talk.job;
        if (job != null && !talk.told[channel] && query.matches(text.text())) {
            matches++;
            talk.told[channel] = true;
            found.accept(new JournalMatch(talk.source, job, CHANNELS[channel], talk.lines[channel] + 1, text.text()));
        }
        text.clear();
    }

    @Override
    public void end(int source, JobEnding ending, long[] totals) {
        Talk talk = talks.remove(source);
        if (talk != null) {
            finish(talk);
        }
    }

    private void finish(Talk talk) {
        for (int channel = 0; channel < CHANNELS.length; channel++) {
            LineText text = talk.texts[channel];
            if (text != null && talk.begun[channel]) {
                complete(talk, channel, text);
            }
        }
    }
}
