package dev.heddle.core.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place for jobs that are children of the {@link Nursery}: each is a process of its own and leads its own session. */
final class Cradle extends Berth {

    private final Nursery nursery;
    private long leader;
    private boolean reaped;

    Cradle(int id, PipePair pipes, Nursery nursery) {
        super(id, pipes);
        this.nursery = nursery;
    }

    @Override
    void assign(AgentJob next) {
        super.assign(next);
        leader = 0;
        reaped = false;
    }

    @Override
    void run(AgentJob next, @Nullable Path stdin) throws IOException {
        nursery.run(next.launch().inProgram(), streams(stdin));
    }

    /** The job leads its session. */
    void born(long pid) {
        leader = pid;
    }

    /** The job could not be begun, for the reason of the system's error; it ends now. */
    void refused(int errno) {
        Path out = pipes.out.fifo();
        refused = SystemError.text(errno) + (Files.exists(out) ? "" : "; the runner's file " + out + " is gone");
    }

    /** There is no process for the job, for the reason of the system's error. */
    void unborn(int errno) {
        ended(ProcessEnd.UNKNOWN, "cannot fork a process for it: " + SystemError.text(errno));
    }

    /** The job has ended as its wait status says: a signal in the lower seven bits, else an exit code in the next eight. */
    void died(int waitStatus) {
        reaped = true;
        signal = waitStatus & 0x7f;
        ended(signal != 0 ? SIGNALLED + signal : waitStatus >> 8 & 0xff, null);
    }

    @Override
    long leader() {
        return leader;
    }

    @Override
    boolean isAlive() {
        return nursery.isAlive();
    }

    @Override
    String death() {
        return "the process that started it ended, so how it ended is not known; something killed that process";
    }

    @Override
    Set<Long> groups() {
        if (leader == 0) {
            return Set.of();
        }
        return reaped ? ProcessTree.orphans(leader) : ProcessTree.groups(leader);
    }

    /** Whether processes of the job may live of whose end nobody will tell. */
    boolean isForsaken() {
        return leader != 0 && !reaped;
    }

    @Override
    boolean claims(String held) {
        return false;
    }

    @Override
    void close() {
        pipes.close();
    }
}
