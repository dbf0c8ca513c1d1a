package dev.heddle.scheduler;

import dev.heddle.core.Slots;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** The slots of an action: those of its job, and what is lent to it. */
final class JobSlots implements Slots, LentSlots {

    private final int own;
    private final int most;
    private final IntConsumer returned;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int count;
    private int used;
    private int wanted;
    private boolean closed;

    /**
     * @param own those that its job holds in any case
     * @param most what they may grow to
     * @param returned is told how many of those lent came back, on the thread that gave them back
     */
    JobSlots(int own, int most, IntConsumer returned) {
        this.own = own;
        this.most = most;
        this.returned = returned;
        this.count = own;
        this.used = Math.min(1, own);
    }

    /** Slots of an action that are always as many. */
    static JobSlots fixed(int slots) {
        return new JobSlots(slots, slots, back -> {});
    }

    @Override
    public void lend(int slots) {
        lock.lock();
        try {
            count += slots;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void want(int slots) {
        int back;
        lock.lock();
        try {
            int lent = count - own;
            back = Math.min(Math.min(slots, lent), count - used);
            count -= back;
            wanted = Math.min(slots, lent) - back;
        } finally {
            lock.unlock();
        }
        if (back > 0) {
            returned.accept(back);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int count() {
        lock.lock();
        try {
            return closed ? 0 : count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean tryTake() {
        lock.lock();
        try {
            if (closed || used >= count) {
                return false;
            }
            used++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void take() throws InterruptedException {
        lock.lock();
        try {
            if (most < 2) {
                throw new IllegalStateException("the task has " + most + (most == 1 ? " slot" : " slots")
                        + " at most, so no further one can be taken; state more of them for it");
            }
            while (!closed && used >= count) {
                changed.await();
            }
            if (closed) {
                throw new IllegalStateException("the step has ended, and its slots are gone");
            }
            used++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void giveBack() {
        boolean goes;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (used <= 1) {
                throw new IllegalStateException("no slot is taken that could be given back");
            }
            used--;
            goes = wanted > 0;
            if (goes) {
                wanted--;
                count--;
            } else {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (goes) {
            returned.accept(1);
        }
    }
}
