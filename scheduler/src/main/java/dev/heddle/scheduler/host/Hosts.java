package dev.heddle.scheduler.host;

import dev.heddle.core.process.ProcessRunner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The hosts of a scheduler, in order: of hosts equally free, the first is taken. Immutable. */
public final class Hosts {

    private final List<HostBackend> backends;

    private Hosts(List<HostBackend> backends) {
        Set<String> names = new HashSet<>();
        for (HostBackend backend : backends) {
            if (!names.add(backend.spec().name())) {
                throw new IllegalArgumentException(
                        "two hosts are named '" + backend.spec().name() + "'");
            }
        }
        this.backends = List.copyOf(backends);
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
     * Threads of this JVM, for actions only.
     *
     * @param threads actions at once
     */
    public static Hosts inProcess(int threads) {
        return of(new InProcessHost(HostSpec.of("in-process", threads)));
    }

    /** Given hosts; whoever uses them closes them. */
    public static Hosts of(HostBackend... backends) {
        return new Hosts(List.of(backends));
    }

    /** Given hosts; whoever uses them closes them. */
    public static Hosts of(Iterable<? extends HostBackend> backends) {
        List<HostBackend> list = new ArrayList<>();
        backends.forEach(list::add);
        return new Hosts(list);
    }

    /** These hosts and then the others. */
    public Hosts and(Hosts others) {
        List<HostBackend> list = new ArrayList<>(backends);
        list.addAll(others.backends);
        return new Hosts(list);
    }

    /** The hosts. */
    public List<HostBackend> backends() {
        return backends;
    }
}
