package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.SourceNote;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the journal and masks secrets in everything that goes in: output, names and descriptions of jobs, how they
 * ended, and the engine's messages. What passes it is all that any file or display ever sees.
 *
 * <p><b>Delay.</b> Bytes that may be the beginning of a secret wait for the next byte on their channel; when that does not come,
 * for {@link #PATIENCE_NANOS} at most, or until the source ends or somebody asks for what there is. {@link SecretStream} says
 * what becomes of them then.
 *
 * <p><b>Memory.</b> For each channel of a source that has begun to say a secret less than the longest has, or at most
 * {@value SecretStream#PAINT} times as much if it is painted in pieces; otherwise about 300 bytes, and 1 KiB where control
 * sequences came by.
 *
 * <p><b>Threads.</b> May be called from any thread; sources do not wait for one another here. A thread of its own looks for
 * bytes that have waited long enough. A source's lock is taken before the journal's, never after.
 */
final class SecretGuard implements Intake, AutoCloseable {

    /** How long bytes may wait that only may be the beginning of a secret. */
    static final long PATIENCE_NANOS = 500_000_000;

    private static final Channel[] CHANNELS = Channel.values();

    private final Secrets secrets;
    private final Intake journal;
    private final Batch.Slot engine;
    private final LongSupplier ticker;
    private final AtomicLong masked = new AtomicLong();
    private final Set<Desk> desks = ConcurrentHashMap.newKeySet();
    private final Set<Desk> waiting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to mask what goes into {@code journal}, also what {@code engine} says, which is never opened. */
    SecretGuard(Secrets secrets, Intake journal, Batch.Slot engine, LongSupplier ticker) {
        this.secrets = secrets;
        this.journal = journal;
        this.engine = engine;
        this.ticker = ticker;
        enter(engine);
        this.thread = new Thread(this::run, "heddle-secrets");
        thread.setDaemon(true);
        thread.start();
    }

    /** How many secrets were masked so far. */
    long masked() {
        return masked.get();
    }

    /** A text as it would be recorded; counts nothing. */
    String maskedText(String text) {
        return new Text().mask(text);
    }

    /** JSON as it would be recorded; counts nothing. */
    byte[] maskedJson(byte[] json) {
        return new Text().maskValues(json);
    }

    @Override
    public Batch.Slot open(JobInfo job, boolean live) {
        String component = job.component();
        Text text = new Text();
        JobInfo shown = new JobInfo(
                job.job(),
                text.mask(job.task()),
                component == null ? null : text.mask(component),
                text.mask(job.description()),
                text.mask(job.host()),
                job.attempt());
        Batch.Slot slot = journal.open(shown, live);
        enter(slot);
        report(slot, text.hits);
        return slot;
    }

    private void enter(Batch.Slot slot) {
        Desk desk = new Desk(slot);
        slot.desk = desk;
        desks.add(desk);
    }

    private static Desk desk(Batch.Slot slot) {
        Desk desk = slot.desk;
        if (desk == null) {
            throw new AssertionError("BUG: source " + slot.source + " was not opened here");
        }
        return desk;
    }

    @Override
    public boolean data(Batch.Slot slot, Channel channel, byte[] bytes, int offset, int length) {
        return desk(slot).data(channel, bytes, offset, length);
    }

    @Override
    public boolean message(Batch.Slot engine, Channel channel, byte[] text) {
        Text whole = new Text();
        byte[] shown = whole.mask(text);
        boolean taken = journal.message(engine, channel, shown);
        report(engine, whole.hits);
        return taken;
    }

    @Override
    public void note(Batch.Slot slot, SourceNote note, long value) {
        journal.note(slot, note, value);
    }

    @Override
    public void event(Batch.Slot engine, byte[] json) {
        Text text = new Text();
        byte[] shown = text.maskValues(json);
        report(engine, text.hits);
        journal.event(engine, shown);
    }

    @Override
    public void end(Batch.Slot slot, JobEnding ending) {
        desk(slot).end();
        Text text = new Text();
        String summary = text.mask(ending.summary());
        report(slot, text.hits);
        journal.end(slot, new JobEnding(ending.kind(), ending.exitCode(), summary));
    }

    @Override
    public long flush() {
        desks.forEach(desk -> desk.settle(Long.MAX_VALUE));
        return journal.flush();
    }

    /** Lets go of what waits and ends the thread; from now on nothing is taken. A second close does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        JournalWriter.joinUninterruptibly(thread);
        desks.forEach(Desk::end);
    }

    /** Has the engine say how many secrets were masked, if any were; in the end, when nothing more comes by. */
    void tellCount() {
        long count = masked.get();
        if (count > 0) {
            String text = count == 1 ? "1 secret was masked\n" : count + " secrets were masked\n";
            journal.message(engine, Channel.MESSAGE, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void report(Batch.Slot slot, long hits) {
        if (hits > 0) {
            masked.addAndGet(hits);
            journal.note(slot, SourceNote.SECRETS_MASKED, hits);
        }
    }

    private void await(Desk desk) {
        if (waiting.add(desk)) {
            lock.lock();
            try {
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    private void run() {
        while (!closed) {
            long now = ticker.getAsLong();
            long next = Long.MAX_VALUE;
            for (Desk desk : waiting) {
                next = Math.min(next, desk.settle(now));
            }
            pause(next);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller looks again whatever woke it
    private void pause(long nanos) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (nanos == Long.MAX_VALUE) {
                if (waiting.isEmpty()) {
                    changed.await();
                }
            } else {
                var unused = changed.awaitNanos(Math.max(1, nanos));
            }
        } catch (InterruptedException e) {
            // Only a stranger can interrupt this thread; it looks around and goes on.
        } finally {
            lock.unlock();
        }
    }

    /** What is known of one source. */
    final class Desk {
        private final Batch.Slot slot;
        private final ReentrantLock desk = new ReentrantLock();

        // Guarded by desk.
        private final @Nullable SecretStream[] streams = new @Nullable SecretStream[CHANNELS.length];
        private final long[] since = new long[CHANNELS.length];
        private boolean ended;

        private Desk(Batch.Slot slot) {
            this.slot = slot;
        }

        private boolean data(Channel channel, byte[] bytes, int offset, int length) {
            int code = CompactFormat.code(channel);
            desk.lock();
            try {
                if (ended || closed) {
                    return false;
                }
                SecretStream stream = streams[code];
                if (stream == null) {
                    stream = new SecretStream(secrets);
                    streams[code] = stream;
                }
                int before = stream.held();
                long hits = stream.hits();
                boolean taken = stream.write(bytes, offset, length, out(channel));
                report(slot, stream.hits() - hits);
                if (stream.held() > 0) {
                    // The oldest byte that is held counts, unless all that waited before has gone.
                    if (before == 0 || stream.held() <= length) {
                        since[code] = ticker.getAsLong();
                    }
                    await(this);
                }
                return taken;
            } finally {
                desk.unlock();
            }
        }

        private SecretStream.Out out(Channel channel) {
            return (bytes, offset, length) -> journal.data(slot, channel, bytes, offset, length);
        }

        /** Lets go of what has waited long enough at {@code now}; gives how long it is until more has, or a maximum. */
        private long settle(long now) {
            desk.lock();
            try {
                long next = Long.MAX_VALUE;
                for (Channel channel : CHANNELS) {
                    int code = CompactFormat.code(channel);
                    SecretStream stream = streams[code];
                    if (stream == null || stream.held() == 0) {
                        continue;
                    }
                    long left = now == Long.MAX_VALUE ? 0 : PATIENCE_NANOS - (now - since[code]);
                    if (left <= 0) {
                        settle(channel, stream);
                    } else {
                        next = Math.min(next, left);
                    }
                }
                if (next == Long.MAX_VALUE) {
                    waiting.remove(this);
                }
                return next;
            } finally {
                desk.unlock();
            }
        }

        private void settle(Channel channel, SecretStream stream) {
            long hits = stream.hits();
            stream.settle(out(channel));
            report(slot, stream.hits() - hits);
        }

        private void end() {
            desk.lock();
            try {
                ended = true;
                settle(Long.MAX_VALUE);
                waiting.remove(this);
                desks.remove(this);
            } finally {
                desk.unlock();
            }
        }
    }

    /** Texts that are whole at once. */
    private final class Text {
        private long hits;

        byte[] mask(byte[] text) {
            SecretStream stream = new SecretStream(secrets);
            byte[] shown = new byte[text.length];
            int[] at = {0};
            SecretStream.Out out = (bytes, offset, length) -> {
                System.arraycopy(bytes, offset, shown, at[0], length);
                at[0] += length;
                return true;
            };
            stream.write(text, 0, text.length, out);
            stream.settle(out);
            hits += stream.hits();
            return shown;
        }

        /** Masks inside of the strings of JSON, not in names and numbers, so that it stays JSON of the same meaning. */
        byte[] maskValues(byte[] json) {
            byte[] shown = json.clone();
            for (int at = 0; at < json.length; at++) {
                if (json[at] == '"') {
                    int begin = at + 1;
                    int end = endOfString(json, begin);
                    if (end + 1 >= json.length || json[end + 1] != ':') {
                        byte[] value = mask(Arrays.copyOfRange(json, begin, end));
                        System.arraycopy(value, 0, shown, begin, value.length);
                    }
                    at = end;
                }
            }
            return shown;
        }

        private static int endOfString(byte[] json, int begin) {
            int at = begin;
            while (at < json.length && json[at] != '"') {
                at += json[at] == '\\' ? 2 : 1;
            }
            return Math.min(at, json.length);
        }

        String mask(String text) {
            long before = hits;
            byte[] shown = mask(text.getBytes(StandardCharsets.UTF_8));
            return hits == before ? text : new String(shown, StandardCharsets.UTF_8);
        }
    }
}
