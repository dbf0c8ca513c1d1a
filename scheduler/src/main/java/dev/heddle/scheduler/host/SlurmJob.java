package dev.heddle.scheduler.host;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.FailureText;
import dev.heddle.core.JobOutput;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.RunningProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command as a batch job: written down, submitted, followed by its files, and told as ended.
 *
 * <p>Its end is told by its {@code status} file, which says how much output there is. When Slurm says that the job is over and
 * there is no such file, it was killed from here, or stopped by a limit of Slurm's, or it is lost; lost it is told only when
 * nothing of it can run any more.
 *
 * <p><b>Threads.</b> {@link #run} is the job's own thread. The rest may be called from any thread.
 */
final class SlurmJob implements RunningProcess, Runnable {

    private static final int UNKNOWN = 255;
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private static final int BUFFER = 64 * 1024;
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

    private final SlurmRunner runner;
    private final Path directory;
    private final Command command;
    private final JobOutput output;
    private final SlurmNeeds needs;
    private final FollowedFile out;
    private final FollowedFile err;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final CompletableFuture<Long> began = new CompletableFuture<>();
    private final CompletableFuture<ProcessEnd> ended = new CompletableFuture<>();
    private final SlurmSigns signs = new SlurmSigns();

    private volatile long id;

    // Of the job's own thread.
    private boolean termed;
    private boolean killed;
    /** Whether somebody else has told it to end. */
    private boolean told;
    /** Whether Slurm may have taken it more often than it said. */
    private boolean doubtful;

    SlurmJob(SlurmRunner runner, Path directory, Command command, JobOutput output, SlurmNeeds needs) {
        this.runner = runner;
        this.directory = directory;
        this.command = command;
        this.output = output;
        this.needs = needs;
        this.out = new FollowedFile(directory.resolve("out"), Channel.STDOUT, output);
        this.err = new FollowedFile(directory.resolve("err"), Channel.STDERR, output);
    }

    /** Slurm's number of it, or 0 as long as there is none. */
    long id() {
        return id;
    }

    /** What others tell of it. */
    SlurmSigns signs() {
        return signs;
    }

    @Override
    public long pid() {
        return 0;
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
        signs.terminate(grace);
    }

    // The job's own thread.

    @Override
    public void run() {
        ProcessEnd end;
        try {
            write();
            runner.queue.enter(this).get();
            ProcessEnd refused = submit();
            end = refused == null ? follow() : refused;
        } catch (IOException e) {
            end = giveUp("files of batch jobs cannot be used: " + FailureText.located(e));
        } catch (InterruptedException | ExecutionException e) {
            end = lost("the host was closed, and Slurm did not say that the job has ended");
        } catch (IllegalStateException e) {
            end = giveUp("its output was not taken: " + e);
        }
        runner.queue.leave(this);
        if (end.problem() == null || end.refused()) {
            SlurmRunner.remove(directory);
        }
        runner.ended(this);
        ended.complete(end);
    }

    /** Has what may run of it killed, and waits until that is sure. */
    private ProcessEnd giveUp(String why) {
        if (id > 0) {
            runner.queue.end(id, true);
        }
        try {
            fence();
        } catch (IOException e) {
            return lost(why + "; and it cannot be told to end: " + e.getMessage());
        } catch (InterruptedException e) {
            // The host is closed; without signs of life the job ends by itself.
            return lost(why);
        }
        return lost(why);
    }

    private void write() throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("go"), SlurmScript.GO);
        if (command.stdin() instanceof Command.Stdin.Text text) {
            Files.writeString(directory.resolve("in"), text.content());
        }
        Files.writeString(directory.resolve("job"), runner.script.job(command));
    }

    /** Has Slurm take the job; an end if it does not, or if the job is to end before. */
    private @Nullable ProcessEnd submit() throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("sbatch", "--parsable"));
        argv.addAll(List.of("--job-name=" + runner.jobName, "--export=ALL", "--no-requeue", "--chdir=/"));
        argv.addAll(List.of("--input=/dev/null", "--output=/dev/null", "--error=/dev/null"));
        argv.addAll(needs.arguments(runner.options));
        argv.addAll(List.of(runner.stub.toString(), directory.toString()));
        long began = System.nanoTime();
        for (long pause = runner.pace.retry().toNanos(); ; pause = Math.min(2 * pause, longestRetry())) {
            if (signs.isTerminating()) {
                return doubted(ended(SIGTERM));
            }
            SlurmPrograms.Answer answer = sbatch(argv);
            OptionalLong number = answer.succeeded() ? SlurmAnswers.submitted(answer.out()) : OptionalLong.empty();
            if (number.isPresent()) {
                id = number.getAsLong();
                runner.taken();
                return null;
            }
            ProcessEnd end = refused(answer, System.nanoTime() - began);
            if (end != null) {
                return doubted(end);
            }
            signs.await(pause);
        }
    }

    private long longestRetry() {
        return runner.pace.longestRetry().toNanos();
    }

    private SlurmPrograms.Answer sbatch(List<String> argv) throws InterruptedException {
        runner.submissions.acquire();
        try {
            return runner.programs.run(argv).get();
        } catch (ExecutionException e) {
            return new SlurmPrograms.Answer(-1, new byte[0], String.valueOf(e.getCause()));
        } finally {
            runner.submissions.release();
        }
    }

    /** What becomes of a job that Slurm has not taken; null if it is to be tried again. */
    private @Nullable ProcessEnd refused(SlurmPrograms.Answer answer, long waited) {
        String said = SlurmAnswers.words(answer.said());
        if (answer.succeeded()) {
            said = "sbatch did not tell the number of the job";
        }
        String why = "Slurm did not take the job: " + (said.isEmpty() ? "exit code " + answer.exitCode() : said);
        // What was not refused in so many words may have been taken.
        boolean unclear = answer.succeeded() || answer.exitCode() < 0;
        return switch (unclear ? SlurmAnswers.Refusal.TROUBLE : SlurmAnswers.refusal(answer.said())) {
            case LIMIT -> {
                if (runner.tellsFull()) {
                    warn("Slurm takes no further job for now (" + said + "); it is asked again and again");
                }
                yield null;
            }
            case TROUBLE -> {
                doubtful = true;
                yield waited < runner.patience.toNanos() ? null : lost(why);
            }
            case TOO_LARGE -> new ProcessEnd(UNKNOWN, 0, false, why, true);
            case HOST -> lost(why);
        };
    }

    /** The end of a job that was not taken, once it is sure that Slurm has not taken it all the same. */
    private ProcessEnd doubted(ProcessEnd end) throws IOException, InterruptedException {
        if (doubtful) {
            fence();
        }
        return end;
    }

    private ProcessEnd follow() throws IOException, InterruptedException {
        long pause = SHORTEST_PAUSE;
        while (true) {
            obey();
            listen();
            boolean over = signs.isGone();
            boolean more = look(Long.MAX_VALUE, Long.MAX_VALUE);
            SlurmStatus status = SlurmStatus.read(directory.resolve("status"));
            if (status != null) {
                return finish(status);
            }
            if (over) {
                return settle();
            }
            pause = more ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, pause + pause / 2);
            signs.await(pause);
        }
    }

    /** Sees whether others tell it to end, after which Slurm may not know of it for long. */
    private void listen() {
        if (!told && !termed && !killed && Files.exists(directory.resolve("told"))) {
            told = true;
            signs.toldByOthers();
            runner.queue.askSoon();
        }
    }

    private boolean look(long outEnd, long errEnd) throws IOException {
        if (!began.isDone() && Files.exists(directory.resolve("began"))) {
            began.complete(0L);
        }
        boolean more = out.follow(outEnd, buffer);
        boolean moreErrors = command.capture() == Command.Capture.LABELLED && err.follow(errEnd, buffer);
        return more || moreErrors;
    }

    /** The status is there; what the job has written by then is given on to the last byte. */
    private ProcessEnd finish(SlurmStatus status) throws IOException, InterruptedException {
        long end = System.nanoTime() + runner.pace.settle().toNanos();
        look(status.out(), status.err());
        while (out.given() < status.out() || err.given() < status.err()) {
            if (System.nanoTime() - end > 0) {
                return lost("the shared file system shows only a part of its output");
            }
            signs.await(LONGEST_PAUSE);
            look(status.out(), status.err());
        }
        String refused = SlurmStatus.refusal(directory.resolve("refused"));
        if (refused != null) {
            return new ProcessEnd(
                    status.exitCode(), 0, false, "cannot run '" + command.display() + "': " + refused, true);
        }
        int code = status.exitCode();
        boolean ours = (termed || killed) && (code == SIGNALLED + SIGTERM || code == SIGNALLED + SIGKILL);
        boolean signal = code > SIGNALLED && (ours || status.signalled());
        ProcessEnd own = new ProcessEnd(code, signal ? code - SIGNALLED : 0, false, null);
        listen();
        boolean suspect = told || own.signal() == SIGTERM || own.signal() == SIGKILL;
        return suspect && code != 0 && !termed && !killed ? asSlurmSays(own) : own;
    }

    /**
     * The end of a job that was told to end, or killed, and not from here: Slurm says whether it was taken away. As long as
     * Slurm does not answer it is awaited; after that the job's own end counts.
     */
    private ProcessEnd asSlurmSays(ProcessEnd own) throws InterruptedException {
        signs.toldByOthers();
        runner.queue.askSoon();
        long end = System.nanoTime() + runner.patience.toNanos();
        while (!signs.isGone() && !signs.isTerminating() && System.nanoTime() - end < 0) {
            signs.await(LONGEST_PAUSE);
        }
        String last = signs.lastState();
        if (last != null && SlurmAnswers.isTaken(last)) {
            return lost("Slurm's job " + id + " was ended, and not from here: its state is " + last);
        }
        String limit = SlurmAnswers.limit(last);
        if (limit != null) {
            warn(limit);
        }
        return own;
    }

    /** Slurm says that it is over; what that means if no status comes. */
    private ProcessEnd settle() throws IOException, InterruptedException {
        long end = System.nanoTime() + runner.pace.settle().toNanos();
        // A job that was killed, or was cancelled before it began, writes none.
        while (!killed && !(termed && !began.isDone()) && System.nanoTime() - end < 0) {
            signs.await(LONGEST_PAUSE);
            look(Long.MAX_VALUE, Long.MAX_VALUE);
            SlurmStatus status = SlurmStatus.read(directory.resolve("status"));
            if (status != null) {
                return finish(status);
            }
            obey();
        }
        look(Long.MAX_VALUE, Long.MAX_VALUE);
        String last = signs.lastState();
        boolean certain =
                !doubtful && last != null && (killed ? SlurmAnswers.isKilled(last) : SlurmAnswers.isDead(last));
        if (!certain) {
            fence();
        }
        if (termed || killed) {
            return ended(began.isDone() ? SIGKILL : SIGTERM);
        }
        String limit = SlurmAnswers.limit(last);
        if (limit != null) {
            warn(limit);
            return ended(SlurmAnswers.OUT_OF_MEMORY.equals(last) ? SIGKILL : SIGTERM);
        }
        return lost("Slurm's job " + id + " ended without a status"
                + (last == null ? "" : ", in state " + last)
                + (certain ? "" : "; it was waited for until nothing of it can run any more"));
    }

    /** Forbids the job to run, and waits until it has surely seen that. */
    private void fence() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("go"), "gone\n");
        signs.awaitAll(runner.pace.fence());
    }

    /** Passes on that it is to end. */
    private void obey() {
        if (!signs.isTerminating()) {
            return;
        }
        boolean kill = signs.isToBeKilled();
        if (!termed && !kill) {
            termed = true;
            runner.queue.end(id, false);
        }
        if (!killed && kill) {
            killed = true;
            runner.queue.end(id, true);
        }
    }

    private static ProcessEnd ended(int signal) {
        return new ProcessEnd(SIGNALLED + signal, signal, false, null);
    }

    private static ProcessEnd lost(String why) {
        return new ProcessEnd(UNKNOWN, 0, false, why);
    }

    private void warn(String text) {
        output.write(Channel.WARNING, (text + '\n').getBytes(StandardCharsets.UTF_8));
    }
}
