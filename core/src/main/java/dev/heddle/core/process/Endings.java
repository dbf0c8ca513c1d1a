package dev.heddle.core.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of each job of a runner, and of its output: told in frames, found by the readers of the FIFOs, and for what
 * nobody tells (a shell that died, a FIFO that something holds) by looking now and then. Calls back for each job, once.
 *
 * <p><b>Threads.</b> Frames come on the thread of the control FIFO, ends of output on those of the FIFOs, looks on the timer.
 * No call back is made under the lock.
 */
final class Endings implements FrameReader.Handler {

    /** What follows. */
    interface Follower {

        /** The job has a process; {@code terminating} if it was to be ended before. */
        void began(AgentJob job, long pid, boolean terminating);

        /** The job has ended and its output is drained. */
        void ended(Berth berth, AgentJob job);
    }

    private final Berths berths;
    private final RunnerSettings settings;
    private final Follower follower;

    /** Guarded by the lock of the berths. */
    private boolean sweeping;

    Endings(Berths berths, RunnerSettings settings, Follower follower) {
        this.berths = berths;
        this.settings = settings;
        this.follower = follower;
    }

    // --- frames

    @Override
    public void exited(int id, int status) {
        berths.lock.lock();
        try {
            if (berths.busy(id) instanceof ShellAgent agent && agent.job != null && agent.isRunning()) {
                agent.exited(status, agent.job.terminating);
            }
        } finally {
            berths.lock.unlock();
        }
    }

    @Override
    public void killed(int id) {
        berths.lock.lock();
        try {
            if (berths.busy(id) instanceof ShellAgent agent && agent.isRunning()) {
                agent.killed();
            }
        } finally {
            berths.lock.unlock();
        }
    }

    @Override
    public void ready() {
        berths.house().nursery().ready();
    }

    @Override
    public void born(int id, int pid) {
        AgentJob job = null;
        boolean terminating = false;
        berths.lock.lock();
        try {
            Cradle cradle = cradle(id);
            if (cradle != null && cradle.leader() == 0) {
                cradle.born(pid);
                job = cradle.job;
            }
            if (job != null) {
                job.ledBy(pid);
                terminating = job.terminating;
            }
        } finally {
            berths.lock.unlock();
        }
        if (job != null) {
            follower.began(job, pid, terminating);
        } else {
            // Its nursery died before it was born, so it was given up.
            berths.house().watchdog().kill(ProcessTree.groups(pid), id);
        }
    }

    @Override
    public void unborn(int id, int errno) {
        berths.lock.lock();
        try {
            Cradle cradle = cradle(id);
            if (cradle != null) {
                cradle.unborn(errno);
            }
        } finally {
            berths.lock.unlock();
        }
    }

    @Override
    public void refused(int id, int errno) {
        berths.lock.lock();
        try {
            Cradle cradle = cradle(id);
            if (cradle != null) {
                cradle.refused(errno);
            }
        } finally {
            berths.lock.unlock();
        }
    }

    @Override
    public void died(int id, int waitStatus) {
        berths.lock.lock();
        try {
            Cradle cradle = cradle(id);
            if (cradle != null) {
                cradle.died(waitStatus);
            }
        } finally {
            berths.lock.unlock();
        }
    }

    private @Nullable Cradle cradle(int id) {
        return berths.busy(id) instanceof Cradle cradle && cradle.isRunning() ? cradle : null;
    }

    // --- the end of output

    /** What the FIFOs of a berth tell, on their reader threads. */
    OutputPipe.Listener listener(int id) {
        return new End(id);
    }

    private final class End implements OutputPipe.Listener {

        private final int id;

        private End(int id) {
            this.id = id;
        }

        @Override
        public boolean claims(byte[] held) {
            berths.lock.lock();
            try {
                Berth berth = berths.busy(id);
                return berth != null && berth.claims(new String(held, RunnerFiles.CHARSET));
            } finally {
                berths.lock.unlock();
            }
        }

        @Override
        public void drained() {
            Berth berth;
            AgentJob job;
            berths.lock.lock();
            try {
                berth = berths.busy(id);
                job = berth == null ? null : berth.job;
                if (berth == null || job == null || !berth.pipes.drained()) {
                    return;
                }
                if (!berth.pipes.hasExited()) {
                    berth.ended(ProcessEnd.UNKNOWN, "its output could not be read");
                }
            } finally {
                berths.lock.unlock();
            }
            follower.ended(berth, job);
        }
    }

    // --- what only time shows

    /** Looks soon, and again as long as jobs run. */
    void sweepSoon() {
        berths.lock.lock();
        try {
            if (!sweeping) {
                sweeping = true;
                long period = RunnerTimer.sweepMillis(settings.drainGrace());
                var unused = berths.house().timer().schedule(this::sweep, period, TimeUnit.MILLISECONDS);
            }
        } finally {
            berths.lock.unlock();
        }
    }

    private void sweep() {
        List<Berth> held = new ArrayList<>();
        List<Path> escaped = new ArrayList<>();
        List<Berth> abandoned = new ArrayList<>();
        berths.lock.lock();
        try {
            sweeping = false;
            if (berths.busy().isEmpty()) {
                return;
            }
            sweepSoon();
            long now = System.nanoTime();
            for (Berth berth : berths.busy()) {
                berth.look();
                boolean impatient = berths.isClosed() || berth.problem != null;
                switch (berth.pipes.judge(now, impatient ? 0 : RunnerTimer.nanos(settings.drainGrace()))) {
                    case HELD -> held.add(berth);
                    case ESCAPED -> escaped.addAll(berth.pipes.fifos());
                    case ABANDON -> abandoned.add(berth);
                    case WAIT -> {}
                }
            }
            held.forEach(berth -> berth.doomed = true);
        } finally {
            berths.lock.unlock();
        }
        Watchdog watchdog = berths.house().watchdog();
        held.forEach(berth -> watchdog.kill(berth.groups(), berth.id));
        if (!escaped.isEmpty()) {
            Holders.kill(escaped);
        }
        abandoned.forEach(berth -> berth.pipes.close());
    }
}
