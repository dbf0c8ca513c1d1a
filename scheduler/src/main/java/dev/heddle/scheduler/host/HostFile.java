package dev.heddle.scheduler.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a build, written down: dpb's format, a host a line. Immutable.
 *
 * <pre>
 * # comment, also behind a line
 * STARTUP=/usr/local/libexec/mount-all
 * localhost
 * pbuild@beta jobs=4 arch=i386 memory=512M sf=10 timeout=30 amount.gpu=2 property.disk=fast
 * </pre>
 *
 * <p>{@code STARTUP} names a program that every host runs before it gets work. The keys of a host are {@code jobs},
 * {@code arch}, {@code memory} (or {@code mem}; kilobytes, or with one of the suffixes K, M and G of powers of 1,024),
 * {@code sf}, {@code timeout} (seconds), {@code fetches}, {@code amount.NAME} and {@code property.NAME}. Any other key is an error, as is a key given twice.
 * The module's {@code docs/hosts.md} tells what they mean.
 *
 * <p><b>Bounds.</b> A file has at most {@value #MAX_BYTES} bytes and {@value #MAX_HOSTS} hosts, a line at most
 * {@value #MAX_LINE} bytes, a host at most {@value #MAX_PROPERTIES} properties and as many amounts.
 *
 * <p><b>Failure.</b> What is not in this format is a {@link HostFileException}, at the first such place.
 */
public final class HostFile {

    /** Most bytes of a file. */
    public static final int MAX_BYTES = 1 << 20;

    /** Most bytes of a line. */
    public static final int MAX_LINE = 4_096;

    /** Most hosts of a file. */
    public static final int MAX_HOSTS = 10_000;

    /** Most properties of a host. */
    public static final int MAX_PROPERTIES = 64;

    private final List<HostEntry> hosts;
    private final List<Integer> columns;
    private final @Nullable String startup;

    /**
     * @param columns where the name of each host begins in its line, from 1
     */
    HostFile(List<HostEntry> hosts, List<Integer> columns, @Nullable String startup) {
        this.hosts = List.copyOf(hosts);
        this.columns = List.copyOf(columns);
        this.startup = startup;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws HostFileException if it is no hosts file
     */
    public static HostFile read(Path file) throws IOException {
        return parse(file.toString(), bytes(file));
    }

    /** What is in the file; of one that is too large, one byte more than allowed. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }

    /**
     * Reads text.
     *
     * @param name what errors call it
     * @throws HostFileException if it is no hosts file
     */
    public static HostFile parse(String name, byte[] text) {
        return new HostFileReader(name, text).read();
    }

    static HostEntry parseLine(String line) {
        HostFile one = parse("host", line.getBytes(StandardCharsets.UTF_8));
        if (one.hosts.size() != 1 || one.startup != null) {
            throw new HostFileException("host:1:1", "expected one host, as in 'beta jobs=4'", null);
        }
        return one.hosts.get(0);
    }

    /** The hosts, in the order of the file. */
    public List<HostEntry> hosts() {
        return hosts;
    }

    /**
     * The column, from 1, at which the name of a host begins in its line.
     *
     * @param index of the host in {@link #hosts}
     */
    public int column(int index) {
        return columns.get(index);
    }

    /** Absolute path, on each host, of the program that it runs before it gets work. */
    public Optional<String> startup() {
        return Optional.ofNullable(startup);
    }
}
