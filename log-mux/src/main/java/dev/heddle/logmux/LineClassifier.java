package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.Slice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link LineRules} at work for one sink: asks the filters about lines. A filter that throws is left out and reported.
 * Owned by one thread.
 */
final class LineClassifier {

    private static final int LONGEST_TOPIC = 64;

    private final LineRules rules;
    private final List<LineFilter> filters;
    private final BiConsumer<LineFilter, Throwable> failed;
    private final BitSet leftOut = new BitSet();
    private final Literals literals;

    /**
     * Rules at work.
     *
     * @param failed is told of a filter that throws, once
     */
    LineClassifier(LineRules rules, BiConsumer<LineFilter, Throwable> failed) {
        this.rules = rules;
        this.filters = rules.filters();
        this.failed = failed;
        this.literals = new Literals(needs());
    }

    /** Of each filter the words of which one must stand in a line that it is asked about; none if it is about any. */
    List<List<String>> needs() {
        List<List<String>> needs = new ArrayList<>();
        for (LineFilter filter : filters) {
            needs.add(List.copyOf(filter.needs()));
        }
        return needs;
    }

    /** Whether lines of a channel are looked at at all. */
    boolean looksAt(Channel channel, boolean engine) {
        return channel == Channel.VERBOSE
                || channel == Channel.TRACE
                || (!engine && !filters.isEmpty() && isFiltered(channel));
    }

    /** Whether a line in some text on a channel that {@link #looksAt} is true for may be shown in a way of its own. */
    boolean mayMark(Channel channel, Slice text) {
        return !isFiltered(channel)
                || literals.find(text.array(), text.from(), text.from() + text.length()) != Literals.NONE;
    }

    /**
     * Where the first line begins, from the one at {@code start} on, that may be shown in a way of its own or is not complete; of
     * text on a channel that {@link #looksAt} is true for. Counted as {@link Lines#plain} does.
     */
    int plain(Channel channel, Slice text, int start) {
        return isFiltered(channel) ? Lines.plain(literals, text, start) : start;
    }

    private static boolean isFiltered(Channel channel) {
        return channel == Channel.STDOUT || channel == Channel.STDERR;
    }

    /** How lines of a channel are shown about which no filter has anything to say. */
    Mark plain(Channel channel) {
        return Mark.of(rules.mapped(channel));
    }

    /** How a line is shown. */
    Mark mark(@Nullable JobInfo job, Channel channel, LineText line, boolean engine) {
        if (channel == Channel.VERBOSE || channel == Channel.TRACE) {
            return new Mark(rules.mapped(channel), null, topic(line.text()));
        }
        LineFilter.Verdict verdict = engine ? null : verdict(job, channel, line);
        if (verdict == null) {
            return plain(channel);
        }
        Channel shown = rules.mapped(verdict.channel());
        return verdict.color() == null ? Mark.of(shown) : new Mark(shown, verdict.color(), null);
    }

    /** What the first filter says that has something to say, or null. */
    LineFilter.@Nullable Verdict verdict(@Nullable JobInfo job, Channel channel, LineText text) {
        long hits = isFiltered(channel) ? literals.in(text.bytes()) : 0;
        if (hits == 0) {
            return null;
        }
        LineFilter.Line line = new LineFilter.Line(job, channel, text.text());
        for (int i = 0; i < filters.size(); i++) {
            if ((hits & Literals.bit(i)) != 0 && !leftOut.get(i)) {
                LineFilter.Verdict verdict = ask(i, line);
                if (verdict != null) {
                    return verdict;
                }
            }
        }
        return null;
    }

    // A filter may be the embedder's code, and a pattern of java.util.regex may need more stack than there is.
    private LineFilter.@Nullable Verdict ask(int index, LineFilter.Line line) {
        try {
            return filters.get(index).verdict(line);
        } catch (RuntimeException | StackOverflowError e) {
            leftOut.set(index);
            failed.accept(filters.get(index), e);
            return null;
        }
    }

    /** The group that a line of {@code VERBOSE} or {@code TRACE} names at its beginning, in brackets; null if it names none. */
    private static @Nullable String topic(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') : -1;
        return end > 1 && end <= LONGEST_TOPIC + 1 ? text.substring(1, end) : null;
    }
}
