package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.scheduler.host.HostFile;
import dev.heddle.scheduler.host.HostFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what no message tells: the load of the hosts' machines, the stop files, and the hosts file.
 *
 * <p>Owned by the loop's thread; the looking itself, which may block, is done by a hand.
 */
final class Lookout {

    /** The hosts file is read at each so many looks. */
    private static final int FILE_EVERY = 5;
    /** Stop files of hosts that are looked for at each look; of more hosts, those that are due. */
    private static final int STOPS_AT_ONCE = 100;

    /**
     * What was seen.
     *
     * @param stop whether the stop file is there
     * @param hosts the hosts that were looked at
     * @param loads the load of each, or nothing
     * @param stopped the stop files of hosts that are known to be there, by host
     * @param file the hosts file, or null if it was not looked at or could not be read
     * @param problem why it could not be read, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Seen(
            boolean stop,
            List<HostState> hosts,
            List<Double> loads,
            Set<String> stopped,
            byte @Nullable [] file,
            @Nullable String problem) {}

    private final Settings settings;
    private final Dispatcher dispatcher;
    private final Inbox inbox;
    private final BiConsumer<Lookout, Seen> seen;

    private int looks;
    private int firstStop;
    private Set<String> stopped = Set.of();
    /** The hosts file as it was seen last, and as it was followed last. */
    private byte @Nullable [] file;

    private byte @Nullable [] followed;
    private @Nullable String toldProblem;

    /**
     * @param seen told after each look, on the loop's thread
     */
    Lookout(Settings settings, Dispatcher dispatcher, Inbox inbox, BiConsumer<Lookout, Seen> seen) {
        this.settings = settings;
        this.dispatcher = dispatcher;
        this.inbox = inbox;
        this.seen = seen;
    }

    static boolean isNeeded(Settings settings) {
        return settings.loadLimit() > 0
                || settings.stopFile() != null
                || settings.roster().file() != null;
    }

    /** Looks once, soon. */
    void look() {
        List<HostState> hosts = List.copyOf(dispatcher.hosts());
        List<String> names = stopsToLookFor(hosts);
        Set<String> before = stopped;
        boolean readsFile = looks++ % FILE_EVERY == 0;
        settings.hands().execute(() -> {
            Seen result =
                    see(hosts, names, before, readsFile ? settings.roster().file() : null);
            inbox.post(() -> tell(result));
        });
    }

    private List<String> stopsToLookFor(List<HostState> hosts) {
        List<String> names = new ArrayList<>();
        if (settings.stopFile() != null && !hosts.isEmpty()) {
            int count = Math.min(STOPS_AT_ONCE, hosts.size());
            for (int i = 0; i < count; i++) {
                names.add(hosts.get((firstStop + i) % hosts.size()).name());
            }
            firstStop = (firstStop + count) % hosts.size();
        }
        return names;
    }

    /** The file that stops one host. */
    static Path ofHost(Path stopFile, String host) {
        return stopFile.resolveSibling(stopFile.getFileName() + "-" + HostLogs.fileName(host));
    }

    private Seen see(List<HostState> hosts, List<String> names, Set<String> before, @Nullable Path hostsFile) {
        Path stopFile = settings.stopFile();
        boolean stop = false;
        Set<String> there = new HashSet<>(before);
        if (stopFile != null) {
            stop = settings.files().exists(stopFile);
            for (String name : names) {
                boolean drains = settings.files().exists(ofHost(stopFile, name));
                if (drains) {
                    there.add(name);
                } else {
                    there.remove(name);
                }
            }
        }
        List<Double> loads = new ArrayList<>();
        if (settings.loadLimit() > 0) {
            hosts.forEach(host -> loads.add(PortCalls.load(host.backend)));
        }
        byte[] text = null;
        String problem = null;
        if (hostsFile != null) {
            try (InputStream in = Files.newInputStream(hostsFile)) {
                text = in.readNBytes(HostFile.MAX_BYTES + 1);
            } catch (IOException e) {
                problem = hostsFile + ": cannot be read: " + FailureText.of(e);
            }
        }
        return new Seen(stop, hosts, loads, there, text, problem);
    }

    private void tell(Seen result) {
        for (int i = 0; i < result.loads.size(); i++) {
            result.hosts.get(i).overloaded = result.loads.get(i) >= settings.loadLimit();
        }
        seen.accept(this, result);
    }

    /** Lets the hosts follow what was seen. */
    void follow(Seen result, Fleet fleet, Events events) {
        stopped = result.stopped;
        fleet.stopFiles(stopped);
        byte[] text = result.file;
        if (result.problem != null) {
            if (!result.problem.equals(toldProblem)) {
                toldProblem = result.problem;
                events.warning(result.problem + "; the hosts stay as they are");
            }
        } else if (text != null) {
            toldProblem = null;
            // A file that is being written is whole when it is found the same twice.
            boolean settled = Arrays.equals(text, file);
            file = text;
            if (settled && !Arrays.equals(text, followed)) {
                String wrong = follow(text, fleet);
                if (wrong != null) {
                    events.warning(wrong + "; the hosts stay as they are");
                }
            }
        }
    }

    /** Gives what is wrong with it, or null. */
    private @Nullable String follow(byte[] text, Fleet fleet) {
        boolean first = followed == null;
        followed = text;
        String name = String.valueOf(settings.roster().file());
        try {
            HostFile parsed = HostFile.parse(name, text);
            if (parsed.hosts().isEmpty()) {
                return name + ":1:1: the file names no host";
            }
            fleet.follow(parsed, name);
            if (!first) {
                fleet.health().askAgain();
            }
            return null;
        } catch (HostFileException e) {
            return e.getMessage();
        }
    }
}
