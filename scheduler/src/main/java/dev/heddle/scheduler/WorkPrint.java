package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.Task;

/**
 * A number for what a task does: the names of its steps and the words of their commands. Tasks with the same number are taken
 * to do the same, so that the time one took says what the other will take. Not for anything that must be certain.
 */
final class WorkPrint {

    // FNV-1a, over chars.
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private WorkPrint() {}

    /** The number of a task, never 0. */
    static long of(Task task) {
        long print = BASIS;
        for (Step step : task.steps()) {
            print = add(print, step.name());
            if (step.work() instanceof Command command) {
                for (String word : command.argv()) {
                    print = add(print, word);
                }
            }
            print = (print ^ 0x1_0000) * PRIME; // No char: where a step ends.
        }
        return print == 0 ? 1 : print;
    }

    private static long add(long print, String text) {
        long next = print;
        for (int i = 0; i < text.length(); i++) {
            next = (next ^ text.charAt(i)) * PRIME;
        }
        return (next ^ 0x2_0000) * PRIME; // Where a word ends.
    }
}
