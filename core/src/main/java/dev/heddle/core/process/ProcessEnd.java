package dev.heddle.core.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended.
 *
 * @param exitCode exit code, 0 to 255; 128 plus the signal for a command that a signal ended; 255 if it is not known
 * @param signal number of the signal that ended it, or 0
 * @param leftovers whether processes of its were still holding its output after the drain grace; the group was then killed, and
 *     what else held it, as far as it is this user's and the system tells what that is
 * @param problem what is wrong when the command could not be executed, its end could not be learned (the agent died, say),
 *     or its output was not taken; otherwise null
 * @param refused whether the command could not be executed, for the reason that {@code problem} tells, and so ran nothing
 */
public record ProcessEnd(
        int exitCode,
        int signal,
        boolean leftovers,
        @Nullable String problem,
        boolean refused) {

    /** The exit code of a command whose own is not known. */
    static final int UNKNOWN = 255;

    /** The end of a command that was executed, or of which nobody knows that it was not. */
    public ProcessEnd(int exitCode, int signal, boolean leftovers, @Nullable String problem) {
        this(exitCode, signal, leftovers, problem, false);
    }

    /** What a reader of the output should know of how it ended, as a line; for the channel of warnings of the job. */
    public Optional<String> remark() {
        return leftovers
                ? Optional.of(
                        "a process that it left behind still held its output and was killed, where that could be done; "
                                + "what it had to say is missing\n")
                : Optional.empty();
    }

    /** Whether the command itself ended with {@code exitCode}, not by a signal and not unknown. */
    public boolean exitedWith(int code) {
        return problem == null && signal == 0 && exitCode == code;
    }
}
