package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A filter by a pattern; made by {@link LineFilter#matching}. Immutable: each method that narrows it gives another one.
 */
public final class PatternFilter implements LineFilter {

    /** Which lines it is asked about; nothing in a set means any. */
    private record Scope(Set<Channel> origins, Set<String> components, List<String> needs) {}

    private final LinePattern pattern;
    private final Channel channel;
    private final @Nullable TextColor color;
    private final Scope scope;
    private final @Nullable DiagnosticMatcher telling;

    PatternFilter(LinePattern pattern, Channel channel) {
        this(pattern, Objects.requireNonNull(channel, "channel"), null, new Scope(Set.of(), Set.of(), List.of()), null);
    }

    private PatternFilter(
            LinePattern pattern,
            Channel channel,
            @Nullable TextColor color,
            Scope scope,
            @Nullable DiagnosticMatcher telling) {
        this.pattern = pattern;
        this.channel = channel;
        this.color = color;
        this.scope = scope;
        this.telling = telling;
    }

    /** The same, with a colour for the lines. */
    public PatternFilter painted(TextColor chosen) {
        return new PatternFilter(pattern, channel, chosen, scope, telling);
    }

    /** The same, for lines that were said on these channels only. */
    public PatternFilter on(Channel... channels) {
        return with(new Scope(Set.of(channels), scope.components, scope.needs));
    }

    /** The same, for jobs of these components only. */
    public PatternFilter of(String... names) {
        return with(new Scope(scope.origins, Set.of(names), scope.needs));
    }

    /** The same, asked only about lines in which one of these words stands, which makes it cheap. */
    public PatternFilter needing(String... words) {
        return with(new Scope(scope.origins, scope.components, List.of(words)));
    }

    private PatternFilter with(Scope other) {
        return new PatternFilter(pattern, channel, color, other, telling);
    }

    /**
     * The same, and every line it takes is told as a diagnostic of that name, with what the groups {@code file}, {@code line},
     * {@code column}, {@code code} and {@code message} of the pattern took; an error on {@link Channel#ERROR}, a warning on
     * {@link Channel#WARNING}, a note on others, unless a group {@code severity} says otherwise.
     */
    public PatternFilter telling(String name) {
        Diagnostic.Severity severity = switch (channel) {
            case ERROR -> Diagnostic.Severity.ERROR;
            case WARNING -> Diagnostic.Severity.WARNING;
            default -> Diagnostic.Severity.NOTE;
        };
        DiagnosticMatcher matcher = DiagnosticMatcher.trusted(name)
                .head(pattern.toString())
                .severity(severity)
                .build();
        return new PatternFilter(pattern, channel, color, scope, matcher);
    }

    @Override
    public Set<Channel> targets() {
        // A colour of its own is seen wherever colours are; no channel tells that.
        return color == null ? Set.of(channel) : Set.of(Channel.values());
    }

    @Override
    public List<String> needs() {
        return scope.needs;
    }

    @Override
    public @Nullable Verdict verdict(Line line) {
        if (!scope.origins.isEmpty() && !scope.origins.contains(line.channel())) {
            return null;
        }
        if (!scope.components.isEmpty()) {
            String component = line.job() == null ? null : line.job().component();
            if (component == null || !scope.components.contains(component)) {
                return null;
            }
        }
        LinePattern.Match match = pattern.find(line.text());
        if (match == null) {
            return null;
        }
        DiagnosticMatcher told = telling;
        Diagnostic diagnostic = told == null ? null : new DiagnosticDraft(told, match, line.text()).finish(true);
        return new Verdict(channel, color, diagnostic);
    }

    @Override
    public String toString() {
        return "the filter " + pattern + " to " + channel;
    }
}
