package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.Location;
import dev.heddle.core.OutputPort;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The words of the embedding program, formed alike wherever they come from: {@code build.xml:3:7: text}. Parts of a text are joined
 * by blanks, as {@code print} does it in other languages; lines after the first are indented.
 *
 * <p><b>Channels.</b> Errors and warnings are counted. {@link #verbose} and {@link #trace} have groups: what is in no group that was
 * asked for costs one call and goes nowhere; what is begins with {@code [group]}. What {@link #policy} says goes where the policy of
 * its topic wants it.
 *
 * <p><b>Threads.</b> May be used from any thread. Never waits for a display; waits for the disk while the journal is written.
 *
 * <p><b>Bounds.</b> {@link #once} remembers {@value #MOST_REMEMBERED} texts; what comes after them is said as often as it is told.
 *
 * <p><b>Failure.</b> After the port is closed, nothing is said and nothing is thrown.
 */
public final class Reporter {

    /** Texts that {@link #once} remembers. */
    public static final int MOST_REMEMBERED = 4096;

    /** Stands for all groups. */
    public static final String ALL = "all";

    /** Where what is said about a topic goes. */
    public enum Policy {
        /** Nowhere. */
        IGNORE,
        /** To the group of {@link #verbose} that is called as the topic. */
        VERBOSE,
        /** To the messages. */
        MESSAGE,
        /** To the warnings. */
        WARNING,
        /** To the errors. */
        ERROR
    }

    private final Settings settings;
    /** What was said once already, guarded by itself; null if texts may be said again. */
    private final @Nullable Set<String> said;

    private record Settings(
            OutputPort port, Tally tally, Groups groups, Map<String, Policy> policies, boolean warningsAreErrors) {}

    private record Groups(Set<String> verbose, Set<String> trace) {}

    private Reporter(Settings settings, @Nullable Set<String> said) {
        this.settings = settings;
        this.said = said;
    }

    /** Begins a reporter whose words are shown and recorded by a multiplexer, which counts its errors and warnings too. */
    public static Builder to(OutputMultiplexer multiplexer) {
        return new Builder(multiplexer, multiplexer.tally());
    }

    /** Begins a reporter whose words go to any port. */
    public static Builder to(OutputPort port) {
        return port instanceof OutputMultiplexer multiplexer ? to(multiplexer) : new Builder(port, new Tally());
    }

    /** Something is wrong. */
    public void error(Object... text) {
        say(Channel.ERROR, null, null, text);
    }

    /** Something is wrong in a file. */
    public void error(Location at, Object... text) {
        say(Channel.ERROR, at, null, text);
    }

    /** Something may be wrong. */
    public void warning(Object... text) {
        say(Channel.WARNING, null, null, text);
    }

    /** Something may be wrong in a file. */
    public void warning(Location at, Object... text) {
        say(Channel.WARNING, at, null, text);
    }

    /** What a person should read. */
    public void message(Object... text) {
        say(Channel.MESSAGE, null, null, text);
    }

    /** What a person should read about a file. */
    public void message(Location at, Object... text) {
        say(Channel.MESSAGE, at, null, text);
    }

    /** Details for those who asked for this group. */
    public void verbose(String group, Object... text) {
        if (isVerbose(group)) {
            say(Channel.VERBOSE, null, group, text);
        }
    }

    /** Details for those who look for a fault and asked for this group. */
    public void trace(String group, Object... text) {
        if (isTraced(group)) {
            say(Channel.TRACE, null, group, text);
        }
    }

    /**
     * Progress, for a terminal only: nothing is added, no end of line, so that a text that ends with a carriage return is written
     * over by the next.
     */
    public void console(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (settings.port instanceof OutputMultiplexer multiplexer) {
            multiplexer.engineData(Channel.CONSOLE, bytes, 0, bytes.length);
        } else {
            settings.port.message(Channel.CONSOLE, text);
        }
    }

    /** Says something about a topic, where the topic's policy wants it; as a message if it has none. */
    public void policy(String topic, Object... text) {
        policy(topic, null, text);
    }

    /** Says something about a topic and a file, where the topic's policy wants it; as a message if it has none. */
    public void policy(String topic, @Nullable Location at, Object... text) {
        switch (settings.policies.getOrDefault(topic, Policy.MESSAGE)) {
            case ERROR -> say(Channel.ERROR, at, null, text);
            case WARNING -> say(Channel.WARNING, at, null, text);
            case MESSAGE -> say(Channel.MESSAGE, at, null, text);
            case VERBOSE -> {
                if (isVerbose(topic)) {
                    say(Channel.VERBOSE, at, topic, text);
                }
            }
            case IGNORE -> {
                // That is what was asked for.
            }
        }
    }

    /** A reporter that says the same text only once; what others said before does not count. */
    public Reporter once() {
        return said == null ? new Reporter(settings, new HashSet<>()) : this;
    }

    /** Whether a group of {@link #verbose} was asked for, so that a costly text is not made in vain. */
    public boolean isVerbose(String group) {
        return isAsked(settings.groups.verbose, group);
    }

    /** Whether a group of {@link #trace} was asked for. */
    public boolean isTraced(String group) {
        return isAsked(settings.groups.trace, group);
    }

    private static boolean isAsked(Set<String> groups, String group) {
        return !groups.isEmpty() && (groups.contains(group) || groups.contains(ALL));
    }

    /** How many errors and warnings were said; for a multiplexer, also those that were found in what jobs said. */
    public DiagnosticCounts counts() {
        return settings.tally.total();
    }

    private void say(Channel channel, @Nullable Location at, @Nullable String group, Object... text) {
        Channel to = channel == Channel.WARNING && settings.warningsAreErrors ? Channel.ERROR : channel;
        String line = form(at, group, text);
        if (isRepeated(to, line)) {
            return;
        }
        if (to == Channel.ERROR || to == Channel.WARNING) {
            settings.tally.add("", to == Channel.ERROR ? Severity.ERROR : Severity.WARNING);
        }
        settings.port.message(to, line);
    }

    private static String form(@Nullable Location at, @Nullable String group, Object... text) {
        StringBuilder line = new StringBuilder();
        if (group != null) {
            line.append('[').append(group).append("] ");
        }
        String indent = (group == null ? "" : line.toString()) + "    ";
        if (at != null) {
            line.append(at).append(": ");
        }
        for (int i = 0; i < text.length; i++) {
            line.append(i == 0 ? "" : " ").append(text[i]);
        }
        while (line.length() > 0 && line.charAt(line.length() - 1) == '\n') {
            line.setLength(line.length() - 1);
        }
        return line.toString().replace("\n", "\n" + indent);
    }

    private boolean isRepeated(Channel channel, String line) {
        Set<String> known = said;
        if (known == null) {
            return false;
        }
        synchronized (known) {
            String key = channel + line;
            return known.contains(key) || (known.size() < MOST_REMEMBERED && !known.add(key));
        }
    }

    /** Collects the settings. Not safe for several threads. */
    public static final class Builder {

        private final OutputPort port;
        private final Tally tally;
        private final Set<String> verbose = new HashSet<>();
        private final Set<String> trace = new HashSet<>();
        private final Map<String, Policy> policies = new TreeMap<>();
        private boolean warningsAreErrors;

        private Builder(OutputPort port, Tally tally) {
            this.port = port;
            this.tally = tally;
        }

        /** Groups of {@link Reporter#verbose} that are asked for; {@value Reporter#ALL} for all. */
        public Builder verbose(Set<String> groups) {
            verbose.addAll(groups);
            return this;
        }

        /** Groups of {@link Reporter#trace} that are asked for; {@value Reporter#ALL} for all. */
        public Builder trace(Set<String> groups) {
            trace.addAll(groups);
            return this;
        }

        /** Where what is said about a topic goes. */
        public Builder policy(String topic, Policy policy) {
            policies.put(topic, policy);
            return this;
        }

        /** Warnings are errors. */
        public Builder warningsAsErrors() {
            warningsAreErrors = true;
            return this;
        }

        /** The reporter. */
        public Reporter build() {
            Groups groups = new Groups(Set.copyOf(verbose), Set.copyOf(trace));
            return new Reporter(new Settings(port, tally, groups, Map.copyOf(policies), warningsAreErrors), null);
        }
    }
}
