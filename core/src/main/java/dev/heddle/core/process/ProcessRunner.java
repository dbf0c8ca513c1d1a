package dev.heddle.core.process;

import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;

/**
 * Starts commands as processes of this machine, with their output going to a {@link JobOutput} that they cannot mix up.
 *
 * <p>There are two kinds. {@linkplain ProcessRunnerBuilder#buildAgents Shell agents} are persistent POSIX shells, each of
 * which runs one command at a time: several times faster than a process of the JVM's own for each command, and the kind that
 * kills whole trees. Where more than a few run at once and there is a Perl, one process of Perl runs the others as its
 * children, which costs a fraction; they have no agent. {@linkplain ProcessRunnerBuilder#buildPlain Plain processes} need neither a shell nor {@code setsid}.
 * {@link #builder} names the choices.
 *
 * <p><b>Threads.</b> May be called from any thread. A runner has two threads, and two or three for each command that runs at
 * once (to read its output, and the JDK's to reap the process). All are daemons and have ended when {@link #close} returns,
 * unless an output never lets go of its reader.
 *
 * <p><b>What a command finds.</b> Descriptors 0, 1 and 2 and no other; its input is empty unless it asked for some; its
 * environment is that of this JVM with its own changes, where {@code PWD} follows a directory that the command names (bash
 * adds {@code _} and {@code SHLVL}). No signal is blocked by agents; for plain processes SIGQUIT is, as the JVM leaves it for
 * all its children, and by agents too where there is neither the {@code env} of GNU coreutils (8.31 or later) nor Perl.
 * Arguments are encoded as the JVM encodes file names, or as UTF-8 where that would be ASCII; under {@code LC_ALL=C} a
 * {@link java.nio.file.Path} of other characters is already spoiled by the JVM.
 *
 * <p><b>The end of output.</b> A command's output is at its end when no process holds it any more. If some still do when the
 * command has ended, they have the drain grace; then the command's group is killed, and whatever else of this user holds the
 * output, where {@code /proc} tells; what still comes is delivered, the end is flagged as {@link ProcessEnd#leftovers}, and a
 * pipe that is held even so is never used again: its holder finds it broken.
 *
 * <p><b>Killing.</b> By agents: every process of the command's session and every descendant that can be found; a process that
 * made a session of its own and lost its parent escapes. What a command leaves behind without holding its output lives until
 * its agent ends, at the latest at {@link #close}. If the JVM itself is killed, so is everything that agents run. If the
 * process of Perl is killed, so are its commands, and how they end is a {@linkplain ProcessEnd#problem problem}. Plain
 * processes are killed by their parent links, and nothing is if the JVM dies.
 *
 * <p><b>Descriptors.</b> A command takes up to five of this process, and some more while it starts. When few are left, further
 * commands wait until one of the runner's has ended, and a note in the output of the first one says so; where none runs, and
 * always by plain processes, the start is refused.
 *
 * <p><b>Signals.</b> Agents tell a signal from an exit code above 128 by what the shell says of it. Of INT and PIPE shells say
 * nothing (bash nothing of TERM either), so 130 and 141 are taken for exit codes. Plain processes tell only the signals that
 * {@link RunningProcess#terminate} sent.
 *
 * <p>A program file that is still open for writing is tried up to ten times, at most 50 ms apart.
 */
public interface ProcessRunner extends AutoCloseable {

    /** Chooses how commands are run; {@code ProcessRunner.builder().build()} is the fitting choice for this system. */
    static ProcessRunnerBuilder builder() {
        return new ProcessRunnerBuilder();
    }

    /**
     * Starts a command. Takes about as long as starting a process at most; it does not wait for the command, which may begin
     * later: {@link RunningProcess#began} tells when.
     *
     * <p>Every byte that the command's process group writes before it ends, and within the drain grace after the command
     * ended, is given to {@code output}; the output is not closed and not finished by the runner.
     *
     * @throws ShortageException if the machine is short of something, and the command may be started later
     * @throws IOException if it cannot be started; the message says whether the program, the directory, or a right is
     *     missing. What only shows when the program is executed, such as a missing interpreter, is the
     *     {@linkplain ProcessEnd#problem problem} of its end instead.
     * @throws IllegalStateException if the runner is closed
     */
    RunningProcess start(Command command, JobOutput output) throws IOException;

    /**
     * Kills what still runs, waits for its end (at most ten seconds for outputs that take no more), and lets go of threads
     * and files. Must not be called from what follows {@link RunningProcess#ended}. A second close does nothing.
     */
    @Override
    void close();
}
