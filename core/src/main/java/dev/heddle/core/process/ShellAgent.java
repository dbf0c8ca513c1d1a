package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One persistent shell that runs jobs one after the other, and the FIFOs they write to.
 *
 * <p>The shell leads a session and a process group, and its jobs run in that group: a signal to the group reaches the whole
 * job, while the shell itself catches what can be caught. A group that had to be killed takes its shell along; the runner
 * then starts another.
 *
 * <p>The state of the job is guarded by the runner's lock.
 */
final class ShellAgent {

    /** A file of complaints is cut when it has grown beyond this. */
    private static final long LONGEST_COMPLAINTS = 64 * 1024;

    private static final int LONGEST_COMPLAINT = 1024;

    final int id;
    final AgentProcess process;
    final PipePair pipes;
    private final Path complaints;
    private final String frame;
    private long complained;

    // All below: of the present job, guarded by the runner's lock.
    @Nullable
    AgentJob job;

    int status;
    int signal;

    @Nullable
    String problem;
    /** What the shell said when the job could not be started. */
    @Nullable
    String refused;

    /** Whether it must not be used again: its group was signalled, or its pipe held. */
    boolean doomed;

    boolean seenDead;

    ShellAgent(int id, AgentProcess process, PipePair pipes, Path complaints, String nonce) {
        this.id = id;
        this.process = process;
        this.pipes = pipes;
        this.complaints = complaints;
        this.frame = nonce + ' ' + FrameReader.EXITED + ' ' + id;
    }

    long leader() {
        return process.pid();
    }

    /** Takes a job; its text is not sent yet. */
    void assign(AgentJob next) {
        job = next;
        status = 0;
        signal = 0;
        problem = null;
        refused = null;
        pipes.begin(next.output(), isLabelled(next));
    }

    static boolean isLabelled(AgentJob job) {
        return job.launch().command().capture() == Command.Capture.LABELLED;
    }

    /** Sends a job to the shell, with one write. Blocks while a text longer than a pipe is being read. */
    void send(AgentScript script, AgentJob next, @Nullable Path stdin) throws IOException {
        OutputPipe second = pipes.second();
        Path err = second == null ? null : second.fifo();
        send(script.job(next.launch(), pipes.out.fifo(), err, stdin, frame));
    }

    void send(String text) throws IOException {
        OutputStream to = process.input();
        to.write(text.getBytes(RunnerFiles.CHARSET));
        to.flush();
    }

    /** Notes the end of the job and lets its readers find the end of its output. */
    void ended(int exitStatus, @Nullable String unknown) {
        status = exitStatus;
        problem = unknown;
        pipes.exited(System.nanoTime());
    }

    /**
     * What the shell wrote to its own standard error since it was last asked: for a job that a signal ended the signal's
     * name, except for INT and PIPE (and TERM in bash), of which shells say nothing; otherwise something is wrong.
     */
    String complaint() {
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

    /** Ends readers and files. Killing the process is left to the watchdog. */
    void close() {
        pipes.close();
        RunnerFiles.remove(complaints);
        try {
            process.input().close();
        } catch (IOException e) {
            // The shell has ended already.
        }
    }
}
