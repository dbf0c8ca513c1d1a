package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Whether, and where, other programs can attach to one multiplexer: at one socket at most, once, until the end. For any thread. */
final class Attaching {

    private final JournalOpening opening;
    private final JournalWriter journal;
    private final @Nullable Path path;
    private final LongSupplier ticker;
    private final AtomicReference<@Nullable AttachServer> server = new AtomicReference<>();
    private volatile boolean ended;

    Attaching(JournalOpening opening, JournalWriter journal, @Nullable Path path, LongSupplier ticker) {
        this.opening = opening;
        this.journal = journal;
        this.path = path;
        this.ticker = ticker;
    }

    /**
     * Listens at a socket.
     *
     * @throws IllegalStateException if it listens already
     */
    void begin(Path socket) throws IOException {
        if (server.get() != null) {
            throw new IllegalStateException("this build is served already");
        }
        AttachServer begun =
                AttachServer.start(socket, opening, journal, StoreBytes.shared(opening.store(), path), ticker);
        if (!server.compareAndSet(null, begun)) {
            begun.close();
            throw new IllegalStateException("this build is served already");
        }
        if (ended) {
            begun.close();
        }
    }

    /** How many programs are attached now. */
    int clients() {
        AttachServer serving = server.get();
        return serving == null ? 0 : serving.clients();
    }

    void end() {
        ended = true;
        AttachServer serving = server.get();
        if (serving != null) {
            serving.close();
        }
    }
}
