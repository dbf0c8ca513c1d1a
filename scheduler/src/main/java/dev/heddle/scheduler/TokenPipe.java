package dev.heddle.scheduler;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The pipe of a jobserver, from which a slot is taken by reading a byte and given back by writing it.
 *
 * <p>A thread of its own reads, for reading waits; it takes no more than is wanted, and a slot that is wanted no more when it
 * comes is for the owner to give back. It never writes to a pipe that holds more than {@value #FULL} bytes, so that writing
 * never waits. May be used from any thread.
 */
final class TokenPipe implements AutoCloseable {

    /** Slots that are lent at most. */
    static final int MOST = 1_024;

    /** Bytes in the pipe beyond which nothing is written: with {@link #MOST} more, the smallest pipe of Linux is not full. */
    private static final int FULL = 2_048;

    private static final byte TOKEN = '+';
    private static final long JOIN_MILLIS = 5_000;

    private final FileChannel in;
    private final FileChannel out;
    private final FileInputStream level;
    private final IntConsumer arrived;
    private final Closeable rest;
    private final Thread reader = new Thread(this::read, "heddle-jobserver");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Byte> held = new ArrayDeque<>();
    private int wanted;
    private boolean reading;
    private int recountTo = -1;
    private @Nullable IntConsumer recounted;
    private boolean closed;

    /** The files of a jobserver; {@code level} tells how many bytes wait in the pipe. */
    record Ends(FileChannel in, FileChannel out, FileInputStream level) {}

    /**
     * A pipe whose ends are open.
     *
     * @param arrived is told, on the reading thread and under the lock, how many slots came
     * @param rest what is to be closed at the end besides
     */
    TokenPipe(Ends ends, IntConsumer arrived, Closeable rest) {
        this.in = ends.in();
        this.out = ends.out();
        this.level = ends.level();
        this.arrived = arrived;
        this.rest = rest;
        reader.setDaemon(true);
    }

    void start() {
        reader.start();
    }

    /** Says how many slots more are wanted from now on. */
    void want(int slots) {
        lock.lock();
        try {
            wanted = slots;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives slots back that had arrived. */
    void give(int slots) throws IOException {
        lock.lock();
        try {
            write(slots);
        } finally {
            lock.unlock();
        }
    }

    /** Puts slots in, whether they had arrived or not. */
    void lend(int slots) throws IOException {
        lock.lock();
        try {
            for (int i = 0; i < slots; i++) {
                Byte token = held.poll();
                write(token == null ? TOKEN : token, 1);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the slots complete again, when nobody else can hold any: what others lost is added, what they added is taken out.
     *
     * @param total how many there are
     * @param told is told how many are in hand then, on this or the reading thread
     */
    void recount(int total, IntConsumer told) throws IOException {
        lock.lock();
        try {
            recountTo = total;
            recounted = told;
            if (reading) {
                // Whether the reader has got a byte just now cannot be seen; with a further one it surely gets one.
                write(TOKEN, 1);
            } else {
                settle();
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle() throws IOException {
        IntConsumer told = recounted;
        if (told == null) {
            return;
        }
        recounted = null;
        int missing = recountTo - held.size() - level.available();
        if (missing > 0) {
            write(TOKEN, missing);
        }
        for (int surplus = -missing; surplus > 0; surplus--) {
            if (held.poll() == null && level.available() > 0) {
                in.read(ByteBuffer.allocate(1));
            }
        }
        told.accept(held.size());
    }

    private void write(int slots) throws IOException {
        for (int i = 0; i < slots; i++) {
            Byte token = held.poll();
            if (token == null) {
                throw new AssertionError("BUG: more slots were given back than had come");
            }
            write(token, 1);
        }
    }

    private void write(byte token, int count) throws IOException {
        if (closed || level.available() > FULL) {
            return; // Someone filled the pipe with slots that there are not.
        }
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            bytes.put(token);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void read() {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            while (awaitNeed()) {
                one.clear();
                int got = in.read(one);
                if (!keep(got > 0 ? one.get(0) : -1, got > 0)) {
                    return;
                }
            }
        } catch (IOException e) {
            // Closed under the read, which is how it ends; or the pipe is gone, and no slot ever comes.
            lock.lock();
            try {
                reading = false;
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitNeed() throws InterruptedException {
        lock.lock();
        try {
            while (wanted == 0 && !closed) {
                changed.await();
            }
            reading = !closed;
            return reading;
        } finally {
            lock.unlock();
        }
    }

    private boolean keep(int token, boolean got) throws IOException {
        lock.lock();
        try {
            reading = false;
            if (!got) {
                return false;
            }
            held.add((byte) token);
            wanted = Math.max(0, wanted - 1);
            if (recounted == null) {
                arrived.accept(1);
            }
            settle();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the reading and gives back what is in hand. A second close does nothing. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try (rest;
                level;
                out) {
            in.close(); // Wakes the reader.
            reader.join(JOIN_MILLIS);
            while (!held.isEmpty() && level.available() <= FULL) {
                out.write(ByteBuffer.wrap(new byte[] {held.poll()}));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
