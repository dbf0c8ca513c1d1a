package dev.heddle.logmux;

import dev.heddle.core.event.BuildEventListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link LineRules} of one multiplexer are at work with: the counts, who is told, and which filters have failed. For any
 * thread; what it makes belongs to one.
 */
final class Diagnosis {

    private final LineRules rules;
    private final @Nullable BuildEventListener listener;
    private final Consumer<String> problems;
    private final Set<LineFilter> failed = ConcurrentHashMap.newKeySet();
    final Tally tally = new Tally();

    /**
     * Rules at work.
     *
     * @param listener is told of diagnostics, on the thread of the collector
     * @param problems is told of each filter that fails, in a sentence, once
     */
    Diagnosis(LineRules rules, @Nullable BuildEventListener listener, Consumer<String> problems) {
        this.rules = rules;
        this.listener = listener;
        this.problems = problems;
    }

    /** Says for one sink how lines are shown. */
    LineClassifier classifier(Sink sink) {
        boolean filtered = rules.targets().stream().anyMatch(sink::minds);
        return new LineClassifier(filtered ? rules : rules.withoutFilters(), this::filterFailed);
    }

    /**
     * The sinks, and one more that finds and counts diagnostics if there can be any.
     *
     * @param startMillis wall time when the time of the journal was 0
     */
    List<Views.Target> with(List<Views.Target> sinks, long startMillis) {
        if (!collects()) {
            return sinks;
        }
        List<Views.Target> all = new ArrayList<>(sinks);
        all.add(new Views.Target(collector(startMillis), GroupingStrategy.collecting()));
        return all;
    }

    /**
     * Finds and counts diagnostics.
     *
     * @param startMillis wall time when the time of the journal was 0
     */
    DiagnosticCollector collector(long startMillis) {
        return collector(startMillis, listener);
    }

    private DiagnosticCollector collector(long startMillis, @Nullable BuildEventListener told) {
        LineClassifier own = new LineClassifier(rules, this::filterFailed);
        return new DiagnosticCollector(rules, own, tally, told, startMillis);
    }

    // Whether diagnostics can be found at all.
    private boolean collects() {
        return !rules.matchers().isEmpty() || !rules.filters().isEmpty();
    }

    /**
     * Makes the summary of the build, and finds and counts diagnostics for it.
     *
     * @param kept where the journal and the logs are
     */
    SummaryCollector summary(long startMillis, List<Path> kept) {
        if (!collects()) {
            return new SummaryCollector(null, tally, kept);
        }
        BuildEventListener other = listener;
        return new SummaryCollector(
                own -> collector(startMillis, event -> {
                    own.onEvent(event);
                    if (other != null) {
                        other.onEvent(event);
                    }
                }),
                tally,
                kept);
    }

    private void filterFailed(LineFilter filter, Throwable failure) {
        if (failed.add(filter)) {
            String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
            problems.accept(filter + " has failed and is left out: " + reason);
        }
    }
}
