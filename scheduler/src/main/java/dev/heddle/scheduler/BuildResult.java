package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a build ended. Immutable; may be used from any thread. */
public final class BuildResult {

    /**
     * A task that failed, and how.
     *
     * @param task name of the task
     * @param outcome how it ended
     */
    public record Failure(String task, Outcome outcome) {
        /** One line for people. */
        @Override
        public String toString() {
            return task + ": " + outcome.summary();
        }
    }

    private final LiveGraph graph;
    private final TaskStates states;
    private final List<Failure> failures;
    private final List<String> problems;
    private final Counters counters;
    private final Duration elapsed;
    private final int ran;
    private final int upToDate;
    private final @Nullable String stopped;

    /** Takes over the states, which nobody changes any more. */
    BuildResult(LiveGraph graph, Desk desk, List<String> problems, Duration elapsed, @Nullable String stopped) {
        this.graph = graph;
        this.states = desk.states();
        List<Failure> list = new ArrayList<>();
        for (int i = 0; i < desk.failures().size(); i++) {
            int task = desk.failures().get(i);
            Outcome outcome = states.outcome(task);
            if (outcome != null) {
                list.add(new Failure(graph.task(task).name(), outcome));
            }
        }
        this.failures = List.copyOf(list);
        this.problems = List.copyOf(problems);
        this.counters = states.counters(0);
        this.elapsed = elapsed;
        this.ran = desk.ran();
        this.upToDate = desk.upToDate();
        this.stopped = stopped;
    }

    /** Whether everything that was wanted is there. */
    public boolean succeeded() {
        return failures.isEmpty() && problems.isEmpty() && stopped == null && counters.ignored() == 0;
    }

    /** How a task ended, by name or alias; empty for one that was not wanted or is unknown. */
    public Optional<Outcome> outcome(String task) {
        int index = graph.indexOf(task);
        return index < 0 || index >= states.size() ? Optional.empty() : Optional.ofNullable(states.outcome(index));
    }

    /** The tasks that failed, in the order in which they did; not those that were skipped because of them. */
    public List<Failure> failures() {
        return failures;
    }

    /** What was wrong with the graph itself: parts of it that could not be taken, targets that never came. */
    public List<String> problems() {
        return problems;
    }

    /** Tasks by state. */
    public Counters counters() {
        return counters;
    }

    /** How long the build took. */
    public Duration elapsed() {
        return elapsed;
    }

    /** How many tasks ran and did what they should, those without steps included. */
    public int ran() {
        return ran;
    }

    /** How many tasks need not run, because they were up to date or could be fetched. */
    public int upToDate() {
        return upToDate;
    }

    /** Why the build ended early, if it did. */
    public Optional<String> stopped() {
        return Optional.ofNullable(stopped);
    }

    /** One line for people. */
    @Override
    public String toString() {
        return (succeeded() ? "succeeded" : stopped != null ? "ended early (" + stopped + ")" : "failed") + ": "
                + counters.line();
    }
}
