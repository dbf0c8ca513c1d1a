package dev.heddle.scheduler;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.TaskState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each task while it is built: dense arrays by task number, about 56 bytes a task.
 *
 * <p>Owned by the loop's thread. Knows which steps from one state to another are legal, not why they are taken.
 */
@SuppressWarnings("EnumOrdinal") // A state in a byte: the numbers never leave this class.
final class TaskStates {

    /** Asked for, or needed by what is asked for; the others are never looked at. */
    static final int WANTED = 1;
    /** What it makes is there. */
    static final int BUILT = 2;
    /** Built, and all it needs at run time is usable. */
    static final int USABLE = 4;
    /** Failed, skipped, cancelled or refused: final. */
    static final int FAILED = 8;
    /** Will never be usable: failed, or something it needs at run time did. */
    static final int UNUSABLE = 16;
    /** A check whether it must run is under way. */
    static final int CHECKING = 32;
    /** It was checked and must run. */
    static final int MUST_RUN = 64;

    private static final TaskState[] STATES = TaskState.values();
    private static final int[] LEGAL = legalMoves();

    private int size;
    private byte[] state = new byte[0];
    private byte[] flags = new byte[0];
    private @Nullable Outcome[] outcomes = new Outcome[0];

    /** Dependencies that keep the task from starting. */
    int[] open = new int[0];
    /** Place in the one heap the task is in, or -1. */
    int[] heapPlace = new int[0];
    /** What the queue order is made of; higher goes first. */
    double[] urgency = new double[0];
    /** How long it is thought to take, or 0 if nothing is known. */
    double[] weight = new double[0];
    /** The same as {@link #path} with unknown tasks like the others; 0 while nobody asked for it. */
    double[] expectedPath = new double[0];
    /** Weight of the heaviest chain of tasks from this one down to the end, itself included. */
    double[] path = new double[0];

    private final int[] counts = new int[STATES.length];
    private int wanted;

    /** Makes room for tasks up to {@code newSize}; they are not wanted. */
    void grow(int newSize) {
        if (newSize > state.length) {
            int room = Math.max(newSize, size + (size >> 1));
            state = Arrays.copyOf(state, room);
            flags = Arrays.copyOf(flags, room);
            outcomes = Arrays.copyOf(outcomes, room);
            open = Arrays.copyOf(open, room);
            heapPlace = Arrays.copyOf(heapPlace, room);
            urgency = Arrays.copyOf(urgency, room);
            path = Arrays.copyOf(path, room);
            expectedPath = Arrays.copyOf(expectedPath, room);
            weight = Arrays.copyOf(weight, room);
        }
        Arrays.fill(heapPlace, size, newSize, -1);
        size = newSize;
    }

    int size() {
        return size;
    }

    /** How many tasks are wanted. */
    int wanted() {
        return wanted;
    }

    void want(int task) {
        set(task, WANTED);
        wanted++;
        counts[TaskState.WAITING.ordinal()]++;
    }

    boolean is(int task, int flag) {
        return (flags[task] & flag) != 0;
    }

    void set(int task, int flag) {
        flags[task] |= (byte) flag;
    }

    void clear(int task, int flag) {
        flags[task] &= (byte) ~flag;
    }

    TaskState state(int task) {
        return STATES[state[task]];
    }

    /** Moves a task; the move must be a legal one. */
    void move(int task, TaskState to) {
        int from = state[task];
        if ((LEGAL[from] & (1 << to.ordinal())) == 0) {
            throw new AssertionError("BUG: task " + task + " moved from " + STATES[from] + " to " + to);
        }
        counts[from]--;
        counts[to.ordinal()]++;
        state[task] = (byte) to.ordinal();
    }

    @Nullable
    Outcome outcome(int task) {
        return outcomes[task];
    }

    void outcome(int task, Outcome outcome) {
        if (outcomes[task] != null) {
            throw new AssertionError("BUG: task " + task + " ended twice: " + outcomes[task] + ", " + outcome);
        }
        outcomes[task] = outcome;
    }

    /** Tasks that wait for room, or for a lock or pool of the build. */
    int queued() {
        return count(TaskState.QUEUED) + count(TaskState.HELD) + count(TaskState.RELEASED);
    }

    int count(TaskState of) {
        return counts[of.ordinal()];
    }

    Counters counters(int running) {
        return new Counters(
                count(TaskState.DONE),
                count(TaskState.USABLE),
                count(TaskState.BUILT),
                queued(),
                count(TaskState.WAITING) + count(TaskState.UNFINISHED),
                count(TaskState.IGNORED),
                count(TaskState.FAILED) + count(TaskState.LOCKED),
                running);
    }

    private static int[] legalMoves() {
        int[] legal = new int[STATES.length];
        allow(legal, "T", "QBE!");
        allow(legal, "Q", "JT^BLE!");
        allow(legal, "^", "VTE!");
        allow(legal, "V", "J^TBLE!");
        allow(legal, "L", "QTE!");
        // A person took the lock of a failed task away.
        allow(legal, "E", "QT");
        allow(legal, "J", "BEQN");
        allow(legal, "N", "QTE!");
        allow(legal, "B", "I");
        allow(legal, "I", "P");
        // A late dependency may need again what nothing seemed to need any more.
        allow(legal, "P", "I");
        return legal;
    }

    private static void allow(int[] legal, String from, String to) {
        for (int i = 0; i < to.length(); i++) {
            legal[of(from.charAt(0)).ordinal()] |= 1 << of(to.charAt(i)).ordinal();
        }
    }

    private static TaskState of(char letter) {
        for (TaskState state : STATES) {
            if (state.letter() == letter) {
                return state;
            }
        }
        throw new AssertionError("BUG: no state has the letter " + letter);
    }
}
