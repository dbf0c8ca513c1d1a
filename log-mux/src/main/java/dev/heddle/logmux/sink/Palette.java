package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.logmux.TextColor;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The colour of each channel. What a job colours itself keeps its colours; the channel's stands where the job has none. Immutable.
 */
public final class Palette {

    /** Red for what is wrong, yellow for what may be, dim for details; what jobs print is left as it is. */
    public static final Palette COMMON = parse("error=red,warning=yellow,verbose=dim,trace=dim");

    private final Map<Channel, TextColor> colors;

    private Palette(Map<Channel, TextColor> colors) {
        this.colors = colors;
    }

    /**
     * Reads {@code error=red,warning=bright-yellow,message=15:4}: channels by their names, colours as {@link TextColor#parse} takes
     * them. Channels that are not named have the terminal's own colours.
     *
     * @throws IllegalArgumentException if it is something else; the message says what is wrong
     */
    public static Palette parse(String text) {
        Map<Channel, TextColor> colors = new EnumMap<>(Channel.class);
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + part.strip() + "': write CHANNEL=COLOR, as in error=red");
            }
            colors.put(channel(part.substring(0, equals).strip()), TextColor.parse(part.substring(equals + 1)));
        }
        return new Palette(colors);
    }

    private static Channel channel(String name) {
        for (Channel channel : Channel.values()) {
            if (channel.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return channel;
            }
        }
        throw new IllegalArgumentException("no channel is called '" + name
                + "'; there are stdout, stderr, error, warning, message, verbose, trace, console");
    }

    /** The colour of a channel. */
    public TextColor of(Channel channel) {
        return colors.getOrDefault(channel, TextColor.DEFAULT);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return colors.toString();
    }
}
