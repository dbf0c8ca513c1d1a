package dev.heddle.core.process;

import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how commands are run. A builder is used by one thread; each {@code build} call makes a runner of its own.
 */
public final class ProcessRunnerBuilder {

    private static final Path SH = Path.of("/bin/sh");

    /** About as many agents as can be started in the time that a nursery needs to come up. */
    private static final int MOST_DIRECT = 8;

    private Duration drainGrace = Duration.ofSeconds(2);
    private int mostIdle = 64;
    private Path shell = SH;
    private @Nullable Path temporary;
    private final Map<String, @Nullable String> environment = new HashMap<>();
    private int mostDirect = MOST_DIRECT;
    private Duration lease = Duration.ofSeconds(20);

    ProcessRunnerBuilder() {}

    /**
     * How long output is awaited after a command has ended while some process still holds it; 2 seconds unless told.
     * Afterwards what is left of the command's group is killed and the end is flagged as
     * {@link ProcessEnd#leftovers leftovers}.
     *
     * @param grace zero or more
     */
    public ProcessRunnerBuilder drainGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a drain grace must not be negative: " + grace);
        }
        this.drainGrace = grace;
        return this;
    }

    /**
     * How many shells (or, without agents, output pipes) are kept for the next commands while none runs; 64 unless told.
     *
     * @param count zero or more
     */
    public ProcessRunnerBuilder mostIdle(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a number of idle agents must not be negative: " + count);
        }
        this.mostIdle = count;
        return this;
    }

    /**
     * The shell that agents are made of: dash, bash, the ash of busybox, or another POSIX shell; {@code /bin/sh} unless told.
     * It is not the shell of {@link dev.heddle.core.Command#shell}, which is always {@code /bin/sh}.
     */
    public ProcessRunnerBuilder agentShell(Path program) {
        this.shell = Objects.requireNonNull(program);
        return this;
    }

    /**
     * The directory in which a runner makes its own for FIFOs and for {@linkplain dev.heddle.core.Command#stdin(String) texts} that
     * commands read; unless told {@code /dev/shm} where that can be written to, else the system's place for temporary files.
     */
    public ProcessRunnerBuilder temporaryDirectory(Path directory) {
        this.temporary = Objects.requireNonNull(directory);
        return this;
    }

    /**
     * A variable as all commands inherit it, where that is not as this JVM has it; what a command itself sets goes before.
     * Programs of the runner's own are still looked for in the {@code PATH} of this JVM.
     *
     * @param value null to leave the variable out
     */
    public ProcessRunnerBuilder environment(String name, @Nullable String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a name for an environment variable: '" + name + "'");
        }
        if (value != null && value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the value of the environment variable " + name + " has a NUL in it");
        }
        environment.put(name, value);
        return this;
    }

    /**
     * For a runner {@linkplain #buildFar on another machine}: how long commands live on there when the connection is dead; 20
     * seconds unless told. A dead connection is noticed within three quarters of it. Its commands are told as lost after the
     * lease and a quarter more (three seconds at least), or as soon as a new connection has killed what was left of them.
     *
     * @param time 4 seconds to an hour
     */
    public ProcessRunnerBuilder lease(Duration time) {
        if (time.compareTo(Duration.ofSeconds(4)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a lease is 4 seconds to an hour: " + time);
        }
        this.lease = time;
        return this;
    }

    /** For tests: how many agents may live at once before a nursery starts the further ones. */
    ProcessRunnerBuilder mostDirect(int count) {
        this.mostDirect = count;
        return this;
    }

    /** A runner by shell agents where this system has what they need, else by plain processes. */
    public ProcessRunner build() {
        return agentsPossible() ? buildAgents() : buildPlain();
    }

    /**
     * A runner by shell agents. Nothing is started before the first command is; on a system without a POSIX shell,
     * {@code mkfifo} and {@code setsid} (or {@code perl}) that command is refused.
     */
    public ProcessRunner buildAgents() {
        return new AgentRunner(settings());
    }

    /** A runner by plain processes. */
    public ProcessRunner buildPlain() {
        return new PlainRunner(settings());
    }

    /**
     * A runner for commands on another machine, over connections made when they are needed. {@link RunningProcess#pid} is
     * then that of the shell there that runs the command.
     *
     * <p><b>What a command finds.</b> The environment that the other machine gives to a login without a terminal, with the
     * command's own changes ({@link #environment} has no effect); directories and files are those of the other machine, and a
     * command that names no directory runs in the one that is this JVM's, which must be there too. There are no terminals.
     *
     * <p><b>Failure.</b> What cannot be executed is told by the end of the command, as {@linkplain ProcessEnd#refused refused};
     * when the connection fails, the command ends with a {@linkplain ProcessEnd#problem problem} and without being refused,
     * but not before it is certain that nothing of it runs any more.
     *
     * @param transport how the other machine is reached
     */
    public FarProcessRunner buildFar(ShellTransport transport) {
        return new FarRunner(new FarSettings(
                transport, Path.of("").toAbsolutePath(), drainGrace, mostIdle, lease, session(), temporary));
    }

    private boolean agentsPossible() {
        RunnerSettings settings = settings();
        return Files.isExecutable(shell)
                && settings.mkfifo() != null
                && !settings.session().isEmpty();
    }

    RunnerSettings settings() {
        return new RunnerSettings(
                drainGrace,
                mostIdle,
                temporary,
                shell,
                isSh(shell),
                session(),
                find("mkfifo").orElse(null),
                find("env").orElse(Path.of("/usr/bin/env")),
                Collections.unmodifiableMap(new HashMap<>(environment)),
                find("perl").orElse(null),
                mostDirect);
    }

    private static boolean isSh(Path program) {
        try {
            return Files.isSameFile(program, SH);
        } catch (IOException e) {
            return false;
        }
    }

    /** How a process is started in a session of its own: POSIX has a call for it but no utility. */
    private static List<String> session() {
        Optional<Path> setsid = find("setsid");
        if (setsid.isPresent()) {
            return List.of(setsid.get().toString());
        }
        return find("perl").map(ProcessRunnerBuilder::perlSession).orElse(List.of());
    }

    static List<String> perlSession(Path perl) {
        return List.of(
                perl.toString(),
                "-MPOSIX",
                "-e",
                "POSIX::setsid(); sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec { $ARGV[0] } @ARGV; exit 127");
    }

    private static Optional<Path> find(String program) {
        String path = System.getenv("PATH");
        return Preparation.search(program, null, path == null ? Preparation.DEFAULT_PATH : path);
    }
}
