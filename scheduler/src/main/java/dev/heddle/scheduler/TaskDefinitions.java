package dev.heddle.scheduler;

import dev.heddle.core.TaskSpec;
import java.io.IOException;
import java.util.Optional;

/**
 * Where tasks are written down: asked again for a task whose lock a person removed, since that person has mended something, and
 * that may be the definition.
 *
 * <p>Called by worker threads, several at a time; may block. What it throws is told as the reason why the task is built as it was
 * defined before.
 */
@FunctionalInterface
public interface TaskDefinitions {

    /**
     * A task as it is written down now.
     *
     * @param task its name
     * @return its definition, of the same name; empty if there is no such task any more
     * @throws IOException if it cannot be read, with a message that says where and why
     */
    Optional<TaskSpec> of(String task) throws IOException;
}
