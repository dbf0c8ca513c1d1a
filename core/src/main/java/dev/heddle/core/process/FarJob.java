package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to, in, or back from a shell on another machine.
 *
 * <p>What the reader threads of its agent learn is written by them and read by others after they have told the end of their
 * stream. All else belongs to the runner's own thread.
 */
final class FarJob implements RunningProcess {

    private static final int SIGNALLED = 128;
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final int NONE = -1;

    private final FarRunner runner;
    private final Command command;
    private final JobOutput output;
    private final CompletableFuture<Long> began = new CompletableFuture<>();
    private final CompletableFuture<ProcessEnd> ended = new CompletableFuture<>();

    final long number;

    // Of the present attempt: made before its text is sent.
    private FarOutput out;
    private @Nullable FarOutput err;
    private AtomicInteger open = new AtomicInteger();
    private AtomicInteger marks = new AtomicInteger();

    private volatile int status = NONE;
    private volatile boolean explained;
    /** Why it could not be started. */
    private volatile @Nullable String refused;

    /** What its program asks to be run by, where that is missing. */
    private volatile @Nullable String interpreter;

    private volatile long pid;

    // Of the runner's thread.
    int attempts;
    /** Since when it waits for an agent. */
    long waitsSince;

    boolean terminating;
    boolean leftovers;

    FarJob(FarRunner runner, long number, Command command, JobOutput output) {
        this.runner = runner;
        this.number = number;
        this.command = command;
        this.output = output;
        this.out = new FarOutput(output, Channel.STDOUT, "");
    }

    Command command() {
        return command;
    }

    boolean isApart() {
        return command.capture() == Command.Capture.LABELLED;
    }

    /** Makes it ready for an attempt in an agent whose messages begin with {@code mark}. */
    void begin(long agent, String mark) {
        attempts++;
        pid = agent;
        began.complete(agent);
        status = NONE;
        explained = false;
        refused = null;
        interpreter = null;
        leftovers = false;
        out = new FarOutput(output, Channel.STDOUT, mark);
        err = isApart() ? new FarOutput(output, Channel.STDERR, mark) : null;
        open = new AtomicInteger(err == null ? 1 : 2);
        marks = new AtomicInteger(err == null ? 1 : 2);
    }

    // On the reader threads of its agent.

    /** Bytes that it wrote; false if it has no such stream. */
    boolean take(boolean error, byte[] bytes, int offset, int length) {
        FarOutput stream = error ? err : out;
        if (stream == null) {
            return false;
        }
        stream.take(bytes, offset, length);
        return true;
    }

    void exited(int code, boolean shellSaidSo) {
        explained = shellSaidSo;
        status = code;
    }

    void lacksInterpreter(String name) {
        interpreter = name;
    }

    boolean hasExited() {
        return status != NONE;
    }

    /** All that was written before a certain moment has come on one stream; true if that is so for all. */
    boolean marked() {
        return marks.decrementAndGet() == 0;
    }

    /** One stream is at its end; true if all are, and then all output has been delivered. */
    boolean streamEnded() {
        if (open.decrementAndGet() != 0) {
            return false;
        }
        FarOutput second = err;
        String said = out.message();
        if (said == null && second != null) {
            said = second.message();
        }
        if (said != null && status > 0 && status < SIGNALLED) {
            refused = said;
        } else {
            letGo();
        }
        return true;
    }

    boolean isDrained() {
        return open.get() <= 0;
    }

    // On the runner's thread.

    /** Whether it is to be tried again, because its program file was open for writing. */
    boolean isBusy() {
        String said = refused;
        return said != null && Launch.isBusy(said);
    }

    /** Tells how it ended, once all its streams have. */
    void complete() {
        int code = status;
        int signal = 0;
        if (code > SIGNALLED) {
            boolean ours = terminating && (code == SIGNALLED + SIGTERM || code == SIGNALLED + SIGKILL);
            signal = ours || explained ? code - SIGNALLED : 0;
        }
        String said = refused;
        RuntimeException refusal = out.refusal();
        FarOutput second = err;
        if (refusal == null && second != null) {
            refusal = second.refusal();
        }
        if (said != null) {
            refuse(Launch.failure(command, why(said) + " (on " + runner.name() + ")")
                    .getMessage());
        } else {
            String problem = refusal == null ? null : "its output was not taken: " + refusal;
            ended.complete(new ProcessEnd(code, signal, leftovers, problem));
        }
    }

    private String why(String said) {
        if (isBusy()) {
            return "its program was still open for writing after several tries";
        }
        if (said.contains("rgument list too long")) {
            return "its arguments and environment together are longer than the system takes; "
                    + "put arguments into a response file";
        }
        String missing = interpreter;
        return missing == null
                ? said
                : "the first line of its program names the interpreter '" + missing
                        + "', which is missing or not executable";
    }

    /** Tells that it could not be started, and why. */
    void refuse(@Nullable String why) {
        ended.complete(new ProcessEnd(status == NONE ? ProcessEnd.UNKNOWN : status, 0, leftovers, why, true));
    }

    /** Tells that it was killed, together with the shell that would have told how it ended. */
    void killed() {
        letGo();
        ended.complete(new ProcessEnd(SIGNALLED + SIGKILL, SIGKILL, leftovers, null));
    }

    private void letGo() {
        out.letGo();
        FarOutput second = err;
        if (second != null) {
            second.letGo();
        }
    }

    /** Tells that nobody knows how it ended. */
    void lose(String why) {
        letGo();
        ended.complete(new ProcessEnd(ProcessEnd.UNKNOWN, 0, leftovers, why));
    }

    /** Tells that it was stopped before it began. */
    void cancel() {
        ended.complete(new ProcessEnd(SIGNALLED + SIGTERM, SIGTERM, false, null));
    }

    /** Notes in its output what the reader of it should know. */
    void warn(String text) {
        output.write(Channel.WARNING, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Notes that the order of its two streams is a guess. */
    void introduce() {
        if (isApart()) {
            output.orderGuessed();
        }
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Long> began() {
        return began;
    }

    @Override
    public CompletableFuture<ProcessEnd> ended() {
        return ended;
    }

    @Override
    public void terminate(Duration grace) {
        runner.terminate(this, grace);
    }
}
