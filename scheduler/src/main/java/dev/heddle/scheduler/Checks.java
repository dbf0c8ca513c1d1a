package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Rebuilder.Verdict;
import dev.heddle.core.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rebuilder which ready tasks must run, several at a time on threads that may block.
 *
 * <p>Owned by the loop's thread.
 */
final class Checks {

    /** Tasks checked by one thread in one go. */
    private static final int BATCH = 32;
    /** Batches under way at once. */
    private static final int BATCHES = 8;

    /** A task with how its dependencies ended, as they cannot be looked up from another thread. */
    private record Question(Task task, Map<Integer, Outcome> dependencies) implements Rebuilder.DependencyOutcomes {
        @Override
        public Outcome of(Task dependency) {
            Outcome outcome = dependencies.get(dependency.index());
            if (outcome == null) {
                throw new IllegalArgumentException(
                        "'" + dependency.name() + "' is not a dependency of '" + task.name() + "' that has ended");
            }
            return outcome;
        }
    }

    private final LiveGraph graph;
    private final Desk desk;
    private final Settings settings;
    private final Inbox inbox;
    private int running;

    Checks(LiveGraph graph, Desk desk, Settings settings, Inbox inbox) {
        this.graph = graph;
        this.desk = desk;
        this.settings = settings;
        this.inbox = inbox;
    }

    /** Batches under way. */
    int running() {
        return running;
    }

    /** Hands out what is to be checked, as far as there is room. */
    void submit() {
        Rebuilder rebuilder = settings.rebuilder();
        if (rebuilder == null) {
            return;
        }
        while (running < BATCHES) {
            List<Question> batch = batch();
            if (batch.isEmpty()) {
                return;
            }
            running++;
            settings.hands().execute(() -> ask(rebuilder, batch));
        }
    }

    private List<Question> batch() {
        List<Question> batch = new ArrayList<>();
        while (batch.size() < BATCH) {
            int task = desk.nextCheck();
            if (task < 0) {
                break;
            }
            if (desk.states().outcome(task) == null) {
                batch.add(question(task));
            }
        }
        return batch;
    }

    private Question question(int task) {
        Map<Integer, Outcome> dependencies = new HashMap<>();
        for (int e = 0; e < graph.dependencyCount(task); e++) {
            Outcome outcome = desk.states().outcome(graph.dependency(task, e));
            if (outcome != null) {
                dependencies.put(graph.dependency(task, e), outcome);
            }
        }
        return new Question(graph.task(task), dependencies);
    }

    /**
     * A further check of one task, by which what others built meanwhile is found; to be asked for on a thread that may block.
     * The answer is for {@link #outcome}.
     */
    Supplier<Object> again(int task) {
        Rebuilder rebuilder = settings.rebuilder();
        if (rebuilder == null) {
            return () -> new Verdict.MustRun("nobody knows better");
        }
        Question question = question(task);
        return () -> ask(rebuilder, question);
    }

    private void ask(Rebuilder rebuilder, List<Question> batch) {
        List<Object> answers = new ArrayList<>(batch.size());
        for (Question question : batch) {
            answers.add(ask(rebuilder, question));
        }
        inbox.post(() -> answered(batch, answers));
    }

    private static Object ask(Rebuilder rebuilder, Question question) {
        try {
            Object answer = rebuilder.check(question.task(), question);
            return answer == null ? new IllegalStateException("the rebuilder answered nothing") : answer;
        } catch (Throwable e) { // The worker's entry: the rebuilder is the embedder's code.
            return e;
        }
    }

    private void answered(List<Question> batch, List<Object> answers) {
        running--;
        for (int i = 0; i < batch.size(); i++) {
            answered(batch.get(i).task().index(), answers.get(i));
        }
    }

    private void answered(int task, Object answer) {
        TaskStates states = desk.states();
        states.clear(task, TaskStates.CHECKING);
        if (states.outcome(task) != null) {
            return;
        }
        if (states.open[task] > 0 || graph.isUnresolved(task)) {
            return; // It gained a dependency meanwhile, and is checked again when that has ended.
        }
        Outcome outcome = outcome(answer);
        if (outcome == null) {
            states.set(task, TaskStates.MUST_RUN);
            desk.queue(task);
        } else {
            end(task, outcome);
        }
    }

    /** Ends a task by the outcome of its check. */
    void end(int task, Outcome outcome) {
        if (outcome.isSuccess()) {
            desk.succeed(task, outcome);
        } else if (outcome instanceof Outcome.Ignored) {
            desk.ignore(task, outcome);
        } else {
            desk.fail(task, outcome);
        }
    }

    /** What an answer makes of its task; null if it must run. */
    static @Nullable Outcome outcome(Object answer) {
        if (answer instanceof Verdict.MustRun) {
            return null;
        }
        if (answer instanceof Verdict.UpToDate verdict) {
            return new Outcome.UpToDate(verdict.why());
        }
        if (answer instanceof Verdict.Substituted verdict) {
            return new Outcome.Substituted(verdict.from());
        }
        if (answer instanceof Verdict.Ignored verdict) {
            return new Outcome.Ignored(verdict.why());
        }
        return new Outcome.Failed("check", new Outcome.FailureCause.Thrown((Throwable) answer), List.of());
    }
}
