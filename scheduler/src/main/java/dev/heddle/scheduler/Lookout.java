package dev.heddle.scheduler;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Looks at what no message tells: the load of the hosts' machines, and the stop file.
 *
 * <p>Owned by the loop's thread; the looking itself, which may block, is done by a hand.
 */
final class Lookout {

    private final Settings settings;
    private final List<HostState> hosts;
    private final Inbox inbox;
    private final BiConsumer<Lookout, Boolean> seen;

    /**
     * @param seen told after each look, on the loop's thread, whether the stop file is there
     */
    Lookout(Settings settings, List<HostState> hosts, Inbox inbox, BiConsumer<Lookout, Boolean> seen) {
        this.settings = settings;
        this.hosts = hosts;
        this.inbox = inbox;
        this.seen = seen;
    }

    /** Looks once, soon. */
    void look() {
        settings.hands().execute(() -> {
            boolean stop = settings.stopFile() != null && Files.exists(settings.stopFile());
            List<Double> loads = new ArrayList<>();
            if (settings.loadLimit() > 0) {
                hosts.forEach(host -> loads.add(PortCalls.load(host.backend)));
            }
            inbox.post(() -> tell(stop, loads));
        });
    }

    private void tell(boolean stop, List<Double> loads) {
        for (int i = 0; i < loads.size(); i++) {
            hosts.get(i).overloaded = loads.get(i) >= settings.loadLimit();
        }
        seen.accept(this, stop);
    }
}
