package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The slots of this machine that a {@link Jobserver} shares: takes them from its pipe while tasks wait for them, gives them back
 * when none does, and puts in what was lost with killed programs as soon as nothing runs that could hold any.
 *
 * <p>Owned by the loop's thread. Opening is done by a hand; giving back is a write to a pipe that is nearly empty.
 */
final class SharedSlots {

    private final Surroundings around;
    private final Dispatcher dispatcher;
    private final @Nullable Jobserver jobserver;

    private @Nullable HostState host;
    private @Nullable TokenPipe pipe;
    private boolean opening;
    private boolean recounting;
    /** Whether a job has run since the slots were complete. */
    private boolean lent;

    private boolean over;
    private int asked;

    SharedSlots(Surroundings around, Dispatcher dispatcher) {
        this.around = around;
        this.dispatcher = dispatcher;
        this.jobserver = around.settings().jobserver();
    }

    void begin() {
        Jobserver chosen = jobserver;
        if (chosen == null) {
            return;
        }
        for (HostState each : dispatcher.hosts()) {
            if (each.backend.isThisMachine()) {
                if (each.spec.slots() <= TokenPipe.MOST || chosen.isBorrowed()) {
                    open(chosen, each);
                } else {
                    around.events().warning("jobserver: more than " + TokenPipe.MOST + " slots cannot be shared");
                }
                return;
            }
        }
        around.events().warning("jobserver: no host of this build is this machine; no slots are shared");
    }

    private void open(Jobserver chosen, HostState local) {
        host = local;
        // Not even the slot that is free without asking: what starts before the pipe is open could not be told of it.
        local.inHand = 0;
        if (chosen.isBorrowed()) {
            // Two that wait for a second slot, each with the one it cannot give up, would wait for ever.
            local.mostSlots = 1;
        }
        opening = true;
        int slots = local.spec.slots();
        around.settings().hands().execute(() -> {
            try {
                Jobserver.Opened opened =
                        chosen.open(slots, came -> around.inbox().post(() -> arrived(came)));
                if (!around.inbox().post(() -> opened(local, opened))) {
                    opened.pipe().close();
                }
            } catch (IOException e) {
                around.inbox().post(() -> failed(chosen, local, e));
            }
        });
    }

    private void opened(HostState local, Jobserver.Opened opened) {
        opening = false;
        pipe = opened.pipe();
        local.outfit = opened.outfit();
        local.inHand = borrowed() ? 1 : 0;
        if (over) {
            close();
        }
    }

    private void failed(Jobserver chosen, HostState local, IOException problem) {
        opening = false;
        around.events()
                .warning("jobserver: " + problem.getMessage()
                        + (chosen.isBorrowed() ? "; one job runs at a time" : "; no slots are shared"));
        local.outfit = chosen.alone();
        local.inHand = chosen.isBorrowed() ? 1 : HostState.ALL_SLOTS;
    }

    private void arrived(int came) {
        HostState local = host;
        if (local != null && !recounting) {
            local.inHand += came;
            asked = Math.max(0, asked - came);
        }
    }

    /**
     * Takes or gives what the queue asks for; at the end of a turn.
     *
     * @param wanted whether anything may be started
     * @param growth who makes use of what is idle besides
     */
    void settle(boolean wanted, Growth growth) {
        HostState local = host;
        TokenPipe open = pipe;
        if (local == null || open == null || recounting) {
            return;
        }
        if (local.slotsTaken() > 0) {
            lent = true;
        } else if (lent && !borrowed()) {
            recount(local, open);
            return;
        }
        int idle = local.inHand - local.slotsTaken();
        int need =
                Math.min((wanted ? dispatcher.hunger(local) : 0) + growth.wish(local), Math.max(0, local.freeSlots()));
        int kept = borrowed() && local.slotsTaken() == 0 ? Math.max(need, 1) : need;
        if (idle > kept) {
            give(local, open, idle - kept);
        }
        int more = Math.max(0, need - idle);
        if (more != asked) {
            asked = more;
            open.want(more);
        }
    }

    private boolean borrowed() {
        return jobserver != null && jobserver.isBorrowed();
    }

    private void give(HostState local, TokenPipe open, int slots) {
        local.inHand -= slots;
        try {
            open.give(slots);
        } catch (IOException e) {
            around.events().warning("jobserver: slots could not be given back: " + FailureText.of(e));
        }
    }

    private void recount(HostState local, TokenPipe open) {
        recounting = true;
        lent = false;
        asked = 0;
        local.inHand = 0;
        open.want(0);
        try {
            open.recount(local.spec.slots(), held -> around.inbox().post(() -> recounted(local, held)));
        } catch (IOException e) {
            // Without its pipe nobody takes slots from it either.
            around.events().warning("jobserver: slots could not be counted: " + FailureText.of(e));
            recounted(local, HostState.ALL_SLOTS);
            close();
        }
    }

    private void recounted(HostState local, int held) {
        recounting = false;
        local.inHand = held;
    }

    /** Whether a build in which nothing runs should wait for slots. */
    boolean isAwaited() {
        return opening || recounting || asked > 0;
    }

    /** Gives back what is in hand and ends. */
    void end() {
        over = true;
        close();
    }

    private void close() {
        TokenPipe open = pipe;
        pipe = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                around.events().warning("jobserver: " + e.getMessage());
            }
        }
    }
}
