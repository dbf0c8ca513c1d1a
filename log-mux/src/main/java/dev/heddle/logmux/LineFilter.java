package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.JobInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says on which channel a line of a job is shown, and in which colour. It changes neither bytes nor their order: lines of one job
 * stay in the order in which they were read, whatever channels they are put on.
 *
 * <p><b>Threads.</b> Every sink asks on a thread of its own, and so the answer must depend on the line alone.
 *
 * <p><b>Failure.</b> A filter that throws is left out from then on, which the engine says once; nothing else suffers.
 *
 * @see LineRules
 */
@FunctionalInterface
public interface LineFilter {

    /**
     * A line of a job.
     *
     * @param job what said it, or null if its beginning is damaged in the recording
     * @param channel the channel it was said on
     * @param text the line without its end and without escape sequences, at most its first 4096 bytes
     */
    record Line(@Nullable JobInfo job, Channel channel, String text) {}

    /**
     * How a line is shown.
     *
     * @param channel the channel it is put on
     * @param color its colour, or null for that of the channel
     * @param diagnostic what it says about the job, or null
     */
    record Verdict(
            Channel channel,
            @Nullable TextColor color,
            @Nullable Diagnostic diagnostic) {
        /** Checks the channel. */
        public Verdict {
            Objects.requireNonNull(channel, "channel");
        }
    }

    /** How to show a line, or null if this filter has nothing to say about it. */
    @Nullable
    Verdict verdict(Line line);

    /**
     * Words of which one must stand in a line for this filter to be asked, in any case of their letters; none if it must be asked
     * about every line, which takes time.
     */
    default List<String> needs() {
        return List.of();
    }

    /** The channels it may put a line on: a sink that shows them alike need not ask. */
    default Set<Channel> targets() {
        return EnumSet.allOf(Channel.class);
    }

    /**
     * A filter that puts every line in which a pattern is found on a channel.
     *
     * @param pattern in the syntax of RE2, searched for in time linear in the length of the line
     * @param channel where such lines are put
     * @throws IllegalArgumentException if it is no pattern
     */
    static PatternFilter matching(String pattern, Channel channel) {
        return new PatternFilter(LinePattern.checked(pattern), channel);
    }

    /** The filters for tools that many builds use: what they say is wrong, what may be, and what a person should read. */
    static List<LineFilter> common() {
        return CommonFilters.ALL;
    }
}
