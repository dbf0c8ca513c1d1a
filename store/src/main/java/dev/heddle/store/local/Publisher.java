package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives finished trees their names and makes them valid, many at once: whatever waits is synced together and registered in
 * one transaction, so that small paths do not pay for a sync each.
 *
 * <p><b>Threads.</b> One thread of its own does the work; any thread may {@link #publish}, and waits for it.
 *
 * <p><b>Limits.</b> At most {@value #MOST_TREES} trees in one transaction, unless one caller brings more; a caller waits for
 * its own trees, so that no more wait than there are threads.
 *
 * <p><b>Durability.</b> When {@code publish} has returned, the paths are valid and stay so with their content after a power
 * cut. A crash before leaves nothing valid, and at most a tree under a name that is not valid, which the next one to publish
 * that path replaces and a collection removes.
 */
final class Publisher implements Closeable {

    /** A transaction of this size still ends within a second or two, and others wait for it. */
    static final int MOST_TREES = 10_000;

    private final Publication publication;
    private final OutputClaims claims;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by {@link #lock}, as is {@link #closed}. */
    private final Deque<Publication.Request> inbox = new ArrayDeque<>();

    private boolean closed;

    private Publisher(Publication publication, OutputClaims claims) {
        this.publication = publication;
        this.claims = claims;
        this.thread = new Thread(this::run, "heddle-store-publisher");
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    static Publisher start(Publication publication, OutputClaims claims) {
        Publisher publisher = new Publisher(publication, claims);
        publisher.thread.start();
        return publisher;
    }

    /**
     * Makes paths valid, all of them or none. What is valid already is left as it is, and the staged tree is dropped with its
     * stage, which the caller closes in any case. Not interrupted: what was begun is ended, within a bounded time.
     *
     * @param staged the trees; everything they refer to is valid or among them
     * @param outputs what valid derivations, or those among {@code staged}, are known to make; what the text of a derivation
     *     among {@code staged} tells need not be given
     * @throws StoreException if something that is referred to is not valid, or a derivation claims an output that is not its
     *     own
     * @throws IllegalStateException if the store is closed
     */
    void publish(List<Staged> staged, Map<StorePath, Map<String, StorePath>> outputs) throws IOException {
        Map<StorePath, Map<String, StorePath>> all = new HashMap<>(DerivationFiles.outputs(staged));
        claims.check(DerivationFiles.among(staged));
        all.putAll(outputs);
        ReferenceOrder.checkNoCycle(staged.stream().map(Staged::info).toList());
        Publication.Request request = new Publication.Request(List.copyOf(staged), Map.copyOf(all));
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            inbox.add(request);
            changed.signalAll();
            while (!request.isDone()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        request.throwFailure();
    }

    private void run() {
        for (List<Publication.Request> group = next(); !group.isEmpty(); group = next()) {
            @Nullable Throwable failure = null;
            try {
                publication.publish(group);
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
            finish(group, failure);
        }
    }

    private void finish(List<Publication.Request> group, @Nullable Throwable failure) {
        lock.lock();
        try {
            for (Publication.Request request : group) {
                request.finish(failure);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What waits, up to the limit; empty when there is nothing and will never be. */
    private List<Publication.Request> next() {
        lock.lock();
        try {
            while (inbox.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            List<Publication.Request> group = new ArrayList<>();
            int trees = 0;
            while (!inbox.isEmpty()) {
                trees += inbox.element().staged().size();
                if (!group.isEmpty() && trees > MOST_TREES) {
                    break;
                }
                group.add(inbox.remove());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread after what it was given. A second close does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ThreadEnd.await(thread);
    }
}
