package dev.heddle.core.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command lines of the system's {@code ssh} (OpenSSH 7.6 or newer) for one destination: the only place that quotes for
 * ssh. Immutable.
 *
 * <p>Since it is the system's, {@code ssh_config(5)}, agents, jump hosts, hardware keys and known hosts work as they do by
 * hand. It never asks: what would need an answer fails. The first program opens a private master connection with its socket in
 * the directory given, further ones go through that socket and nowhere else.
 *
 * <p><b>What can become an option.</b> Nothing: a destination consists of the characters of names and addresses, does not
 * begin with a dash and stands behind {@code --}. Characters that shells act on are refused too, since {@code ssh_config(5)}
 * may hand names to a shell ({@code ProxyCommand}, {@code Match exec}).
 *
 * <p><b>Dead links.</b> ssh asks its peer every {@value #ALIVE_SECONDS} seconds whether it is there, and gives up after
 * {@value #ALIVE_COUNT} questions without an answer.
 */
public final class SshCommand implements ShellTransport {

    /** Sessions over one connection that sshd allows unless told otherwise ({@code MaxSessions}, sshd_config(5)). */
    public static final int SESSIONS = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ALIVE_SECONDS = 5;
    private static final int ALIVE_COUNT = 3;
    private static final String SOCKET = "m";

    /** Names, aliases, and addresses: {@code 192.0.2.1}, {@code 2001:db8::1}, {@code fe80::1%eth0}. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:][A-Za-z0-9_.:%-]{0,254}");

    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.+@-]{0,127}");

    /**
     * Starts ssh with what takes back lines of ssh_config(5) that would part it from its standard input or from its program.
     * ssh knows them since 8.7 and refuses what it does not know; to let it ignore the unknown would replace the user's own
     * {@code IgnoreUnknown}.
     */
    private static final String START = "case $(ssh -V 2>&1 </dev/null) in "
            + "OpenSSH_8.[7-9]*|OpenSSH_9.*|OpenSSH_[1-9][0-9]*) "
            + "set -- -oForkAfterAuthentication=no -oSessionType=default -oStdinNull=no \"$@\";; esac; exec ssh \"$@\"";

    /** How ssh tells that the connection came to nothing which it was kept from making. */
    private static final Pattern OWN_CONNECTION =
            Pattern.compile("(; )?(kex_exchange_identification|ssh_exchange_identification|banner exchange): [^;]*");

    private final @Nullable String user;
    private final String host;
    private final @Nullable Path config;
    private final Duration patience;

    private SshCommand(@Nullable String user, String host, @Nullable Path config, Duration patience) {
        this.user = user;
        this.host = host;
        this.config = config;
        this.patience = patience;
    }

    /**
     * A destination.
     *
     * @param destination {@code host} or {@code user@host}, where the host is a name, an address, or an alias of ssh_config(5)
     * @throws IllegalArgumentException if it is neither, with the character that is not allowed
     */
    public static SshCommand to(String destination) {
        int at = destination.lastIndexOf('@');
        String user = at < 0 ? null : destination.substring(0, at);
        String host = destination.substring(at + 1);
        if (user != null) {
            check("user name", user, USER, destination);
        }
        check("host name", host, HOST, destination);
        return new SshCommand(user, host, null, PATIENCE);
    }

    private static void check(String what, String name, Pattern allowed, String destination) {
        if (allowed.matcher(name).matches()) {
            return;
        }
        throw new IllegalArgumentException("'" + printable(destination) + "' is no destination for ssh: "
                + why(what, name) + "; give the machine an alias in ssh_config and name that");
    }

    private static String why(String what, String name) {
        if (name.isEmpty()) {
            return "the " + what + " is missing";
        }
        if (name.startsWith("-")) {
            return "a " + what + " cannot begin with '-'";
        }
        Optional<String> odd = name.codePoints()
                .filter(c -> c > 126 || !(Character.isLetterOrDigit(c) || "_.:%+@-".indexOf(c) >= 0))
                .mapToObj(Character::toString)
                .findFirst();
        return odd.map(c -> "a " + what + " cannot have '" + printable(c) + "' in it")
                .orElse("this is no " + what + " (at most 255 letters, digits, and '_.:%-')");
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(80).forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** The same with a file to use in place of the user's and the system's ssh_config(5). */
    public SshCommand config(Path file) {
        return new SshCommand(user, host, file.toAbsolutePath(), patience);
    }

    /**
     * The same with another time to wait for a connection; 60 seconds unless told.
     *
     * @param time at least a second
     */
    public SshCommand patience(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a time to wait for ssh is a second to a day: " + time);
        }
        return new SshCommand(user, host, config, time);
    }

    @Override
    public String name() {
        return user == null ? host : user + "@" + host;
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public int mostPrograms() {
        return SESSIONS;
    }

    @Override
    public List<String> first(Path directory, List<String> program) {
        List<String> argv = ssh(directory);
        argv.add("-oControlMaster=yes");
        argv.add("-oConnectTimeout=" + patience.toSeconds());
        argv.add("-oServerAliveInterval=" + ALIVE_SECONDS);
        argv.add("-oServerAliveCountMax=" + ALIVE_COUNT);
        return to(argv, program);
    }

    @Override
    public List<String> further(Path directory, List<String> program) {
        List<String> argv = ssh(directory);
        argv.add("-oControlMaster=no");
        // Without the socket ssh would connect by itself; this is how it then fails.
        argv.add("-oProxyCommand=false");
        return to(argv, program);
    }

    @Override
    public String explain(String said) {
        // What ssh says of the connection that it was kept from making itself, see further().
        String own = OWN_CONNECTION.matcher(said).replaceAll("");
        if (own.contains("Session open refused by peer")) {
            return own + " (its sshd_config may have MaxSessions 1; two are needed at least)";
        }
        return own.isEmpty() && !said.isEmpty() ? "the connection it was to go through is gone" : own;
    }

    private List<String> ssh(Path directory) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", START, "ssh", "-T", "-x"));
        if (config != null) {
            argv.add("-F");
            argv.add(config.toString());
        }
        argv.addAll(List.of(
                "-oBatchMode=yes",
                "-oLogLevel=ERROR",
                "-oClearAllForwardings=yes",
                "-oPermitLocalCommand=no",
                "-oRemoteCommand=none",
                "-oControlPersist=no",
                // ssh expands tokens that begin with a percent sign.
                "-oControlPath=" + directory.resolve(SOCKET).toString().replace("%", "%%")));
        return argv;
    }

    private List<String> to(List<String> argv, List<String> program) {
        if (user != null) {
            argv.add("-l");
            argv.add(user);
        }
        argv.add("--");
        argv.add(host);
        argv.add("exec " + quote(program));
        return List.copyOf(argv);
    }

    /** Words as the login shell of the other machine takes them for what they are, be it a POSIX shell, csh or fish. */
    private static String quote(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append('\'').append(word.replace("'", "'\\''")).append('\'');
        }
        return line.toString();
    }

    @Override
    public String toString() {
        return name();
    }
}
