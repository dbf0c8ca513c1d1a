package dev.heddle.core.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process that starts jobs for a runner that needs many at once: it forks, makes the child the leader of a session, gives it
 * directory, environment and streams, and the child becomes the program. This JVM would need two programs for each (its own
 * helper and {@code setsid}) and a thread that waits for its end; a shell agent needs a process that stays.
 *
 * <p>It is a small Perl program, since no shell can make a session, and one without a terminal not even a process group. It
 * reads a record for each job, and reports in {@linkplain FrameReader frames} that a job was born, that it could not be, or
 * how it has ended. At the end of its input it kills what it has started, and ends: so nothing outlives a JVM that is killed.
 *
 * <p>When it dies, or does not take its records, it is not started again: {@link #isUsable} says so. What it started then has
 * an end that nobody can learn.
 *
 * <p>May be used from any thread.
 */
final class Nursery implements AutoCloseable {

    private static final long CLOSE_MILLIS = 2_000;

    /** A Perl that takes longer to come up is not used. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How often one that comes up is looked at whether it still lives. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Perl itself heeds these, so jobs get them back by another way. */
    private static final String PERLS_OWN = "PERL";

    /**
     * Fields end with a NUL, and a number stands before each list. First the nonce, which must not be seen in a list of
     * processes, and variables for all jobs; then for each job its berth, output, error ("" for output), input, directory
     * ("" for none), 1 for an environment without what is inherited, changed variables, program, and arguments from the name
     * on. A variable without "=" is removed.
     *
     * <p>Descriptors above 2 are closed by exec, as Perl has it, and handlers of signals are reset. A group whose leader has
     * ended keeps the number of the leader from being given to another process for as long as it has members; so it can be
     * killed at the end, unless a process of that number is found.
     */
    private static final String PROGRAM = """
            use POSIX ();
            POSIX::setsid();
            binmode STDIN;
            binmode STDOUT;
            open my $control, '>&', \\*STDOUT or die;
            $/ = "\\0";
            sub field { my $field = <STDIN>; exit if !defined $field || chop $field ne "\\0"; $field }
            sub fields { map { field() } 1 .. field() }
            sub change {
              for (@_) {
                my ($name, $value) = split /=/, $_, 2;
                if (defined $value) { $ENV{$name} = $value } else { delete $ENV{$name} }
              }
            }
            my $none = POSIX::SigSet->new;
            my $nonce = field();
            change(fields());
            my (%berth, %early, %left);
            sub report { 1 until defined syswrite($control, "$nonce $_[0] $_[1] $_[2]\\n") || $! != POSIX::EINTR() }
            sub died {
              my ($berth, $pid, $status) = @_;
              $left{$pid} = 1 if kill 0, -$pid;
              report('d', $berth, $status);
            }
            $SIG{PIPE} = sub { };
            $SIG{CHLD} = sub {
              local ($!, $?);
              while ((my $pid = waitpid -1, POSIX::WNOHANG()) > 0) {
                my $berth = delete $berth{$pid};
                if (defined $berth) { died($berth, $pid, $?) } else { $early{$pid} = $? }
              }
              delete @left{grep { !kill 0, -$_ } keys %left};
            };
            sub child {
              my ($berth, $out, $err, $in, $directory, $clean, $changes, $program, @argv) = @_;
              my $unable = sub { report('x', $berth, $! + 0); POSIX::_exit(127) };
              my $stream = sub {
                my ($fd, $path, $flags) = @_;
                my $file = POSIX::open($path, $flags);
                defined $file or $unable->();
                POSIX::dup2($file, $fd);
                POSIX::close($file);
              };
              POSIX::setsid();
              POSIX::sigprocmask(POSIX::SIG_SETMASK(), $none);
              report('b', $berth, $$);
              $stream->(1, $out, POSIX::O_WRONLY());
              if ($err eq '') { POSIX::dup2(1, 2) } else { $stream->(2, $err, POSIX::O_WRONLY()) }
              $stream->(0, $in, POSIX::O_RDONLY());
              if ($directory ne '') {
                chdir $directory or $unable->();
                $ENV{PWD} = POSIX::getcwd();
              }
              %ENV = () if $clean;
              change(@$changes);
              exec { $program } @argv;
              if ($! == POSIX::ENOEXEC()) { exec { '/bin/sh' } 'sh', $program, @argv[1 .. $#argv] }
              $unable->();
            }
            sub end {
              $SIG{CHLD} = 'DEFAULT';
              my %session = map { $_ => 1 } keys %berth, grep { !kill 0, $_ } keys %left;
              kill 'KILL', keys %berth, map { -$_ } keys %session;
              opendir my $proc, '/proc' or return;
              for (grep /^\\d/, readdir $proc) {
                open my $stat, '<', "/proc/$_/stat" or next;
                my ($pid, $of) = (<$stat> // '') =~ /^(\\d+) .*\\) \\S+ \\d+ \\d+ (\\d+)/s or next;
                kill 'KILL', $pid if $session{$of};
              }
              1 while wait > 0;
            }
            my $nursery = $$;
            END { end() if defined $nursery && $$ == $nursery }
            report('r', 0, 0);
            while (1) {
              my ($berth, $out, $err, $in, $directory, $clean) = map { field() } 1 .. 6;
              my @changes = fields();
              my $program = field();
              my @argv = fields();
              my $pid = fork;
              if (!defined $pid) { report('u', $berth, $! + 0); next }
              child($berth, $out, $err, $in, $directory, $clean, \\@changes, $program, @argv) if !$pid;
              $berth{$pid} = $berth;
              if (defined(my $status = delete $early{$pid})) { delete $berth{$pid}; died($berth, $pid, $status) }
            }
            """;

    private final RunnerSettings settings;
    private final Path control;
    private final String nonce;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Object sending = new Object();

    // Guarded by lock.
    private @Nullable Process process;
    private boolean ready;
    private boolean broken;
    private boolean closed;

    /**
     * Names what it needs; nothing is started.
     *
     * @param control the FIFO that it and its children report to
     */
    Nursery(RunnerSettings settings, Path control, String nonce) {
        this.settings = settings;
        this.control = control;
        this.nonce = nonce;
    }

    /** Whether jobs can be given to it. */
    boolean isUsable() {
        lock.lock();
        try {
            return settings.perl() != null && !closed && !broken && (process == null || process.isAlive());
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was started and lives. */
    boolean isAlive() {
        lock.lock();
        try {
            return process != null && process.isAlive();
        } finally {
            lock.unlock();
        }
    }

    /** Gives it a job. Blocks while its pipe is full; what becomes of the job is told in frames. */
    void run(Launch launch, JobStreams streams) throws IOException {
        byte[] job = record(launch, streams);
        // Not under the lock that others need: a full pipe empties only while frames are read.
        synchronized (sending) {
            try {
                OutputStream to = running().getOutputStream();
                to.write(job);
                to.flush();
            } catch (IOException e) {
                // It may still be taken for alive when it has just died; whoever finds its pipe broken knows better.
                giveUp();
                throw e;
            }
        }
    }

    private void giveUp() {
        lock.lock();
        try {
            broken = true;
        } finally {
            lock.unlock();
        }
    }

    private Process running() throws IOException {
        lock.lock();
        try {
            Process running = process;
            if (running == null) {
                running = start();
                process = running;
                awaitReady(running);
            }
            if (!ready) {
                throw new IOException("the process that is to start commands did not come up");
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    // A job that it was given before it had shown that it works could be neither lost nor started elsewhere in good
    // faith.
    private void awaitReady(Process running) throws IOException {
        try {
            boolean living = true;
            for (long left = PATIENCE_NANOS; !ready && living && left > 0; ) {
                living = running.isAlive();
                long look = Math.min(left, LOOK_NANOS);
                left -= look - changed.awaitNanos(look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ready) {
            running.destroyForcibly();
        }
    }

    /** It takes jobs; told by its first frame. */
    void ready() {
        lock.lock();
        try {
            ready = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(String.valueOf(settings.perl()), "-e", PROGRAM)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(control.toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        settings.change(environment);
        List<String> hidden = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PERLS_OWN)) {
                hidden.add(name + '=' + value);
            }
        });
        environment.keySet().removeIf(name -> name.startsWith(PERLS_OWN));
        Process started = builder.start();
        Fields head = new Fields();
        head.add(nonce);
        head.addAll(hidden);
        started.getOutputStream().write(head.bytes());
        started.getOutputStream().flush();
        return started;
    }

    private static byte[] record(Launch launch, JobStreams streams) {
        Fields job = new Fields();
        job.add(Integer.toString(streams.berth()));
        job.add(streams.out().toString());
        job.add(streams.err() == null ? "" : streams.err().toString());
        job.add(streams.in() == null ? "/dev/null" : streams.in().toString());
        job.add(launch.directory() == null ? "" : launch.directory().toString());
        job.add(launch.command().isCleanEnvironment() ? "1" : "");
        List<String> changes = new ArrayList<>();
        launch.command().environment().forEach((name, value) -> changes.add(value == null ? name : name + '=' + value));
        job.addAll(changes);
        String name = launch.argv().get(0);
        // A script learns by which path it was run, so a path is left as it was written.
        job.add(name.indexOf('/') < 0 ? launch.program().toString() : name);
        job.addAll(launch.argv());
        return job.bytes();
    }

    /** Fields of a record, each with a NUL at its end; no word of a command has one in it. */
    private static final class Fields {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

        void add(String field) {
            bytes.writeBytes(field.getBytes(RunnerFiles.CHARSET));
            bytes.write(0);
        }

        void addAll(List<String> fields) {
            add(Integer.toString(fields.size()));
            fields.forEach(this::add);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    /** Ends it with all that it has started and all that this left behind; waits a bounded time. */
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
        if (running != null) {
            EndOfInput.of(running, CLOSE_MILLIS);
        }
    }
}
