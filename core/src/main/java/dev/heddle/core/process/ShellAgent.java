package dev.heddle.core.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One persistent shell that runs jobs one after the other.
 *
 * <p>The shell leads a session and a process group, and its jobs run in that group: a signal to the group reaches the whole
 * job, while the shell itself catches what can be caught. A group that had to be killed takes its shell along; the runner
 * then starts another.
 */
final class ShellAgent extends Berth {

    /** A file of complaints is cut when it has grown beyond this. */
    private static final long LONGEST_COMPLAINTS = 64 * 1024;

    private static final int LONGEST_COMPLAINT = 1024;

    final Process process;
    private final AgentScript script;
    private final Path complaints;
    private long complained;

    ShellAgent(int id, PipePair pipes, Process process, AgentScript script, Path complaints) {
        super(id, pipes);
        this.process = process;
        this.script = script;
        this.complaints = complaints;
    }

    @Override
    long leader() {
        return process.pid();
    }

    @Override
    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    Set<Long> groups() {
        return ProcessTree.groups(leader());
    }

    /** Sends a job to the shell, with one write. */
    @Override
    void run(AgentJob next, @Nullable Path stdin) throws IOException {
        send(script.job(next.launch(), streams(stdin)));
    }

    void send(String text) throws IOException {
        OutputStream to = process.getOutputStream();
        to.write(text.getBytes(RunnerFiles.CHARSET));
        to.flush();
    }

    /** The job has ended with what the shell calls {@code $?}. */
    void exited(int code, boolean terminating) {
        String unable = null;
        if (code != 0) {
            String said = complaint();
            if (code > SIGNALLED) {
                boolean ours = terminating && (code == SIGNALLED + SIGTERM || code == SIGNALLED + SIGKILL);
                signal = ours || !said.isEmpty() ? code - SIGNALLED : 0;
            } else if (!said.isEmpty()) {
                unable = "the shell agent could not run it: " + said;
            }
        }
        ended(code, unable);
    }

    /** The job was killed, and the shell with it. */
    void killed() {
        signal = SIGKILL;
        ended(SIGNALLED + SIGKILL, null);
    }

    @Override
    String death() {
        String said = complaint();
        return "the shell agent that ran it ended (exit status " + process.exitValue() + ")"
                + (said.isEmpty() ? "; something killed it" : ": " + said);
    }

    /** A shell says under the runner's name for it why a job could not be started, and the job then fails. */
    @Override
    boolean claims(String held) {
        if (status == 0 || signal != 0) {
            return false;
        }
        refused = held;
        return true;
    }

    /**
     * What the shell wrote to its own standard error since it was last asked: for a job that a signal ended the signal's
     * name, except for INT and PIPE (and TERM in bash), of which shells say nothing; otherwise something is wrong.
     */
    private String complaint() {
        try {
            long size = Files.size(complaints);
            if (size <= complained) {
                return "";
            }
            try (FileChannel file = FileChannel.open(complaints, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LONGEST_COMPLAINT, size - complained));
                file.read(bytes, complained);
                complained = size;
                if (size > LONGEST_COMPLAINTS) {
                    file.truncate(0);
                    complained = 0;
                }
                return "'" + new String(bytes.array(), 0, bytes.position(), RunnerFiles.CHARSET).strip() + "'";
            }
        } catch (IOException e) {
            return "the runner's temporary file " + complaints + " is gone";
        }
    }

    /** Killing the process is left to the watchdog. */
    @Override
    void close() {
        pipes.close();
        RunnerFiles.remove(complaints);
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The shell has ended already.
        }
    }
}
