package dev.heddle.logmux;

import dev.heddle.logmux.wire.CompactDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client of an {@link AttachServer}: its request, its cursor into the journal, and the thread that leads one through the
 * other. It waits for its client as long as that takes: the journal is the buffer.
 */
final class AttachedClient implements JournalStore.Reader {

    /** How long a client may take to say what it wants. */
    static final long REQUEST_NANOS = 5_000_000_000L;
    /** How often a client is sent the time when nothing is said, by which one that has gone is noticed. */
    private static final long IDLE_NANOS = 1_000_000_000L;

    /** What all clients share. */
    record Context(
            JournalStore store,
            RunReader.Bytes bytes,
            JournalWriter writer,
            JournalTracker tracker,
            LongSupplier ticker) {}

    private final SocketChannel channel;
    private final Context context;
    private final Consumer<AttachedClient> ended;
    private final @Nullable String refusal;
    private final long since;
    private final Thread thread;
    private volatile boolean asked;
    /** When the client took something last, or when something was begun to be sent. */
    private volatile long progress;

    private volatile boolean sending;
    private volatile boolean closed;

    /**
     * A client that has connected.
     *
     * @param refusal why it is not served, or null
     * @param ended is told when it has gone
     */
    AttachedClient(SocketChannel channel, Context context, @Nullable String refusal, Consumer<AttachedClient> ended) {
        this.refusal = refusal;
        this.channel = channel;
        this.context = context;
        this.ended = ended;
        this.since = context.ticker.getAsLong();
        this.progress = since;
        this.thread = new Thread(this::run, "heddle-attached");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    /** Whether it has said nothing of use for too long. */
    boolean isOverdue(long now) {
        return !asked && now - since > REQUEST_NANOS;
    }

    /** Whether bytes are waiting that it has not taken for so long. */
    boolean isStalled(long now, long nanos) {
        return (sending || !asked) && now - progress > nanos;
    }

    /** Gives the client up. */
    void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
        context.store.wake();
    }

    @Override
    public long needed() {
        return Long.MAX_VALUE;
    }

    @Override
    public void letGo() {
        // It needs nothing that is not kept anyway.
    }

    @Override
    public boolean hasWork() {
        return closed;
    }

    private void run() {
        try (channel) {
            JournalFollower.Start start = readRequest();
            // Told only when its request was read, for a socket that is closed before loses what it was told.
            if (start == null) {
                channel.write(ByteBuffer.wrap(AttachRequest.refusal("this server knows another form of request")));
            } else if (refusal != null) {
                channel.write(ByteBuffer.wrap(AttachRequest.refusal(refusal)));
            } else {
                asked = true;
                serve(start);
            }
        } catch (IOException e) {
            // The client has gone, or was given up; nobody else has a part in it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.accept(this);
        }
    }

    private JournalFollower.@Nullable Start readRequest() throws IOException {
        ByteBuffer line = ByteBuffer.allocate(AttachRequest.LONGEST);
        while (line.hasRemaining()) {
            int from = line.position();
            if (channel.read(line) < 0) {
                return null;
            }
            for (int i = from; i < line.position(); i++) {
                if (line.get(i) == '\n') {
                    return AttachRequest.parse(line.array(), i);
                }
            }
        }
        return null;
    }

    private void serve(JournalFollower.Start start) throws IOException, InterruptedException {
        boolean now = start == JournalFollower.Start.NOW;
        JournalTracker tracker = context.tracker;
        long from = now ? context.writer.flush() : 0;
        JournalTracker.Place place = now ? tracker.latest() : tracker.beginning();
        JournalRelay relay = new JournalRelay(place, tracker::running);
        CompactDecoder decoder = tracker.decoder(relay, place.checkpoint());
        relay.beginAt(from, decoder::offset);
        JournalCursor cursor = new JournalCursor(context.store, new RunReader(context.bytes), decoder, bytes -> {
            relay.gap(bytes, tracker.latest().running());
        });
        while (!closed) {
            if (cursor.end() < context.store.published()) {
                cursor.readOn();
            } else if (context.store.isEnded()) {
                break;
            } else {
                context.store.await(this, cursor.end(), IDLE_NANOS, context.writer::hurry);
                if (relay.hasBegun() && cursor.end() >= context.store.published()) {
                    relay.idle(context.writer.now());
                }
            }
            if (cursor.offset() >= from) {
                relay.begin();
            }
            send(relay.take());
        }
        relay.begin();
        relay.finish();
        send(relay.take());
    }

    private void send(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return;
        }
        progress = context.ticker.getAsLong();
        sending = true;
        while (bytes.hasRemaining()) {
            // In pieces, so that a slow client is told from one that has stopped.
            int limit = bytes.limit();
            bytes.limit(Math.min(limit, bytes.position() + (1 << 16)));
            channel.write(bytes);
            bytes.limit(limit);
            progress = context.ticker.getAsLong();
        }
        sending = false;
    }
}
