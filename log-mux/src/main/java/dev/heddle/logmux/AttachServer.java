package dev.heddle.logmux;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Serves a journal to clients at a Unix socket, while it is written. Has a thread that accepts, one that keeps track of the
 * journal, and one for each client.
 */
final class AttachServer implements JournalStore.Reader, AutoCloseable {

    /** Most clients at once; more are refused. */
    static final int MOST_CLIENTS = 64;
    /** How many can be told at once that they are refused; more are not even told. */
    private static final int MOST_REFUSED = 16;
    /** How long a client that takes nothing is waited for at the end. */
    static final long PATIENCE_NANOS = 1_000_000_000L;
    /** How long a client is waited for at the end, however much it takes. */
    private static final long MOST_PATIENCE_NANOS = 10_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final long JOIN_MILLIS = 20;

    private final AttachSocket socket;
    private final AttachedClient.Context context;
    private final Set<AttachedClient> clients = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;
    private final Thread watcher;
    private volatile long tracked;
    private volatile boolean closed;

    private AttachServer(AttachSocket socket, AttachedClient.Context context) {
        this.socket = socket;
        this.context = context;
        this.acceptor = new Thread(this::accept, "heddle-attach");
        this.watcher = new Thread(this::watch, "heddle-attach-journal");
        acceptor.setDaemon(true);
        watcher.setDaemon(true);
    }

    /**
     * Begins to serve.
     *
     * @param bytes the journal; closed by the server
     * @throws IOException if nobody can listen there, or the journal cannot be read
     */
    static AttachServer start(
            Path path, JournalOpening opening, JournalWriter writer, RunReader.Bytes bytes, LongSupplier ticker)
            throws IOException {
        boolean complete = false;
        try {
            JournalTracker tracker = new JournalTracker(opening, new RunReader(bytes));
            while (tracker.end() < opening.store().published()) {
                tracker.readOn();
            }
            AttachedClient.Context context =
                    new AttachedClient.Context(opening.store(), bytes, writer, tracker, ticker);
            AttachServer server = new AttachServer(AttachSocket.bind(path), context);
            server.tracked = tracker.end();
            opening.store().add(server);
            server.acceptor.start();
            server.watcher.start();
            complete = true;
            return server;
        } finally {
            if (!complete) {
                bytes.close();
            }
        }
    }

    @Override
    public long needed() {
        return tracked;
    }

    @Override
    public void letGo() {
        // It reads on as fast as it can anyway.
    }

    @Override
    public boolean hasWork() {
        return closed;
    }

    private void accept() {
        while (!closed) {
            try {
                welcome(socket.channel().accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // Handles are short, or the client has gone again: a little later there may be more luck.
                var unused = context.store().awaitChange();
            }
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        int others = clients.size();
        if (others >= MOST_CLIENTS + MOST_REFUSED) {
            channel.close();
            return;
        }
        String refusal = others >= MOST_CLIENTS ? "there are " + MOST_CLIENTS + " clients already" : null;
        AttachedClient client = new AttachedClient(channel, context, refusal, clients::remove);
        clients.add(client);
        client.start();
    }

    // Keeps the tracker at the end of the journal, and gives up those who never say what they want.
    private void watch() {
        JournalTracker tracker = context.tracker();
        try {
            while (!closed) {
                if (tracker.end() < context.store().published()) {
                    tracker.readOn();
                    tracked = tracker.end();
                    context.store().wake();
                } else if (context.store().isEnded()) {
                    return;
                } else {
                    context.store().await(this, tracker.end(), LOOK_NANOS, () -> {});
                }
                long now = context.ticker().getAsLong();
                clients.stream().filter(client -> client.isOverdue(now)).forEach(AttachedClient::close);
            }
        } catch (IOException e) {
            // Who is attached goes on; who comes later begins at the last place that is known.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            context.store().remove(this);
        }
    }

    /** Number of clients now. */
    int clients() {
        return clients.size();
    }

    /** Lets clients have the rest of a journal that has ended, as long as they take it, and leaves nothing behind. */
    @Override
    public void close() {
        closed = true;
        socket.close();
        context.store().wake();
        long start = context.ticker().getAsLong();
        boolean interrupted = join(List.of(acceptor, watcher));
        for (AttachedClient client : clients) {
            while (client.thread().isAlive() && !interrupted) {
                long now = context.ticker().getAsLong();
                if (client.isStalled(now, PATIENCE_NANOS) || now - start > MOST_PATIENCE_NANOS) {
                    break;
                }
                try {
                    client.thread().join(JOIN_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            client.close();
            interrupted |= join(List.of(client.thread()));
        }
        try {
            context.bytes().close();
        } catch (IOException e) {
            // Only read from.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean join(List<Thread> threads) {
        threads.forEach(JournalWriter::joinUninterruptibly);
        return Thread.interrupted();
    }
}
