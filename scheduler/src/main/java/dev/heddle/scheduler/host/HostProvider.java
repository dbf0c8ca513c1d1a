package dev.heddle.scheduler.host;

/**
 * Brings a kind of host to hosts files: a line {@code KIND:[USER@]HOST key=value ...} whose kind is {@link #kind} is a host
 * that it opens.
 *
 * <p>Providers are found by {@link java.util.ServiceLoader}: a module {@code provides} this interface, a jar on the class path
 * names its class in {@code META-INF/services/dev.heddle.scheduler.host.HostProvider}. The class loader is the context class
 * loader of the thread that calls {@link Hosts#file(java.nio.file.Path) Hosts.file}. They are looked for when a hosts file
 * names a kind that does not come with Heddle, so a provider that cannot be loaded does no harm to files that do not need one.
 * A kind that comes with Heddle cannot be replaced; of two providers of one kind none is taken.
 *
 * <p><b>Threads.</b> One call at a time for the hosts of one file.
 */
public interface HostProvider {

    /**
     * What stands before the colon: small letters, digits and {@code -}, at most 32, the first a letter. Always the same
     * answer.
     */
    String kind();

    /**
     * Makes the backend of a host without connecting to it yet; its {@linkplain HostBackend#spec spec} is that of the
     * {@linkplain HostEntry#spec entry}. What the provider wants to be told besides stands in
     * {@linkplain HostEntry#properties properties}.
     *
     * @throws IllegalArgumentException if the entry is none for this kind, with what is wrong and what to do; where the line
     *     stands is put before it
     */
    HostBackend open(HostEntry entry);
}
