package dev.heddle.scheduler.host;

import dev.heddle.core.Suggestions;
import dev.heddle.core.process.ProcessRunner;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the backend of a host that a hosts file names, by its kind: one that comes with Heddle, or else one that a
 * {@link HostProvider} brings. Nothing is connected yet when it is made.
 */
final class HostKinds implements Function<HostEntry, HostBackend> {

    private final Map<String, Function<HostEntry, HostBackend>> own;
    private final @Nullable ClassLoader loader;
    private @Nullable Map<String, List<HostProvider>> brought;

    /**
     * @param processes makes the runner of this machine's commands
     */
    HostKinds(Supplier<ProcessRunner> processes) {
        this.own = Map.of(
                HostEntry.LOCAL,
                entry -> new LocalHost(entry.spec(), processes),
                HostEntry.SSH,
                SshHost::of,
                HostEntry.SLURM,
                entry -> slurm(entry, processes));
        this.loader = Thread.currentThread().getContextClassLoader();
    }

    private static HostBackend slurm(HostEntry entry, Supplier<ProcessRunner> processes) {
        return SlurmOptions.of(entry).batch()
                ? new SlurmHost(entry, processes)
                : new SshHost(entry.spec(), new SlurmAllocation(entry, new SecureRandom()));
    }

    @Override
    public HostBackend apply(HostEntry entry) {
        Function<HostEntry, HostBackend> kind = own.get(entry.kind());
        return kind != null ? kind.apply(entry) : bring(entry);
    }

    private synchronized HostBackend bring(HostEntry entry) {
        if (brought == null) {
            brought = load();
        }
        List<HostProvider> providers = brought.getOrDefault(entry.kind(), List.of());
        if (providers.isEmpty()) {
            throw new IllegalArgumentException(unknown(entry.kind(), brought));
        }
        HostProvider provider = providers.get(0);
        String named = "hosts of kind '" + entry.kind() + "' come from " + nameOf(provider);
        if (providers.size() > 1) {
            throw new IllegalArgumentException(
                    named + " and from " + nameOf(providers.get(1)) + " too; leave one of the two out");
        }
        return opened(provider, entry, named);
    }

    private Map<String, List<HostProvider>> load() {
        Map<String, List<HostProvider>> found = new TreeMap<>();
        try {
            for (HostProvider provider : ServiceLoader.load(HostProvider.class, loader)) {
                found.computeIfAbsent(provider.kind(), kind -> new ArrayList<>())
                        .add(provider);
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException("a provider of kinds of hosts cannot be loaded: " + e.getMessage(), e);
        }
        return found;
    }

    private String unknown(String kind, Map<String, List<HostProvider>> found) {
        TreeSet<String> known = new TreeSet<>(own.keySet());
        known.addAll(found.keySet());
        return "there is no kind of host '" + kind + "'" + Suggestions.among(known, kind) + "; the kinds are "
                + String.join(", ", known)
                + ", and a name alone is a machine that ssh reaches, or 'localhost', this one";
    }

    /** What a provider throws besides, it throws by mistake: that may not end a build that the host might join. */
    private static HostBackend opened(HostProvider provider, HostEntry entry, String named) {
        HostBackend backend;
        try {
            backend = provider.open(entry);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(named + ", which failed: " + e, e);
        }
        if (!entry.spec().equals(backend.spec())) {
            backend.close();
            throw new IllegalArgumentException(
                    named + ", which offers something else than the line says: " + backend.spec());
        }
        return backend;
    }

    private static String nameOf(HostProvider provider) {
        return provider.getClass().getName();
    }
}
