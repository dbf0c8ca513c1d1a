package dev.heddle.scheduler.host;

import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a scheduler, in order: of hosts equally free, the first is taken. Immutable.
 *
 * <p>Hosts of a {@linkplain #file(Path) hosts file}, and {@linkplain #checked checked} ones, are given work only when they have
 * shown that they are fit for it; others are taken as they are.
 */
public final class Hosts {

    private final List<HostBackend> backends;
    private final Map<String, HostEntry> entries;
    private final @Nullable Path file;
    private final @Nullable HostCheck check;
    private final Function<? super HostEntry, ? extends HostBackend> kinds;

    private Hosts(
            List<HostBackend> backends,
            Map<String, HostEntry> entries,
            @Nullable Path file,
            @Nullable HostCheck check,
            Function<? super HostEntry, ? extends HostBackend> kinds) {
        Set<String> names = new HashSet<>();
        for (HostBackend backend : backends) {
            if (!names.add(backend.spec().name())) {
                throw new IllegalArgumentException(
                        "two hosts are named '" + backend.spec().name() + "'");
            }
        }
        this.backends = List.copyOf(backends);
        this.entries = Map.copyOf(entries);
        this.file = file;
        this.check = check;
        this.kinds = kinds;
    }

    /**
     * The hosts that a file names. The file is looked at while a build runs: hosts may be added, changed and taken out. Kinds
     * of hosts that do not come with Heddle are brought by {@link HostProvider}s.
     *
     * @throws IOException if the file cannot be read
     * @throws HostFileException if it is no hosts file, names no host, or names a kind of host that there is not
     */
    public static Hosts file(Path file) throws IOException {
        return file(file, () -> ProcessRunner.builder().build());
    }

    /**
     * The hosts that a file names, as {@link #file(Path)}.
     *
     * @param processes makes the runner of the commands that run on this machine; the host closes it
     */
    public static Hosts file(Path file, Supplier<ProcessRunner> processes) throws IOException {
        return file(file, new HostKinds(processes));
    }

    /**
     * The hosts that a file names, as {@link #file(Path)}, but reached in ways of the caller's own.
     *
     * @param kinds makes the backend of an entry, whose {@linkplain HostBackend#spec spec} is then that of the
     *     {@linkplain HostEntry#spec entry}, without connecting yet; throws {@code IllegalArgumentException} if it is of a kind
     *     that it does not know. Called from any thread.
     */
    public static Hosts file(Path file, Function<? super HostEntry, ? extends HostBackend> kinds) throws IOException {
        HostFile read = HostFile.read(file);
        if (read.hosts().isEmpty()) {
            throw new HostFileException(
                    file + ":1:1", "the file names no host", "write one a line, as in 'beta jobs=4'");
        }
        List<HostBackend> backends = new ArrayList<>();
        Map<String, HostEntry> entries = new HashMap<>();
        try {
            for (int i = 0; i < read.hosts().size(); i++) {
                HostEntry entry = read.hosts().get(i);
                entries.put(entry.name(), entry);
                backends.add(open(file + ":" + entry.line() + ":" + read.column(i), entry, kinds));
            }
        } catch (HostFileException e) {
            backends.forEach(HostBackend::close);
            throw e;
        }
        HostCheck check = HostCheck.standard();
        check = read.startup().map(check::startup).orElse(check);
        return new Hosts(backends, entries, file, check, kinds);
    }

    private static HostBackend open(
            String place, HostEntry entry, Function<? super HostEntry, ? extends HostBackend> kinds) {
        try {
            return kinds.apply(entry);
        } catch (IllegalArgumentException e) {
            throw new HostFileException(place, String.valueOf(e.getMessage()), null);
        }
    }

    /**
     * This machine, running commands as processes, each in a process group of its own.
     *
     * @param slots jobs at once
     */
    public static Hosts local(int slots) {
        return local(slots, () -> ProcessRunner.builder().build());
    }

    /**
     * This machine, running commands with a given runner.
     *
     * @param slots jobs at once
     * @param processes makes the runner at the first command; the host closes it
     */
    public static Hosts local(int slots, Supplier<ProcessRunner> processes) {
        return of(new LocalHost(HostSpec.of("local", slots), processes));
    }

    /**
     * A machine to which shells lead, such as {@link dev.heddle.core.transport.SshCommand#to SshCommand.to("beta")}. It is not
     * connected before it is given a command. The module's {@code docs/ssh.md} tells what is needed there.
     *
     * @param spec name, slots, and what tasks may demand of it
     */
    public static Hosts over(ShellTransport transport, HostSpec spec) {
        return of(new SshHost(spec, transport));
    }

    /**
     * Threads of this JVM, for actions only.
     *
     * @param threads actions at once
     */
    public static Hosts inProcess(int threads) {
        return of(new InProcessHost(HostSpec.of("in-process", threads)));
    }

    /** Given hosts; whoever uses them closes them. */
    public static Hosts of(HostBackend... backends) {
        return plain(List.of(backends));
    }

    /** Given hosts; whoever uses them closes them. */
    public static Hosts of(Iterable<? extends HostBackend> backends) {
        List<HostBackend> list = new ArrayList<>();
        backends.forEach(list::add);
        return plain(list);
    }

    private static Hosts plain(List<HostBackend> backends) {
        return new Hosts(
                backends,
                Map.of(),
                null,
                null,
                new HostKinds(() -> ProcessRunner.builder().build()));
    }

    /**
     * The same hosts, each to be checked before it gets work, and again when it lost jobs. A start-up program that a hosts file
     * names is kept unless the check has one of its own.
     */
    public Hosts checked(HostCheck by) {
        String startup = check == null ? null : check.startup().orElse(null);
        HostCheck all = startup == null || by.startup().isPresent() ? by : by.startup(startup);
        return new Hosts(backends, entries, file, all, kinds);
    }

    /** These hosts and then the others. */
    public Hosts and(Hosts others) {
        List<HostBackend> list = new ArrayList<>(backends);
        list.addAll(others.backends);
        if (file != null && others.file != null) {
            throw new IllegalArgumentException(
                    "a scheduler has one hosts file, not both " + file + " and " + others.file);
        }
        Hosts named = others.file != null || (file == null && others.check != null) ? others : this;
        return new Hosts(list, named.entries, named.file, named.check, named.kinds);
    }

    /** The hosts. */
    public List<HostBackend> backends() {
        return backends;
    }

    /** The file that names them. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** What they have to show before they get work. */
    public Optional<HostCheck> check() {
        return Optional.ofNullable(check);
    }

    /** What the file says of a host, by the host's name. */
    public Map<String, HostEntry> entries() {
        return entries;
    }

    /**
     * Makes the backend of a further host.
     *
     * @throws IllegalArgumentException if it is of a kind that there is not
     */
    public HostBackend open(HostEntry entry) {
        return kinds.apply(entry);
    }
}
