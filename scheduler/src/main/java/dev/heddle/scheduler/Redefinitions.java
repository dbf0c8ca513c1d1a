package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.FailureText;
import dev.heddle.core.GraphException;
import dev.heddle.core.Step;
import dev.heddle.core.TaskSpec;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the definitions of tasks again that a person had put back into the queue. A definition that cannot be read or does not fit
 * into the build is told and not used: the task is then built as it was defined.
 *
 * <p>Owned by the loop's thread; the reading is left to hands.
 */
final class Redefinitions {

    private static final String PLACE = "its new definition";

    private final Surroundings around;
    private final LiveGraph graph;
    private final Desk desk;
    private final @Nullable TaskDefinitions definitions;
    private final Set<Integer> reading = new HashSet<>();

    Redefinitions(Surroundings around, LiveGraph graph, Desk desk) {
        this.around = around;
        this.graph = graph;
        this.desk = desk;
        this.definitions = around.settings().definitions();
    }

    /** How many are being read. */
    int running() {
        return reading.size();
    }

    boolean isReading(int task) {
        return reading.contains(task);
    }

    /**
     * Reads the definition of a task that is put aside.
     *
     * @param unchanged told if the task is to go on as it was defined; otherwise it waits for what it depends on now
     */
    void read(int task, IntConsumer unchanged) {
        TaskDefinitions asked = definitions;
        if (asked == null) {
            unchanged.accept(task);
            return;
        }
        String name = graph.task(task).name();
        reading.add(task);
        around.settings().hands().execute(() -> {
            TaskSpec found = null;
            String problem = null;
            try {
                Optional<TaskSpec> now = asked.of(name);
                found = now.orElse(null);
                problem = found == null ? "there is no task of this name any more" : null;
            } catch (IOException e) {
                problem = FailureText.of(e);
            } catch (GraphException e) {
                problem = String.valueOf(e.getMessage());
            } catch (RuntimeException e) { // The worker's entry: the embedder's code.
                problem = e.toString();
            }
            TaskSpec spec = found;
            String reason = problem;
            around.inbox().post(() -> answered(task, spec, reason, unchanged));
        });
    }

    private void answered(int task, @Nullable TaskSpec spec, @Nullable String problem, IntConsumer unchanged) {
        reading.remove(task);
        if (desk.states().outcome(task) != null) {
            return;
        }
        String refused = spec == null ? problem : refusal(task, spec);
        if (refused == null && spec != null && !isKnown(task, spec)) {
            refused = redefine(task, spec);
            if (refused == null) {
                return;
            }
        }
        if (refused != null) {
            around.events()
                    .warning("the definition of task '" + graph.task(task).name() + "' was read again and is not used: "
                            + refused + "; it is built as it was defined before");
        }
        unchanged.accept(task);
    }

    /** What the graph itself would take and the build could not. */
    private @Nullable String refusal(int task, TaskSpec spec) {
        if (!spec.name().equals(graph.task(task).name())) {
            return "it is that of task '" + spec.name() + "'";
        }
        // Which of its steps were done, and who was told so, is kept by their numbers.
        List<String> steps = graph.task(task).steps().stream().map(Step::name).toList();
        if (!steps.equals(spec.steps().stream().map(Step::name).toList())) {
            for (int e = 0; e < graph.dependentCount(task); e++) {
                if (graph.dependentKind(task, e) == DependencyKind.STEP) {
                    return "it has other steps, of which task '"
                            + graph.task(graph.dependent(task, e)).name() + "' needs one";
                }
            }
        }
        return null;
    }

    private boolean isKnown(int task, TaskSpec spec) {
        return graph.task(task).isDefinedAs(spec)
                && spec.dependencies().stream().allMatch(needed -> graph.hasDependency(task, needed));
    }

    private @Nullable String redefine(int task, TaskSpec spec) {
        int edges = graph.dependencyCount(task);
        try {
            graph.redefine(spec, PLACE);
        } catch (GraphException e) {
            return e.getMessage();
        }
        around.events()
                .message("the definition of task '" + spec.name() + "' was read again: it is another one"
                        + (graph.dependencyCount(task) > edges ? ", which depends on more" : ""));
        desk.redefined(task);
        return null;
    }
}
