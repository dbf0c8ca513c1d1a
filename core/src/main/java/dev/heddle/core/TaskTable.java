package dev.heddle.core;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tasks by number and by name or alias. A name may be known before its task is: whoever depends on it says it first. What equal
 * tasks have in common is stored once. Belongs to one thread while it grows.
 */
final class TaskTable {
    private static final int UNDECLARED = -1;

    private final NameTable names = new NameTable();
    private Interner<List<Step>> steps = new Interner<>();
    private Interner<TaskTraits> traits = new Interner<>();
    private int[] taskOfName = new int[16];
    private @Nullable Task[] tasks = new @Nullable Task[16];
    private int size;

    int size() {
        return size;
    }

    Task task(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("no task " + index + " among " + size);
        }
        return Objects.requireNonNull(tasks[index]);
    }

    /** The number of a task by name or alias, or -1. */
    int indexOf(String name) {
        int id = names.idOf(name);
        return id < 0 ? UNDECLARED : taskOfName[id];
    }

    /** How many names are known, with and without a task. */
    int nameCount() {
        return names.size();
    }

    String name(int nameId) {
        return names.name(nameId);
    }

    /** The number of the task that has the name with a number, or -1. */
    int taskOfName(int nameId) {
        return taskOfName[nameId];
    }

    /** The number of a name, whether a task has it or not. */
    int internName(String name) {
        int before = names.size();
        int id = names.intern(name);
        if (id == before) {
            if (id == taskOfName.length) {
                taskOfName = Arrays.copyOf(taskOfName, id + (id >> 1));
            }
            taskOfName[id] = UNDECLARED;
        }
        return id;
    }

    /** Checks that the names of a task are free. */
    void checkFree(TaskSpec spec) {
        checkFree(spec, spec.name(), "");
        for (String alias : spec.detail().aliases()) {
            checkFree(spec, alias, "alias ");
        }
    }

    private void checkFree(TaskSpec spec, String name, String what) {
        int other = indexOf(name);
        if (other < 0) {
            return;
        }
        boolean sameName = task(other).name().equals(name);
        String message = what.isEmpty() && sameName
                ? "task '" + name + "' is defined twice; give one of them another name"
                : "task '" + spec.name() + "': its " + (what.isEmpty() ? "name" : "alias '" + name + "'")
                        + " is already " + (sameName ? "the name" : "an alias") + " of task '"
                        + task(other).name() + "'";
        throw new GraphException(message, spec.name(), null);
    }

    /** Adds a task whose names are free. */
    int add(TaskSpec spec) {
        int index = size;
        if (index == tasks.length) {
            tasks = Arrays.copyOf(tasks, size + (size >> 1));
        }
        tasks[index] = new Task(index, spec, steps.intern(spec.steps()), traits.intern(spec.traits()));
        size++;
        declare(spec.name(), index);
        for (String alias : spec.detail().aliases()) {
            declare(alias, index);
        }
        return index;
    }

    /** Adds a task of another graph under the number that is next. */
    void addCopy(Task task) {
        if (size == tasks.length) {
            tasks = Arrays.copyOf(tasks, size + (size >> 1));
        }
        tasks[size] = task;
        declare(task.name(), size);
        for (String alias : task.aliases()) {
            declare(alias, size);
        }
        size++;
    }

    /** Gives the task of a number another definition with the same names; gives the one that it had. */
    Task replace(int index, TaskSpec spec) {
        Task before = task(index);
        tasks[index] = new Task(index, spec, steps.intern(spec.steps()), traits.intern(spec.traits()));
        return before;
    }

    /** Puts back what {@link #replace} gave. */
    void putBack(Task before) {
        tasks[before.index()] = before;
    }

    private void declare(String name, int task) {
        int id = internName(name); // may move the array
        taskOfName[id] = task;
    }

    /** Takes back the tasks and names that came last. */
    void truncate(int newSize, int newNameCount) {
        while (size > newSize) {
            Task last = task(size - 1);
            tasks[--size] = null;
            taskOfName[names.idOf(last.name())] = UNDECLARED;
            for (String alias : last.aliases()) {
                taskOfName[names.idOf(alias)] = UNDECLARED;
            }
        }
        names.truncate(newNameCount);
    }

    /** Gives back memory kept for growth. */
    void trim() {
        names.trim();
        steps = new Interner<>();
        traits = new Interner<>();
        taskOfName = Arrays.copyOf(taskOfName, Math.max(1, names.size()));
        tasks = Arrays.copyOf(tasks, Math.max(1, size));
    }

    /**
     * The known task name or alias that looks most like {@code wanted}, or an empty text; with the words around it.
     *
     * @param asking the task that names it, which is not proposed to itself; or -1
     */
    String didYouMean(String wanted, int asking) {
        return Suggestions.among(names, id -> taskOfName[id] >= 0 && taskOfName[id] != asking, wanted);
    }

    /** Bytes of the arrays and of the task objects, without names, steps and what else a task has of its own. */
    long bytes() {
        return names.bytes() + 4L * taskOfName.length + 4L * tasks.length + (long) Task.BYTES * size;
    }
}
