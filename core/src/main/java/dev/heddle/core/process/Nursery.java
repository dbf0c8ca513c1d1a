package dev.heddle.core.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process that starts shell agents for a runner that needs many at once: it forks, makes the child the leader of a session,
 * and the child becomes the shell. This JVM would need three programs for each (its own helper, {@code setsid}, the shell)
 * and a thread that waits for its end.
 *
 * <p>It is a small Perl program, since no shell can make a session, and one without a terminal not even a process group. It
 * reads a line for each agent, and reports in {@linkplain FrameReader frames} that an agent was born, that it could not be, or
 * that it has died. At the end of its input it waits for the agents and ends, so it does not outlive a JVM that is killed.
 *
 * <p>When it dies, or does not answer, it is not started again: {@link #isUsable} says so, and what it started lives on.
 *
 * <p>May be used from any thread.
 */
final class Nursery implements FrameReader.Births, AutoCloseable {

    /** How often a birth that is awaited looks whether the nursery still lives. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A nursery that takes longer for an agent is not asked again. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CLOSE_MILLIS = 2_000;

    /** Instead of an error's number. */
    private static final int UNKNOWN = -1;

    /**
     * Arguments: the shell's program and its name. Lines: first the nonce, which must not be seen in a list of processes; then
     * for each agent id, FIFO, and file of complaints. An agent says itself that it is born, once it leads its session.
     */
    private static final String PROGRAM = """
            use POSIX ();
            my ($sh, $name) = @ARGV;
            my (%id, %early);
            POSIX::setsid();
            binmode STDIN;
            binmode STDOUT;
            my $nonce = <STDIN>;
            chomp $nonce;
            sub report { syswrite STDOUT, "$nonce $_[0] $_[1] $_[2]\\n" }
            sub status { $_[0] & 127 ? 128 + ($_[0] & 127) : $_[0] >> 8 }
            $SIG{CHLD} = sub {
              while ((my $pid = waitpid -1, POSIX::WNOHANG()) > 0) {
                my $id = delete $id{$pid};
                if (defined $id) { report('d', $id, status($?)) } else { $early{$pid} = $? }
              }
            };
            while (<STDIN>) {
              chomp;
              my ($id, $in, $err) = split /\\t/;
              my $job;
              if (!open $job, '<', $in) { report('u', $id, $! + 0); next }
              my $pid = fork;
              if (!defined $pid) { report('u', $id, $! + 0); next }
              if (!$pid) {
                $SIG{CHLD} = 'DEFAULT';
                POSIX::setsid();
                report('b', $id, $$);
                POSIX::dup2(fileno $job, 0);
                my $fd = POSIX::open($err, POSIX::O_WRONLY() | POSIX::O_CREAT() | POSIX::O_APPEND(), 0600);
                if (defined $fd) { POSIX::dup2($fd, 2); POSIX::close($fd) if $fd > 2 }
                exec { $sh } $name;
                POSIX::_exit(127);
              }
              close $job;
              $id{$pid} = $id;
              if (defined(my $status = delete $early{$pid})) { delete $id{$pid}; report('d', $id, status($status)) }
            }
            $SIG{CHLD} = 'DEFAULT';
            1 while wait > 0;
            """;

    /** An agent that was asked for. */
    private static final class Egg {
        @Nullable
        Fledgling born;

        int refused;

        boolean isOpen() {
            return born == null && refused == 0;
        }
    }

    private final RunnerSettings settings;
    private final Path name;
    private final Path control;
    private final String nonce;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hatched = lock.newCondition();
    private final Object sending = new Object();

    // Guarded by lock.
    private final Map<Integer, Egg> eggs = new HashMap<>();
    private final Map<Integer, Fledgling> alive = new HashMap<>();

    private @Nullable Process process;
    private boolean silent;
    private boolean closed;

    /**
     * Names what it needs; nothing is started.
     *
     * @param name the name under which agents run
     * @param control the FIFO that they and the nursery report to
     */
    Nursery(RunnerSettings settings, Path name, Path control, String nonce) {
        this.settings = settings;
        this.name = name;
        this.control = control;
        this.nonce = nonce;
    }

    /** Whether agents can be ordered. */
    boolean isUsable() {
        lock.lock();
        try {
            return settings.perl() != null && !closed && !silent && (process == null || process.isAlive());
        } finally {
            lock.unlock();
        }
    }

    private boolean isAlive() {
        lock.lock();
        try {
            return process != null && process.isAlive();
        } finally {
            lock.unlock();
        }
    }

    /** Asks for an agent; {@link #await} then waits for it. */
    void order(int id, Path fifo, Path complaints) throws IOException {
        lock.lock();
        try {
            eggs.put(id, new Egg());
        } finally {
            lock.unlock();
        }
        try {
            // Not under the lock that frames need: a full pipe empties only while frames are read.
            synchronized (sending) {
                send(running(), id + "\t" + fifo + '\t' + complaints + '\n');
            }
        } catch (IOException e) {
            giveUp(id);
            throw e;
        }
    }

    // A nursery that has just died may still be taken for alive; whoever finds its pipe broken knows better.
    private void giveUp(int id) {
        lock.lock();
        try {
            silent = true;
            eggs.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private Process running() throws IOException {
        lock.lock();
        try {
            Process running = process;
            if (running == null) {
                silent = true;
                running = start();
                silent = false;
                process = running;
                send(running, nonce + '\n');
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private Process start() throws IOException {
        List<String> argv = List.of(
                String.valueOf(settings.perl()), "-e", PROGRAM, settings.shell().toString(), name.toString());
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(control.toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        settings.change(builder.environment());
        return builder.start();
    }

    private static void send(Process process, String text) throws IOException {
        OutputStream to = process.getOutputStream();
        to.write(text.getBytes(RunnerFiles.CHARSET));
        to.flush();
    }

    /**
     * Waits for an agent that was ordered. Its end of {@code fifo} is open when this returns.
     *
     * @throws IOException if it could not be started
     */
    AgentProcess await(int id, Path fifo) throws IOException {
        Fledgling born = birth(id);
        born.input = new FileOutputStream(fifo.toFile());
        return born;
    }

    private Fledgling birth(int id) throws IOException {
        lock.lock();
        try {
            Egg egg = eggs.get(id);
            if (egg == null) {
                throw new AssertionError("BUG: agent " + id + " was never ordered");
            }
            boolean living = true;
            for (long left = PATIENCE_NANOS; living && left > 0 && egg.isOpen(); ) {
                // What it said last is read before its death is believed.
                living = isAlive();
                long look = Math.min(left, LOOK_NANOS);
                left -= look - hatched.awaitNanos(look);
            }
            if (egg.born != null) {
                return egg.born;
            }
            silent |= egg.isOpen();
            throw new IOException("cannot fork a shell: " + text(egg.refused));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a shell was started", e);
        } finally {
            eggs.remove(id);
            lock.unlock();
        }
    }

    /** Linux, {@code errno-base.h}: those that pass have the words by which the JDK tells them. */
    private static String text(int errno) {
        return switch (errno) {
            case 11 -> "error=11, Resource temporarily unavailable";
            case 12 -> "error=12, Cannot allocate memory";
            case 23, 24 -> "error=" + errno + ", Too many open files";
            case 0 -> "the process that starts shells does not answer";
            case UNKNOWN -> "it ended at once";
            default -> "error=" + errno;
        };
    }

    // Frames, on the thread that reads them.

    @Override
    public void born(int id, int pid) {
        lock.lock();
        try {
            Egg egg = eggs.get(id);
            if (egg != null) {
                Fledgling child = new Fledgling(this, pid);
                alive.put(id, child);
                egg.born = child;
                hatched.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unborn(int id, int errno) {
        lock.lock();
        try {
            Egg egg = eggs.get(id);
            if (egg != null) {
                egg.refused = errno == 0 ? UNKNOWN : errno;
                hatched.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void died(int id, int status) {
        lock.lock();
        try {
            Fledgling child = alive.remove(id);
            Egg egg = eggs.get(id);
            if (child != null) {
                child.status = status;
            } else if (egg != null) {
                egg.refused = UNKNOWN;
            }
            hatched.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it once the agents have ended, which are to be killed before; waits a bounded time. */
    @Override
    public void close() {
        Process running;
        lock.lock();
        try {
            closed = true;
            running = process;
        } finally {
            lock.unlock();
        }
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!running.waitFor(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** An agent that the nursery started. */
    private static final class Fledgling implements AgentProcess {

        private static final int LIVING = -1;

        private final Nursery nursery;
        private final long pid;
        /** Set once, before anybody else sees this. */
        private OutputStream input = OutputStream.nullOutputStream();

        private volatile int status = LIVING;

        Fledgling(Nursery nursery, long pid) {
            this.nursery = nursery;
            this.pid = pid;
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public boolean isAlive() {
            if (status != LIVING) {
                return false;
            }
            // Without the nursery nobody tells of deaths, but then nobody keeps the dead either.
            return nursery.isAlive()
                    || ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }

        @Override
        public String ending() {
            return status == LIVING ? "it is gone" : "exit status " + status;
        }

        @Override
        public OutputStream input() {
            return input;
        }

        @Override
        public void await(long millis) throws InterruptedException {
            nursery.lock.lock();
            try {
                long left = TimeUnit.MILLISECONDS.toNanos(millis);
                while (isAlive() && left > 0) {
                    long look = Math.min(left, LOOK_NANOS);
                    left -= look - nursery.hatched.awaitNanos(look);
                }
            } finally {
                nursery.lock.unlock();
            }
        }
    }

    /** Holds a FIFO open until its reader has opened it, so that neither side waits for the other. */
    static FileChannel hold(Path fifo) throws IOException {
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
