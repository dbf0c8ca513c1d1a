package dev.heddle.scheduler;

import dev.heddle.core.Action;
import dev.heddle.core.Command;
import dev.heddle.core.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lends slots that nothing uses to running tasks that can make use of more, the most critical one first, and wants them back, from the
 * least critical one first, as soon as a queued task lacks slots on that host.
 *
 * <p>What was lent counts as taken until it has come back or the step is over, so no host ever has more in use than its slots. Nothing
 * is lent while a job's end or a check may still make tasks ready: a slot that is lent to a command may be away for as long as that
 * compiles a file.
 *
 * <p>Actions are lent slots on any host; commands, which take them from a pipe, on this machine alone.
 *
 * <p>Owned by the loop's thread.
 */
final class Growth {

    /** A step that can make use of more slots. */
    static final class Stretch {
        private final JobRun job;
        private final int most;
        private @Nullable LentSlots slots;
        private int lent;
        private int wanted;
        /** Whether it can take any yet. */
        private boolean ready;

        private Stretch(JobRun job, int most) {
            this.job = job;
            this.most = most;
        }

        private int wish() {
            return ready ? most - lent : 0;
        }

        private HostState host() {
            return job.start.host();
        }

        private void want(int back) {
            if (back != wanted && slots != null) {
                wanted = back;
                slots.want(back);
            }
        }
    }

    private final Settings settings;
    private final Inbox inbox;
    private final Dispatcher dispatcher;
    private final Events events;
    private final Comparator<Stretch> mostCritical;
    private final List<Stretch> stretches = new ArrayList<>();

    Growth(Settings settings, Inbox inbox, Desk desk, Events events) {
        this.settings = settings;
        this.inbox = inbox;
        this.dispatcher = desk.dispatcher();
        this.events = events;
        this.mostCritical = Comparator.<Stretch>comparingDouble(each -> -desk.states().path[each.job.start.task()])
                .thenComparing(each -> each.job.info.job());
    }

    /** A step of a job is about to begin. */
    void begin(JobRun job) {
        HostState host = job.start.host();
        int own = job.lease().slots();
        int most = Math.min(Math.min(job.task.resources().mostSlots(), host.mostSlots), host.spec.slots());
        Work work = job.currentStep().work();
        if (own == 0 || most <= own) {
            return;
        }
        Stretch stretch = new Stretch(job, most - own);
        IntConsumer returned = back -> inbox.post(() -> returned(stretch, back));
        if (work instanceof Action) {
            job.slots = new JobSlots(own, most, returned);
            stretch.slots = job.slots;
            stretch.ready = true;
        } else if (host.backend.isThisMachine()
                && work instanceof Command command
                && JobserverOutfit.takesPart(command.envDefaults(job.task.environment()))) {
            Jobserver form = settings.jobserver();
            job.commandSlots = new CommandSlots(form == null ? Jobserver.pipe() : form, own, most, returned);
            stretch.slots = job.commandSlots;
        } else {
            return;
        }
        job.stretch = stretch;
        stretches.add(stretch);
    }

    /** Makes what a command needs to take slots; on a thread that may wait. */
    void open(JobRun job) {
        CommandSlots slots = job.commandSlots;
        if (slots == null) {
            return;
        }
        try {
            slots.open();
            inbox.post(() -> opened(slots));
        } catch (IOException e) {
            inbox.post(
                    () -> events.warning("no slots can be lent to task '" + job.task.name() + "': " + e.getMessage()));
        }
    }

    private void opened(CommandSlots slots) {
        for (Stretch stretch : stretches) {
            stretch.ready |= stretch.slots == slots;
        }
    }

    /** The step of a job is over. */
    void end(JobRun job) {
        JobSlots own = job.slots;
        if (own != null) {
            job.slots = null;
            own.close();
        }
        Stretch stretch = job.stretch;
        if (stretch == null) {
            return;
        }
        job.stretch = null;
        job.commandSlots = null;
        stretches.remove(stretch);
        stretch.host().lend(-stretch.lent);
        stretch.lent = 0;
        close(stretch);
    }

    private void close(Stretch stretch) {
        LentSlots slots = stretch.slots;
        stretch.slots = null;
        stretch.ready = false;
        if (slots instanceof CommandSlots) {
            settings.hands().execute(slots::close);
        }
    }

    private void returned(Stretch stretch, int back) {
        // A program may write more bytes than it read: what was never lent does not come back.
        int slots = Math.min(back, stretch.lent);
        stretch.lent -= slots;
        stretch.wanted = Math.max(0, stretch.wanted - slots);
        stretch.host().lend(-slots);
    }

    /**
     * Lends and wants back; at the end of a turn, when all has been started that finds room.
     *
     * @param mayStart whether anything may be started
     * @param calm whether no task may become ready for what is under way but running jobs
     */
    void settle(boolean mayStart, boolean calm) {
        if (stretches.isEmpty()) {
            return;
        }
        stretches.sort(mostCritical);
        LinkedHashSet<HostState> hosts = new LinkedHashSet<>();
        stretches.forEach(stretch -> hosts.add(stretch.host()));
        for (HostState host : hosts) {
            int lacking = mayStart ? dispatcher.shortage(host) : 0;
            wantBack(host, lacking);
            if (lacking == 0 && calm) {
                lend(host);
            }
        }
    }

    private void wantBack(HostState host, int slots) {
        int left = slots;
        for (int i = stretches.size() - 1; i >= 0; i--) {
            Stretch stretch = stretches.get(i);
            if (stretch.host() == host) {
                int back = Math.min(left, stretch.lent);
                stretch.want(back);
                left -= back;
            }
        }
    }

    private void lend(HostState host) {
        int idle = host.idleSlots();
        for (Stretch stretch : stretches) {
            LentSlots slots = stretch.slots;
            int more = stretch.host() == host ? Math.min(idle, stretch.wish()) : 0;
            if (more > 0 && slots != null) {
                idle -= more;
                stretch.lent += more;
                host.lend(more);
                slots.lend(more);
            }
        }
    }

    /** Slots of a host that steps there would be glad of. */
    int wish(HostState host) {
        long slots = 0;
        for (Stretch stretch : stretches) {
            slots += stretch.host() == host ? stretch.wish() : 0;
        }
        return (int) Math.min(slots, Math.max(0, host.freeSlots()));
    }

    /** The build is over. */
    void end() {
        stretches.forEach(this::close);
        stretches.clear();
    }
}
