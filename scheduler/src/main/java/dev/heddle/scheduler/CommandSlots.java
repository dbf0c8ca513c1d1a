package dev.heddle.scheduler;

import dev.heddle.core.Command;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The slots of one command that knows the jobserver of GNU make: a pipe of its own, with a byte for each but the first. */
final class CommandSlots implements LentSlots {

    private final Jobserver form;
    private final int own;
    private final int most;
    private final IntConsumer returned;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private Jobserver.@Nullable Opened opened;
    private boolean closed;

    /**
     * @param own those that its job holds in any case
     * @param most what they may grow to
     * @param returned is told how many of those lent came back, on a thread of the pipe
     */
    CommandSlots(Jobserver form, int own, int most, IntConsumer returned) {
        this.form = form;
        this.own = own;
        this.most = most;
        this.returned = returned;
    }

    /** Makes the pipe, which takes as long as a program takes to start; for a thread that may wait. */
    void open() throws IOException {
        Jobserver.Opened made = form.openFor(own - 1, most, returned);
        lock.lock();
        try {
            if (!closed) {
                opened = made;
                return;
            }
        } finally {
            lock.unlock();
        }
        made.pipe().close();
    }

    private Jobserver.@Nullable Opened opened() {
        lock.lock();
        try {
            return closed ? null : opened;
        } finally {
            lock.unlock();
        }
    }

    /** The command as it finds the pipe; null if there is none. */
    @Nullable
    Command outfit(Command command) {
        Jobserver.Opened open = opened();
        return open == null ? null : open.outfit().apply(command);
    }

    @Override
    public void lend(int slots) {
        Jobserver.Opened open = opened();
        if (open != null) {
            try {
                open.pipe().lend(slots);
            } catch (IOException e) {
                return; // The pipe is gone, and nobody takes them from it; they are free again when the step is over.
            }
        }
    }

    @Override
    public void want(int slots) {
        Jobserver.Opened open = opened();
        if (open != null) {
            open.pipe().want(slots);
        }
    }

    @Override
    public void close() {
        Jobserver.Opened open;
        lock.lock();
        try {
            closed = true;
            open = opened;
            opened = null;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            try {
                open.pipe().close();
            } catch (IOException e) {
                return; // Its directory is in the way of nobody.
            }
        }
    }
}
