package dev.heddle.scheduler.host;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a host has to tell and to show before it gets work: its processors and architecture, a start-up program that ends
 * well, and facts in which it must not differ from the other hosts. Immutable; each call gives a changed copy.
 *
 * <p>Facts are compared with those that {@link #reference} declares. Of what is not declared, the hosts of one architecture
 * must agree with most of them. The module's {@code docs/hosts.md} names the facts.
 */
public final class HostCheck {

    /** Most tools and library directories. */
    public static final int MAX_ITEMS = 100;

    private static final HostCheck STANDARD = new HostCheck(ownArch(), null, Map.of(), List.of(), Map.of());

    private final String arch;
    private final @Nullable String startup;
    private final Map<String, String> tools;
    private final List<String> libraries;
    private final Map<String, String> reference;

    private HostCheck(
            String arch,
            @Nullable String startup,
            Map<String, String> tools,
            List<String> libraries,
            Map<String, String> reference) {
        this.arch = arch;
        this.startup = startup;
        this.tools = Map.copyOf(tools);
        this.libraries = List.copyOf(libraries);
        this.reference = Map.copyOf(reference);
        for (String directory : libraries) {
            if (!directory.matches("/[A-Za-z0-9._/+-]*")) {
                throw new IllegalArgumentException("'" + directory + "' is not an absolute path of plain characters");
            }
        }
        if (tools.size() + libraries.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a check has at most " + MAX_ITEMS + " tools and library directories");
        }
    }

    /** Processors, architecture, operating system and limits, and no start-up program. */
    public static HostCheck standard() {
        return STANDARD;
    }

    private static String ownArch() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    }

    /** The same, with the architecture that a host must have that declares none; that of this machine unless set. */
    public HostCheck arch(String name) {
        return new HostCheck(name, startup, tools, libraries, reference);
    }

    /**
     * The same, with a program that each host runs before it gets work.
     *
     * @param path absolute path on the host, or null for none
     */
    public HostCheck startup(@Nullable String path) {
        return new HostCheck(arch, path, tools, libraries, reference);
    }

    /**
     * The same, with a tool that must be alike: the fact {@code tool.NAME} is the first line that a command prints.
     *
     * @param name letters, digits and {@code . _ + -}
     * @param command a line for {@code sh}, such as {@code cc --version}
     */
    public HostCheck tool(String name, String command) {
        if (!name.matches("[A-Za-z0-9._+-]{1,64}")) {
            throw new IllegalArgumentException("'" + name + "' cannot be the name of a tool");
        }
        if (command.isBlank()) {
            throw new IllegalArgumentException("the command that tells of tool '" + name + "' is missing");
        }
        Map<String, String> more = new TreeMap<>(tools);
        more.put(name, command);
        return new HostCheck(arch, startup, more, libraries, reference);
    }

    /**
     * The same, with directories of shared libraries, which must be alike: the fact {@code lib.STEM} is the highest version of
     * {@code STEM.so}, as in dpb.
     */
    public HostCheck libraries(String... directories) {
        return new HostCheck(arch, startup, tools, List.of(directories), reference);
    }

    /** The same, with facts that every host must have just so. */
    public HostCheck reference(Map<String, String> facts) {
        return new HostCheck(arch, startup, tools, libraries, facts);
    }

    /** Architecture of a host that declares none. */
    public String arch() {
        return arch;
    }

    /** Absolute path of the start-up program. */
    public Optional<String> startup() {
        return Optional.ofNullable(startup);
    }

    /** Command of each tool, by the tool's name. */
    public Map<String, String> tools() {
        return tools;
    }

    /** Directories of shared libraries. */
    public Collection<String> libraries() {
        return libraries;
    }

    /** Facts that every host must have. */
    public Map<String, String> reference() {
        return reference;
    }
}
