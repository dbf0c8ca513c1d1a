package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the slots of this machine are shared with programs that know the jobserver of GNU make: lent to the commands of tasks, so
 * that {@code make -j} or ninja in a task does not run more than what is free; or borrowed from the make that this process runs
 * under. The module's {@code docs/jobserver.md} tells what this takes and what it does not.
 *
 * <p>Immutable. A build opens it when it starts, and closes it at its end.
 */
public final class Jobserver {

    private static final String MAKEFLAGS = "MAKEFLAGS";
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long MKFIFO_SECONDS = 10;

    private enum Form {
        FIFO,
        PIPE
    }

    private final Form form;
    private final MakeFlags flags;
    private final MakeFlags.@Nullable Server outer;

    private Jobserver(Form form, MakeFlags flags, MakeFlags.@Nullable Server outer) {
        this.form = form;
        this.flags = flags;
        this.outer = outer;
    }

    /**
     * Lends free slots by a FIFO, which GNU make knows from version 4.4 and ninja from 1.13. An older make refuses to start when
     * it is given one.
     */
    public static Jobserver fifo() {
        return new Jobserver(Form.FIFO, inherited(), null);
    }

    /**
     * Lends free slots by descriptors 7 and 8 of each command, which every GNU make from 4.2 knows. A shell opens them, and then
     * becomes the command.
     */
    public static Jobserver pipe() {
        return new Jobserver(Form.PIPE, inherited(), null);
    }

    private static MakeFlags inherited() {
        try {
            return MakeFlags.read(Objects.requireNonNullElse(System.getenv(MAKEFLAGS), ""));
        } catch (IllegalArgumentException e) {
            return MakeFlags.read(""); // Only other words of it are passed on, and there is no way to tell them.
        }
    }

    /**
     * Borrows slots from the make under which this process runs, if its environment tells of one. A slot is free without asking;
     * for each further one a byte is read from make's pipe, and written back.
     *
     * @param environment the environment, such as {@code System.getenv()}
     * @throws IllegalArgumentException if {@code MAKEFLAGS} tells of a jobserver that cannot be used; the message says why, and
     *     begins with the place in the variable
     */
    public static Optional<Jobserver> of(Map<String, String> environment) {
        MakeFlags flags = MakeFlags.read(environment.getOrDefault(MAKEFLAGS, ""));
        MakeFlags.Server server = flags.server();
        if (server == null) {
            return Optional.empty();
        }
        check(server);
        Form form = server instanceof MakeFlags.Server.Fifo ? Form.FIFO : Form.PIPE;
        return Optional.of(new Jobserver(form, flags, server));
    }

    private static void check(MakeFlags.Server server) {
        if (server instanceof MakeFlags.Server.Pipe pipe) {
            String read = target(pipe.read());
            if (!read.startsWith("pipe:") || !read.equals(target(pipe.write()))) {
                throw new IllegalArgumentException(
                        "MAKEFLAGS:1:1: descriptors " + pipe.read() + " and " + pipe.write()
                                + " are no pipe of make here; put + before the command in the makefile, so that make passes them on");
            }
        } else if (server instanceof MakeFlags.Server.Fifo fifo && !isFifo(Path.of(fifo.path()))) {
            throw new IllegalArgumentException("MAKEFLAGS:1:1: there is no FIFO '" + fifo.path()
                    + "'; the make that made it has ended, or this is another machine");
        }
    }

    private static boolean isFifo(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    private static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Jobs at once of all that share the slots, where a make that lends them told it. */
    public OptionalInt limit() {
        return outer == null ? OptionalInt.empty() : flags.limit();
    }

    /** Whether slots are borrowed, not lent. */
    boolean isBorrowed() {
        return outer != null;
    }

    /**
     * An open jobserver.
     *
     * @param pipe where slots are taken and given back
     * @param outfit makes a command one that can take part
     */
    record Opened(TokenPipe pipe, UnaryOperator<Command> outfit) {}

    /**
     * Opens it; blocks for as long as a program takes to start.
     *
     * @param slots the slots of the machine, all of which others have to begin with
     * @param arrived is told how many slots came
     */
    Opened open(int slots, IntConsumer arrived) throws IOException {
        return outer == null ? serve(slots, slots, arrived) : join(outer, slots, arrived);
    }

    /**
     * Opens one of the same form for a single command; blocks as well.
     *
     * @param slots slots that it has to begin with, besides the one that every command has
     * @param most what it may come to have, that one included
     * @param arrived is told how many slots came
     */
    Opened openFor(int slots, int most, IntConsumer arrived) throws IOException {
        return serve(slots, most, arrived);
    }

    /**
     * What takes part in nothing, for when it could not be opened: a command does not inherit the word of a jobserver that is
     * not for it. Null where there is no such word.
     */
    @Nullable
    UnaryOperator<Command> alone() {
        return flags.server() == null ? null : JobserverOutfit.fifo(flags.alone())::of;
    }

    private Opened serve(int slots, int most, IntConsumer arrived) throws IOException {
        Path directory = Files.createTempDirectory("heddle-jobserver-");
        Path fifo = directory.resolve("slots");
        Closeable gone = () -> {
            Files.deleteIfExists(fifo);
            Files.deleteIfExists(directory);
        };
        try {
            make(fifo);
            TokenPipe pipe = new TokenPipe(ends(fifo, fifo), arrived, gone);
            pipe.start();
            pipe.recount(slots, held -> {});
            return new Opened(pipe, outfit(fifo.toString(), fifo.toString(), most));
        } catch (IOException e) {
            gone.close();
            throw e;
        }
    }

    private static TokenPipe.Ends ends(Path read, Path write) throws IOException {
        // Both ways, so that no opening waits for the other side. What is opened here is closed with the pipe.
        FileChannel in = FileChannel.open(read, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileChannel out = FileChannel.open(write, StandardOpenOption.WRITE);
            try {
                return new TokenPipe.Ends(in, out, new FileInputStream(read.toFile()));
            } catch (IOException e) {
                out.close();
                throw e;
            }
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static void make(Path fifo) throws IOException {
        JobOutput nowhere = OutputPort.discard().open(new JobInfo(1, "jobserver", null, "mkfifo", "local", 1));
        try (ProcessRunner runner = ProcessRunner.builder().buildPlain()) {
            Command mkfifo = Command.of("mkfifo", "-m", "600", fifo.toString());
            ProcessEnd end = runner.start(mkfifo, nowhere).ended().get(MKFIFO_SECONDS, TimeUnit.SECONDS);
            if (end.exitCode() != 0 || end.problem() != null) {
                throw new IOException("mkfifo could not make " + fifo + " (exit code " + end.exitCode() + ")");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("mkfifo did not make " + fifo, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a FIFO was made", e);
        }
    }

    private Opened join(MakeFlags.Server server, int slots, IntConsumer arrived) throws IOException {
        Path read;
        Path write;
        if (server instanceof MakeFlags.Server.Pipe pipe) {
            Path own = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd");
            read = own.resolve(Integer.toString(pipe.read()));
            write = own.resolve(Integer.toString(pipe.write()));
        } else {
            read = Path.of(((MakeFlags.Server.Fifo) server).path());
            write = read;
        }
        TokenPipe pipe = new TokenPipe(ends(read, write), arrived, () -> {});
        pipe.start();
        return new Opened(pipe, outfit(read.toString(), write.toString(), limit().orElse(slots)));
    }

    private UnaryOperator<Command> outfit(String read, String write, int slots) {
        JobserverOutfit outfit = form == Form.FIFO
                ? JobserverOutfit.fifo(flags.serving("fifo:" + read, slots))
                : JobserverOutfit.descriptors(read, write, auth -> flags.serving(auth, slots));
        return outfit::of;
    }
}
