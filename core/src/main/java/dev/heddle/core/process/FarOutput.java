package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a job on its way into the job's output. What begins like a message of the agent's shell is held back, up to a
 * bound, until it is known how the job ended: it may be why the job could not be started.
 *
 * <p>Used by the thread that reads the stream, and after that by the one that ends the job.
 */
final class FarOutput {

    /** The longest path and an error text fit in it. */
    private static final int MOST_HELD = 16 * 1024;

    private final JobOutput output;
    private final Channel channel;
    private final byte[] mark;
    /** Whether what comes next may belong to a message of the shell. */
    private boolean holding = true;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private @Nullable RuntimeException refusal;

    FarOutput(JobOutput output, Channel channel, String mark) {
        this.output = output;
        this.channel = channel;
        this.mark = mark.getBytes(RunnerFiles.CHARSET);
    }

    void take(byte[] bytes, int offset, int length) {
        if (!holding) {
            deliver(bytes, offset, length);
            return;
        }
        held.write(bytes, offset, length);
        byte[] all = held.toByteArray();
        int common = Math.min(all.length, mark.length);
        if (all.length > MOST_HELD || !Arrays.equals(all, 0, common, mark, 0, common)) {
            letGo();
        }
    }

    /** Delivers what was held back, and holds back no more. */
    void letGo() {
        holding = false;
        byte[] all = held.toByteArray();
        held.reset();
        if (all.length > 0) {
            deliver(all, 0, all.length);
        }
    }

    /** What was held back and is a message: without the name of the program that says it; null if there is none. */
    @Nullable
    String message() {
        String text = held.toString(StandardCharsets.UTF_8);
        int colon = text.indexOf(": ", mark.length);
        return held.size() <= mark.length || colon < 0
                ? null
                : text.substring(colon + 2).strip();
    }

    private void deliver(byte[] bytes, int offset, int length) {
        if (refusal != null) {
            return;
        }
        try {
            output.write(channel, bytes, offset, length);
        } catch (RuntimeException e) {
            // The line must go on being emptied, or the job would hang; the end of the job tells of it.
            refusal = e;
        }
    }

    /** What {@link JobOutput#write} threw, or null. */
    @Nullable
    RuntimeException refusal() {
        return refusal;
    }
}
