package dev.heddle.scheduler;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Passes a job's bytes on and remembers the last of them, at most {@value #BYTES} bytes, for the report of a failure.
 *
 * <p>May be written from any thread. The memory is made at the first byte.
 */
final class OutputTail implements JobOutput {

    private static final int BYTES = 4_096;
    private static final int LINES = 10;

    private final JobOutput next;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock: a ring of the last bytes.
    private byte[] ring = new byte[0];
    private long written;

    OutputTail(JobOutput next) {
        this.next = next;
    }

    @Override
    public void write(Channel channel, byte[] bytes, int offset, int length) {
        remember(bytes, offset, length);
        next.write(channel, bytes, offset, length);
    }

    @Override
    public void orderGuessed() {
        next.orderGuessed();
    }

    private void remember(byte[] bytes, int offset, int length) {
        int kept = Math.min(length, BYTES);
        if (kept <= 0) {
            return;
        }
        lock.lock();
        try {
            if (ring.length == 0) {
                ring = new byte[BYTES];
            }
            long from = written + length - kept;
            int place = (int) (from % BYTES);
            int first = Math.min(kept, BYTES - place);
            System.arraycopy(bytes, offset + length - kept, ring, place, first);
            System.arraycopy(bytes, offset + length - kept + first, ring, 0, kept - first);
            written += length;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes the job has printed. */
    long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    /** The last whole lines and what follows them, at most {@value #LINES}, decoded as UTF-8. */
    List<String> lastLines() {
        String text;
        boolean cut;
        lock.lock();
        try {
            int size = (int) Math.min(written, ring.length);
            byte[] last = new byte[size];
            for (int i = 0; i < size; i++) {
                last[i] = ring[(int) ((written - size + i) % BYTES)];
            }
            cut = written > size;
            text = new String(last, StandardCharsets.UTF_8);
        } finally {
            lock.unlock();
        }
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (cut && lines.size() > 1) {
            lines.remove(0); // Its beginning is lost.
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }

    @Override
    public void finish(Outcome outcome) {
        next.finish(outcome);
    }

    @Override
    public void close() {
        next.close();
    }
}
