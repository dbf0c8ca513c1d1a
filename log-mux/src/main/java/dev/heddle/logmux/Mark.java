package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a line is shown.
 *
 * @param channel on which channel
 * @param color its own colour, or null for that of the channel
 * @param topic the group of a line on {@code VERBOSE} or {@code TRACE}, or null
 */
record Mark(
        Channel channel,
        @Nullable TextColor color,
        @Nullable String topic) {

    private static final Map<Channel, Mark> PLAIN =
            Arrays.stream(Channel.values()).collect(Collectors.toUnmodifiableMap(c -> c, c -> new Mark(c, null, null)));

    /** Shown on a channel, and nothing more. */
    static Mark of(Channel channel) {
        return Objects.requireNonNull(PLAIN.get(channel), "BUG: a channel without a mark");
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Mark that
                        && channel.equals(that.channel)
                        && Objects.equals(color, that.color)
                        && Objects.equals(topic, that.topic));
    }

    @Override
    public int hashCode() {
        return Objects.hash(channel, color, topic);
    }
}
