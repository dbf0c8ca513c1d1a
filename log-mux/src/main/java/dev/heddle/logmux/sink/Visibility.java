package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.logmux.Group;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which channels are shown, and of {@code VERBOSE} and {@code TRACE} which groups. Immutable: each method gives another.
 *
 * @param channels what is shown whatever its group
 * @param verbose groups of {@code VERBOSE} that are shown beside that
 * @param trace groups of {@code TRACE} that are shown beside that
 */
public record Visibility(Set<Channel> channels, Set<String> verbose, Set<String> trace) {

    /** Stands for all groups. */
    public static final String ALL = "all";

    /** Copies the sets. */
    public Visibility {
        channels = Set.copyOf(channels);
        verbose = Set.copyOf(verbose);
        trace = Set.copyOf(trace);
    }

    /** All channels but {@code VERBOSE}, {@code TRACE} and {@code CONSOLE}. */
    public static Visibility common() {
        Set<Channel> shown = EnumSet.complementOf(EnumSet.of(Channel.VERBOSE, Channel.TRACE, Channel.CONSOLE));
        return new Visibility(shown, Set.of(), Set.of());
    }

    /** The same with a channel shown that was not. */
    public Visibility showing(Channel channel) {
        Set<Channel> more = EnumSet.of(channel);
        more.addAll(channels);
        return new Visibility(more, verbose, trace);
    }

    /** The same with groups of {@code VERBOSE} shown; {@value #ALL} for all of them. */
    public Visibility verbose(Set<String> groups) {
        return groups.contains(ALL)
                ? showing(Channel.VERBOSE)
                : new Visibility(channels, joined(verbose, groups), trace);
    }

    /** The same with groups of {@code TRACE} shown; {@value #ALL} for all of them. */
    public Visibility trace(Set<String> groups) {
        return groups.contains(ALL) ? showing(Channel.TRACE) : new Visibility(channels, verbose, joined(trace, groups));
    }

    private static Set<String> joined(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    boolean shows(Group group) {
        if (channels.contains(group.channel())) {
            return true;
        }
        return switch (group.channel()) {
            case VERBOSE -> isOneOf(verbose, group.topic());
            case TRACE -> isOneOf(trace, group.topic());
            default -> false;
        };
    }

    // A line may name several groups: one of them is enough.
    private static boolean isOneOf(Set<String> wanted, @org.jspecify.annotations.Nullable String topic) {
        if (topic == null || wanted.isEmpty()) {
            return false;
        }
        for (String name : topic.split(",", -1)) {
            if (wanted.contains(name.strip())) {
                return true;
            }
        }
        return false;
    }
}
