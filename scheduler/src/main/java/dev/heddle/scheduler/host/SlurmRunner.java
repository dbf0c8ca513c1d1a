package dev.heddle.scheduler.host;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands as batch jobs of Slurm. A job has a directory on the shared file system, which its script finds all it needs in
 * and leaves all it has to say in; {@link SlurmScript} names the files. The directories are in one that is made here and removed
 * by {@link #close}.
 *
 * <p><b>Threads.</b> One for each command, which follows its files, and one for all of them. May be called from any thread.
 *
 * <p><b>Bounds.</b> At most {@value #MOST_SUBMISSIONS} jobs are being submitted at once. What a job has written and its output
 * has not taken yet stays in the job's file, whose size is the file system's affair.
 */
final class SlurmRunner implements ProcessRunner {

    static final int MOST_SUBMISSIONS = 4;

    /** Beneath the directory of this process, where the hosts file names no other. */
    static final String USUAL_SPOOL = ".heddle-slurm";

    private static final String RUN = "run-";
    private static final String LEASE = "lease";
    private static final Duration CLOSE = Duration.ofSeconds(15);
    private static final int IDLE_SECONDS = 5;
    private static final int STACK = 256 * 1024;
    private static final String NO_TERMINAL = "no terminal for a batch job: its output goes to a file\n";

    final SlurmOptions options;
    final SlurmPace pace;
    final SlurmPrograms programs;
    final SlurmScript script;
    final SlurmQueue queue;
    final Semaphore submissions = new Semaphore(MOST_SUBMISSIONS);
    final Path stub;
    final String jobName;

    /** How long Slurm may be out of reach before a job is given up. */
    final Duration patience;

    private final ProcessRunner control;
    private final Path spool;
    private final Path directory;
    private final ScheduledThreadPoolExecutor events;
    private final ThreadPoolExecutor threads;
    private final Set<SlurmJob> running = new HashSet<>();
    private final AtomicBoolean saidFull = new AtomicBoolean();
    private long jobs;
    private boolean closed;

    /**
     * Makes the directory.
     *
     * @param control runs Slurm's programs; closed with this
     */
    SlurmRunner(HostEntry entry, ProcessRunner control, SlurmPace pace) {
        this.options = SlurmOptions.of(entry);
        this.pace = pace;
        this.control = control;
        this.patience = entry.answerTime();
        Path here = Path.of("").toAbsolutePath();
        this.spool = options.spool() == null ? here.resolve(USUAL_SPOOL) : options.spool();
        try {
            this.directory = Files.createTempDirectory(Files.createDirectories(spool), RUN);
            this.stub = Files.writeString(directory.resolve("stub"), SlurmScript.STUB);
        } catch (IOException e) {
            control.close();
            throw new UncheckedIOException("no directory for Slurm's jobs can be made in " + spool, e);
        }
        this.jobName = "heddle-" + directory.getFileName();
        this.events = events();
        this.programs = new SlurmPrograms(control, events);
        this.script = new SlurmScript(programs.environment(), here, pace.lease());
        this.queue = new SlurmQueue(programs, pace, events, directory.resolve(LEASE), jobName);
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(null, work, "heddle-slurm-" + entry.host(), STACK);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static ScheduledThreadPoolExecutor events() {
        ScheduledThreadPoolExecutor events = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(null, work, "heddle-slurm-queue", STACK);
            thread.setDaemon(true);
            return thread;
        });
        // After close() there is nothing left to be asked.
        events.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        events.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        events.setRemoveOnCancelPolicy(true);
        return events;
    }

    /** A view of this by which jobs ask Slurm for what they need. Closing it does nothing. */
    ProcessRunner asking(SlurmNeeds needs) {
        return new ProcessRunner() {
            @Override
            public RunningProcess start(Command command, JobOutput output) throws IOException {
                return SlurmRunner.this.start(command, output, needs);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public RunningProcess start(Command command, JobOutput output) throws IOException {
        return start(command, output, SlurmNeeds.LEAST);
    }

    private RunningProcess start(Command command, JobOutput output, SlurmNeeds needs) throws IOException {
        SlurmJob job;
        synchronized (running) {
            if (closed) {
                throw new IllegalStateException("the process runner is closed");
            }
            job = new SlurmJob(this, directory.resolve("j" + ++jobs), command, output, needs);
            running.add(job);
        }
        if (command.capture() == Command.Capture.LABELLED) {
            output.orderGuessed();
        } else if (command.capture() == Command.Capture.PTY) {
            output.write(Channel.WARNING, NO_TERMINAL.getBytes(StandardCharsets.UTF_8));
        }
        try {
            threads.execute(job);
        } catch (OutOfMemoryError e) {
            ended(job);
            throw e;
        }
        return job;
    }

    /** A job is over. */
    void ended(SlurmJob job) {
        synchronized (running) {
            running.remove(job);
            running.notifyAll();
        }
    }

    /** Whether it is still to be told that Slurm takes no further job; once until one is taken again. */
    boolean tellsFull() {
        return saidFull.compareAndSet(false, true);
    }

    /** Slurm has taken a job. */
    void taken() {
        saidFull.set(false);
    }

    @Override
    public void close() {
        List<SlurmJob> ending;
        synchronized (running) {
            if (closed) {
                return;
            }
            closed = true;
            ending = List.copyOf(running);
        }
        ending.forEach(job -> job.terminate(Duration.ZERO));
        try {
            awaitJobs();
            // Those that Slurm does not tell about end by themselves when they see no sign of life.
            threads.shutdownNow();
            var unused = threads.awaitTermination(CLOSE.toNanos(), TimeUnit.NANOSECONDS);
            events.shutdownNow();
            unused = events.awaitTermination(CLOSE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            threads.shutdownNow();
            events.shutdownNow();
            Thread.currentThread().interrupt();
        }
        remove(directory);
        if (options.spool() == null) {
            // As long as others are in it, it stays.
            var unused = spool.toFile().delete();
        }
        control.close();
    }

    private void awaitJobs() throws InterruptedException {
        long end = System.nanoTime() + CLOSE.toNanos();
        synchronized (running) {
            for (long left = CLOSE.toNanos(); !running.isEmpty() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(running, left);
            }
        }
    }

    /** Removes a directory with what is in it. What cannot be removed stays; it does no harm. */
    static void remove(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException problem) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, @Nullable IOException problem) throws IOException {
                    Files.deleteIfExists(path);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // A job that is just being killed may still write.
        }
    }
}
