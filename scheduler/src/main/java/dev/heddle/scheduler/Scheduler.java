package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import dev.heddle.core.GrowingGraph;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.TaskSource;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs graphs of tasks on hosts: decides which job runs where and when.
 *
 * <p><b>Threads.</b> May be used from any thread; one build runs at a time. A build has a thread of its own that owns its
 * state; jobs run on threads and processes of their hosts; ports ({@link OutputPort}, {@link Rebuilder},
 * {@link InputTransfer}) are called from a few worker threads. {@link #close} leaves none of them alive.
 *
 * <p><b>Failure.</b> What happens to a task is an {@link dev.heddle.core.Outcome}, never an exception. A broken invariant
 * of the engine itself ends the build with an {@code AssertionError} whose message begins with {@code BUG:}.
 *
 * <p><b>Bounds.</b> No host ever has more jobs than its slots. Each task costs under 200 bytes besides the graph; queues
 * hold numbers of tasks; a job that tells more than the engine can take waits.
 *
 * <p>Not a daemon: it remembers nothing from one build to the next.
 */
public final class Scheduler implements AutoCloseable {

    private final Options options;
    private final Roster roster;
    private final Hands hands;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable BuildLoop current;
    private boolean closed;

    private Scheduler(Builder from, Hosts hosts) {
        this.options = from.options.copy();
        this.roster = new Roster(hosts);
        this.hands = new Hands();
    }

    /** Begins a scheduler. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs a graph and waits for its end. If the waiting thread is interrupted, the build is cancelled, waited for, and the
     * thread's interruption restored.
     *
     * @param targets names or aliases of the tasks that are wanted; none for the whole graph
     * @throws IllegalArgumentException if the graph has no task of such a name
     * @throws IllegalStateException if a build runs already, or the scheduler is closed
     */
    public BuildResult run(GraphView graph, String... targets) {
        return run(graph, List.of(targets));
    }

    /** Runs a graph and waits for its end, as {@link #run(GraphView, String...)}. */
    public BuildResult run(GraphView graph, Iterable<String> targets) {
        return start(graph, targets).awaitOrCancel();
    }

    /** Runs a graph; the future completes at its end, as {@link BuildHandle#result}. */
    public CompletableFuture<BuildResult> runAsync(GraphView graph, String... targets) {
        return start(graph, targets).result();
    }

    /** Starts a build; the arguments are those of {@link #run(GraphView, String...)}. */
    public BuildHandle start(GraphView graph, String... targets) {
        return start(graph, List.of(targets));
    }

    /** Starts a build; the arguments are those of {@link #run(GraphView, String...)}. */
    public BuildHandle start(GraphView graph, Iterable<String> targets) {
        return start(graph, List.of(), targets);
    }

    /**
     * Starts a build whose graph grows: what the sources bring is built while they still search.
     *
     * @param sources each runs once, on a thread of its own
     * @param targets names of the tasks that are wanted, which may still have to come; none for all that come
     */
    public BuildHandle start(Iterable<? extends TaskSource> sources, String... targets) {
        return start(GrowingGraph.empty(), sources, List.of(targets));
    }

    /**
     * Starts a build of a graph that grows.
     *
     * @param graph what is known at the beginning
     * @param sources each runs once, on a thread of its own
     * @param targets names of the tasks that are wanted, which may still have to come; none for the whole graph
     */
    public BuildHandle start(GraphView graph, Iterable<? extends TaskSource> sources, Iterable<String> targets) {
        Beginning beginning = Beginning.of(graph, sources, targets);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the scheduler is closed");
            }
            if (current != null && !current.result().isDone()) {
                throw new IllegalStateException("a build runs already; a scheduler runs one at a time");
            }
            BuildLoop loop = new BuildLoop(options.settings(roster, hands, graph), beginning);
            loop.start();
            current = loop;
            return new BuildHandle(loop);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets every host show what it is and whether it is fit for work, as at the start of a build, and builds nothing.
     *
     * @throws IllegalStateException if a build runs already, or the scheduler is closed
     */
    public List<HostReport> checkHosts() throws InterruptedException {
        CompletableFuture<List<HostReport>> known = new CompletableFuture<>();
        TaskSource untilKnown = tasks -> known.get();
        BuildHandle handle = start(List.of(untilKnown));
        CompletableFuture<Boolean> handedOn = handle.hostsKnown().thenApply(known::complete);
        handle.await();
        handedOn.join();
        return known.join();
    }

    /** Cancels a build that still runs, waits for it, and closes the hosts. A second close does nothing. */
    @Override
    public void close() {
        BuildLoop last;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            last = current;
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        if (last != null) {
            last.cancel("the scheduler was closed");
            interrupted = !BuildHandle.joined(last);
        }
        roster.close();
        hands.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what a scheduler is told. Not safe for several threads. */
    public static final class Builder {
        private static final Duration LONGEST_GRACE = Duration.ofDays(1);

        private @Nullable Hosts hosts;
        private final Options options = new Options();

        private Builder() {}

        /** Sets where jobs run; the scheduler closes them. Without it, this machine with a slot for each processor. */
        public Builder hosts(Hosts hosts) {
            this.hosts = Objects.requireNonNull(hosts);
            return this;
        }

        /** Sets where the bytes of jobs go. Without it they are thrown away, but for the last lines of failed jobs. */
        public Builder output(OutputPort output) {
            options.output = Objects.requireNonNull(output);
            return this;
        }

        /** Sets who decides whether a task must run. Without it every task runs. */
        public Builder rebuilder(Rebuilder rebuilder) {
            options.rebuilder = Objects.requireNonNull(rebuilder);
            return this;
        }

        /** Sets who brings inputs to hosts and fetches outputs. Without it nothing is moved. */
        public Builder inputs(InputTransfer inputs) {
            options.inputs = Objects.requireNonNull(inputs);
            return this;
        }

        /**
         * Sets what is known of earlier builds, which decides what is started first and what {@link BuildHandle#eta} says; it learns
         * from the build. It is read when a build starts: {@link Scheduler#start} throws a {@link HistoryException} if a log that
         * {@linkplain BuildHistory#primedBy primes} it is none. May be shared by several schedulers.
         */
        public Builder history(BuildHistory history) {
            options.history = Objects.requireNonNull(history);
            return this;
        }

        /** Adds one who is told what happens. */
        public Builder listener(BuildEventListener listener) {
            options.listeners.add(Objects.requireNonNull(listener));
            return this;
        }

        /** Sets the order in which tasks that could start are started. */
        public Builder policy(QueuePolicy policy) {
            options.policy = Objects.requireNonNull(policy);
            return this;
        }

        /**
         * Sets whether an idle slot of a fast host may run once more what runs on a slower one, for {@linkplain
         * dev.heddle.core.Task#isRepeatable repeatable} tasks: the first that succeeds counts. It may unless this says no.
         */
        public Builder backupCopies(boolean allowed) {
            options.backupCopies = allowed;
            return this;
        }

        /**
         * Sets how many tasks that {@linkplain dev.heddle.core.TaskSpec.Builder#fetchesFrom fetch} run at once; 32 and 4 unless set.
         * A host has a limit of its own, for all tasks that take no slot.
         *
         * @param build on all hosts together, at least 1
         * @param site from one site, at least 1
         */
        public Builder fetchLimits(int build, int site) {
            options.fetchLimits = new FetchLimits(build, site);
            return this;
        }

        /**
         * Sets after how many failed tasks no further job is started. Jobs that run then are waited for.
         *
         * @param maxFailures at least 0; 0, which is the default, for no limit
         */
        public Builder maxFailures(int maxFailures) {
            if (maxFailures < 0) {
                throw new IllegalArgumentException("maxFailures must not be negative: " + maxFailures);
            }
            options.maxFailures = maxFailures;
            return this;
        }

        /** Starts no further job once a task has failed. */
        public Builder failFast() {
            return maxFailures(1);
        }

        /**
         * Sets the load average at which a host that runs a job is given no further one.
         *
         * @param loadLimit more than 0; 0, which is the default, for no limit
         */
        public Builder loadLimit(double loadLimit) {
            if (!(loadLimit >= 0)) {
                throw new IllegalArgumentException("loadLimit must be at least 0: " + loadLimit);
            }
            options.loadLimit = loadLimit;
            return this;
        }

        /** Sets the time that limits and pauses are measured in, in nanoseconds from any origin; a test moves it by hand. */
        public Builder ticker(LongSupplier ticker) {
            options.ticker = Objects.requireNonNull(ticker);
            return this;
        }

        /** Sets the wall clock of events. */
        public Builder clock(InstantSource clock) {
            options.clock = Objects.requireNonNull(clock);
            return this;
        }

        /** Sets how long a job has between being asked to end and being killed: 5 seconds unless set, at most a day. */
        public Builder terminateGrace(Duration grace) {
            if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
                throw new IllegalArgumentException("terminateGrace must be from 0 to a day, not " + grace);
            }
            options.terminateGrace = grace;
            return this;
        }

        /**
         * Sets how long a build goes on waiting in which nothing runs because every host is down, unfit or gone that could run
         * what is left; 5 minutes unless set. Hosts that are merely drained are waited for without end.
         */
        public Builder hostPatience(Duration patience) {
            if (patience.isNegative()) {
                throw new IllegalArgumentException("hostPatience must not be negative: " + patience);
            }
            options.hostPatience = patience;
            return this;
        }

        /**
         * Sets the directory in which {@code init.HOST.log} keeps what the start-up program of a host printed, and
         * {@code signature.log} in what hosts differed. Without it neither is written.
         */
        public Builder hostLogs(Path directory) {
            options.hostLogs = Objects.requireNonNull(directory);
            return this;
        }

        /**
         * Sets a directory in which each build is told in files, as dpb writes them. What hosts tell goes there too unless {@link
         * #hostLogs} was set, and the stop file is the file {@code stop} there unless {@link #stopFile} was set.
         */
        public Builder logDirectory(LogDirectory directory) {
            options.logs = Objects.requireNonNull(directory);
            return this;
        }

        /**
         * Sets a file that shows what ran where and when, in the form of Chrome's trace viewer and of Perfetto: hosts and slots,
         * jobs and steps, the counters, and the critical path. The last build's trace takes the place of an earlier one.
         */
        public Builder profile(Path file) {
            options.profile = Objects.requireNonNull(file);
            return this;
        }

        /**
         * Sets a file that, as long as it exists, keeps further jobs from being started. A file beside it whose name has
         * {@code -HOST} behind that does the same for one host.
         */
        public Builder stopFile(Path stopFile) {
            options.stopFile = Objects.requireNonNull(stopFile);
            return this;
        }

        /**
         * Sets a directory of lock files, by which schedulers of any processes and machines that share it keep out of each other's
         * way, and a person sees what runs and what failed. It is made if it is not there. A task whose job failed keeps its lock,
         * and is built again, also in the same build, when the file is removed.
         */
        public Builder locks(Path directory) {
            options.locks = Objects.requireNonNull(directory);
            return this;
        }

        /** Has locks removed whose owner was a process of this machine that is dead; without it they are only told of. */
        public Builder clearStaleLocks() {
            options.clearsStaleLocks = true;
            return this;
        }

        /**
         * Sets where the definition of a task is read again when a person has removed its lock. Without it such a task is built as
         * it was defined at first.
         */
        public Builder definitions(TaskDefinitions definitions) {
            options.definitions = Objects.requireNonNull(definitions);
            return this;
        }

        /**
         * Has a warning told of each job that prints nothing and, as far as this machine can tell, computes nothing: after 10 s,
         * 20 s, 40 s and so on; and of a build in which nothing runs, with the reason.
         */
        public Builder tellStalls() {
            options.stalls = new Stalls.Policy(true, options.stalls.limit(), options.stalls.stops());
            return this;
        }

        /**
         * Has jobs ended, as by a timeout, that have printed nothing for so long, which is more than 0, and, as far as this machine
         * can tell, computed nothing. Looked for every 5 seconds. With {@code stop} the build then starts nothing more.
         */
        public Builder stuckLimit(Duration limit, boolean stop) {
            options.stalls = new Stalls.Policy(options.stalls.told(), limit, stop);
            return this;
        }

        /**
         * Shares the slots of this machine with make, ninja and others that run in tasks, or with those beside which this process
         * runs. It concerns the first host that is this machine. Without it tasks are told of no slots.
         */
        public Builder jobserver(Jobserver jobserver) {
            options.jobserver = Objects.requireNonNull(jobserver);
            return this;
        }

        /**
         * Lets commands tell what their job is to do next: which steps come again, earlier or not at all, and how large what they
         * made is. Each is told by the variable {@code HEDDLE_STEPS} a file of its own; {@code docs/steps.md} describes its lines.
         *
         * @param directory a directory of these files, for this user alone and the same on all hosts; made if it is not there
         */
        public Builder stepFiles(Path directory) {
            options.housekeeping = options.housekeeping.at(Objects.requireNonNull(directory));
            return this;
        }

        /**
         * Has each task cleaned before its steps: by its own step {@code clean} where it has one, otherwise by removing its {@linkplain
         * dev.heddle.core.TaskAttributes#workDirectory work directory}. Tasks that have neither are run as they are.
         */
        public Builder cleanFirst() {
            options.housekeeping = options.housekeeping.cleaning();
            return this;
        }

        /**
         * Has the work directories of tasks measured when their steps are done; {@code size.log} of the {@linkplain #logDirectory log
         * directory} tells it. Needs {@link #stepFiles}.
         */
        public Builder measureSizes() {
            options.housekeeping = options.housekeeping.measuring();
            return this;
        }

        /**
         * Lets small tasks work in memory: a job of commands whose size is known and small enough is told by the variable {@code
         * HEDDLE_SCRATCH} a directory of its own there, which is gone when it ends. What such jobs have at once on a host never
         * exceeds, by their known sizes, what the host has left of its memory.
         */
        public Builder memoryScratch(MemoryScratch scratch) {
            options.housekeeping = options.housekeeping.inMemory(Objects.requireNonNull(scratch));
            return this;
        }

        /** The scheduler; the builder may be used on, but hosts belong to one scheduler. */
        public Scheduler build() {
            Hosts chosen =
                    hosts != null ? hosts : Hosts.local(Runtime.getRuntime().availableProcessors());
            if (options.housekeeping.measures() && options.housekeeping.stepFiles() == null) {
                throw new IllegalArgumentException("sizes are told in step files: set their directory as well");
            }
            if (chosen.backends().isEmpty()) {
                throw new IllegalArgumentException("a scheduler needs a host");
            }
            return new Scheduler(this, chosen);
        }
    }
}
