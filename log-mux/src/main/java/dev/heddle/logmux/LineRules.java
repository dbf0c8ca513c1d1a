package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the lines of jobs are told apart: filters that put them on channels, matchers that find what tools complain about, and
 * channels that stand for others. Immutable: each method gives another set of rules.
 *
 * <p>Rules look only at what jobs said on {@link Channel#STDOUT} and {@link Channel#STDERR}; a job that writes to another channel
 * has said itself what it means.
 */
public final class LineRules {

    private static final LineRules NONE = new LineRules(List.of(), List.of(), Map.of(), false);

    private final List<LineFilter> filters;
    private final List<DiagnosticMatcher> matchers;
    private final Map<Channel, Channel> mapped;
    private final boolean warningsAreErrors;

    private LineRules(
            List<LineFilter> filters,
            List<DiagnosticMatcher> matchers,
            Map<Channel, Channel> mapped,
            boolean warningsAreErrors) {
        this.filters = filters;
        this.matchers = matchers;
        this.mapped = mapped;
        this.warningsAreErrors = warningsAreErrors;
    }

    /** No rules: every line is shown on the channel it was said on, and nothing is counted. */
    public static LineRules none() {
        return NONE;
    }

    /** The filters and matchers for tools that many builds use. */
    public static LineRules common() {
        return new LineRules(LineFilter.common(), DiagnosticMatcher.common(), Map.of(), false);
    }

    /** The same, and these filters are asked before those that are there. */
    public LineRules filters(List<? extends LineFilter> first) {
        List<LineFilter> all = new ArrayList<>(first);
        all.addAll(filters);
        return new LineRules(List.copyOf(all), matchers, mapped, warningsAreErrors);
    }

    /** The same, and these matchers are asked before those that are there. */
    public LineRules matchers(List<DiagnosticMatcher> first) {
        List<DiagnosticMatcher> all = new ArrayList<>(first);
        all.addAll(matchers);
        return new LineRules(filters, List.copyOf(all), mapped, warningsAreErrors);
    }

    /**
     * The same, and what would be shown on one channel is shown on another: {@code map(Channel.CONSOLE, Channel.MESSAGE)} lets
     * progress be logged. Mappings are not chained.
     */
    public LineRules map(Channel from, Channel to) {
        Map<Channel, Channel> all = new EnumMap<>(Channel.class);
        all.putAll(mapped);
        all.put(from, to);
        return new LineRules(filters, matchers, Map.copyOf(all), warningsAreErrors);
    }

    /** The same, and warnings are errors: on their channel, in diagnostics and in counts. */
    public LineRules warningsAsErrors() {
        return new LineRules(filters, matchers, mapped, true);
    }

    List<LineFilter> filters() {
        return filters;
    }

    /** The matchers, in the order in which they are asked. */
    public List<DiagnosticMatcher> matchers() {
        return matchers;
    }

    Channel mapped(Channel channel) {
        Channel meant = warningsAreErrors && channel == Channel.WARNING ? Channel.ERROR : channel;
        return mapped.getOrDefault(meant, meant);
    }

    boolean warningsAreErrors() {
        return warningsAreErrors;
    }

    /** All channels that a filter may put a line on. */
    Set<Channel> targets() {
        Set<Channel> all = EnumSet.noneOf(Channel.class);
        for (LineFilter filter : filters) {
            filter.targets().forEach(target -> all.add(mapped(target)));
        }
        return all;
    }

    /** The same for a sink to which it makes no difference on which channel a line is. */
    LineRules withoutFilters() {
        return new LineRules(List.of(), matchers, mapped, warningsAreErrors);
    }
}
