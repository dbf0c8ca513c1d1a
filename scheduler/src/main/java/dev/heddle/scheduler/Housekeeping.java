package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done around the steps of tasks. The module's {@code docs/steps.md} describes it.
 *
 * @param stepFiles directory of the files in which commands tell what is to be done next, or null
 * @param cleans whether a task is cleaned before its steps
 * @param measures whether it is measured after them, which needs step files
 * @param memory where small tasks work, or null if all work where they always do
 */
record Housekeeping(
        @Nullable Path stepFiles,
        boolean cleans,
        boolean measures,
        @Nullable MemoryScratch memory) {

    /** The step of a task that cleans, and the name of the one that does so for tasks that have none. */
    static final String CLEAN = "clean";

    private static final String MEASURE = "size";
    private static final RetryPolicy ONCE_MORE = new RetryPolicy(2, Duration.ZERO);
    /** Tells the size of a directory, if there is one; that it cannot be told fails nothing. */
    private static final String DU =
            "[ -d \"$1\" ] || exit 0; kb=$(du -sk -- \"$1\") && echo \"size ${kb%%[!0-9]*}\" >>\"$HEDDLE_STEPS\"; exit 0";

    static final Housekeeping NONE = new Housekeeping(null, false, false, null);

    Housekeeping at(Path directory) {
        return new Housekeeping(directory, cleans, measures, memory);
    }

    Housekeeping cleaning() {
        return new Housekeeping(stepFiles, true, measures, memory);
    }

    Housekeeping measuring() {
        return new Housekeeping(stepFiles, cleans, true, memory);
    }

    Housekeeping inMemory(MemoryScratch small) {
        return new Housekeeping(stepFiles, cleans, measures, small);
    }

    /** Room in memory for a job that begins, or null. */
    @Nullable
    Scratch scratch(Task task, HostState host) {
        return memory == null ? null : memory.grant(task, host);
    }

    /** The steps of a job that begins. */
    Pipeline pipeline(Task task, @Nullable Scratch scratch) {
        Path work = scratch != null
                ? scratch.directory()
                : task.steps().isEmpty() ? null : task.workDirectory().orElse(null);
        List<Step> before = new ArrayList<>(0);
        if (scratch != null) {
            before.add(scratch.making());
        }
        Step cleaning = cleans ? cleaning(task) : null;
        if (cleaning != null) {
            before.add(cleaning);
        }
        return new Pipeline(task, before, measures && work != null ? measuring(work) : null);
    }

    /** The step that goes before those of a task; null if it begins by cleaning, or nothing says what there is to clean. */
    private static @Nullable Step cleaning(Task task) {
        int own = task.stepIndex(CLEAN);
        if (own >= 0) {
            return own == 0 ? null : task.steps().get(own);
        }
        Path work = task.workDirectory().orElse(null);
        return work == null || task.steps().isEmpty()
                ? null
                : new Step(CLEAN, Command.of("rm", "-rf", "--", work.toString()), null, ONCE_MORE);
    }

    private static Step measuring(Path work) {
        return Step.of(MEASURE, Command.of("sh", "-c", DU, "sh", work.toString()));
    }
}
