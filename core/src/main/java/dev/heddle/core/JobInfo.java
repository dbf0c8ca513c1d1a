package dev.heddle.core;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a job when its output is opened.
 *
 * @param job number of the job, unique in one build and never used again
 * @param task name of its task
 * @param component the component the task belongs to, or null
 * @param description one line for people (often the command), or the task's name
 * @param host name of the host it runs on
 * @param attempt 1 for the first job of a task
 */
public record JobInfo(long job, String task, @Nullable String component, String description, String host, int attempt) {

    /** The same job, under a number that it is given if it has none, which is 0. */
    public JobInfo orNumber(long number) {
        return job != 0 ? this : new JobInfo(number, task, component, description, host, attempt);
    }
}
