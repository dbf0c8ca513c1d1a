package dev.heddle.logmux;

import dev.heddle.core.Channel;
import org.jspecify.annotations.Nullable;

/**
 * How a line is shown.
 *
 * @param channel on which channel
 * @param color its own colour, or null for that of the channel
 * @param topic the group of a line on {@code VERBOSE} or {@code TRACE}, or null
 */
record Mark(Channel channel, @Nullable TextColor color, @Nullable String topic) {

    private static final Mark[] PLAIN = new Mark[Lane.CHANNELS];

    static {
        for (Channel channel : Channel.values()) {
            PLAIN[channel.ordinal()] = new Mark(channel, null, null);
        }
    }

    /** Shown on a channel, and nothing more. */
    static Mark of(Channel channel) {
        return PLAIN[channel.ordinal()];
    }
}
