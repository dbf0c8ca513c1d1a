package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is missing of some paths and all they refer to into a sink: a path when all its references are there, several at
 * once. Whatever has been brought stays, so a second run goes on where the first one failed.
 *
 * <p>Used once, by the thread that calls {@link #run}, which alone has the state; the paths are moved by threads that have
 * ended when it returns.
 */
final class ClosureCopy {

    /** Ten times the packages of a large distribution; about a kilobyte each. */
    static final int MAX_PATHS = 1_000_000;

    /** Each takes two threads and a buffer. */
    static final int MAX_AT_ONCE = 64;

    /** How many paths the sink is asked about in one call. */
    private static final int ASK = 1_000;

    /** How one path gets from where it is to the sink. */
    interface Mover {
        /** What is known of a missing path; called by the thread of {@link ClosureCopy#run}. */
        PathInfo info(StorePath path) throws IOException;

        /** Brings a path; called from several threads, each with another path. */
        void move(PathInfo info, Executor writers) throws IOException;
    }

    private final Mover mover;
    private final PathSink to;
    private final int atOnce;

    private final Map<StorePath, PathInfo> missing = new HashMap<>();
    private final Map<StorePath, Integer> awaited = new HashMap<>();
    private final Map<StorePath, List<StorePath>> referrers = new HashMap<>();
    private final Deque<PathInfo> ready = new ArrayDeque<>();
    private final List<Thread> workers = new CopyOnWriteArrayList<>();
    private volatile boolean over;
    private int present;
    private @Nullable IOException failure;

    ClosureCopy(Mover mover, PathSink to, int atOnce) {
        if (atOnce < 1 || atOnce > MAX_AT_ONCE) {
            throw new IllegalArgumentException("paths can be copied 1 to " + MAX_AT_ONCE + " at once, not " + atOnce);
        }
        this.mover = mover;
        this.to = to;
        this.atOnce = atOnce;
    }

    StoreCopy.Result run(Collection<StorePath> wanted) throws IOException, InterruptedException {
        collect(wanted);
        order();
        if (!missing.isEmpty()) {
            ExecutorService threads = Executors.newFixedThreadPool(2 * atOnce, this::thread);
            try {
                move(threads);
            } finally {
                end(threads);
            }
        }
        long bytes = missing.values().stream().mapToLong(PathInfo::narSize).sum();
        return new StoreCopy.Result(missing.size(), bytes, present);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "heddle-copy");
        thread.setDaemon(true);
        workers.add(thread);
        return thread;
    }

    /** Finds what is missing. What is there has all it refers to, so nothing below it is looked at. */
    private void collect(Collection<StorePath> wanted) throws IOException {
        SortedSet<StorePath> seen = new TreeSet<>(wanted);
        Deque<StorePath> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            List<StorePath> some = new ArrayList<>();
            while (!open.isEmpty() && some.size() < ASK) {
                some.add(open.remove());
            }
            SortedSet<StorePath> valid = to.queryValid(some);
            present += valid.size();
            for (StorePath path : some) {
                if (valid.contains(path)) {
                    continue;
                }
                PathInfo info = mover.info(path);
                missing.put(path, info);
                for (StorePath reference : info.references()) {
                    if (seen.add(reference)) {
                        open.add(reference);
                    }
                }
                if (seen.size() > MAX_PATHS) {
                    throw new StoreException(
                            "more than " + MAX_PATHS + " paths would have to be copied; copy fewer at once");
                }
            }
        }
    }

    private void order() {
        for (PathInfo info : missing.values()) {
            int count = 0;
            for (StorePath reference : info.references()) {
                if (!reference.equals(info.path()) && missing.containsKey(reference)) {
                    referrers
                            .computeIfAbsent(reference, key -> new ArrayList<>())
                            .add(info.path());
                    count++;
                }
            }
            awaited.put(info.path(), count);
            if (count == 0) {
                ready.add(info);
            }
        }
    }

    private void move(ExecutorService threads) throws IOException, InterruptedException {
        CompletionService<StorePath> moves = new ExecutorCompletionService<>(threads);
        int done = 0;
        int running = 0;
        while (true) {
            while (failure == null && running < atOnce && !ready.isEmpty()) {
                PathInfo next = ready.remove();
                moves.submit(() -> {
                    if (over) {
                        throw new InterruptedIOException("interrupted before " + next.path() + " was copied");
                    }
                    mover.move(next, threads);
                    return next.path();
                });
                running++;
            }
            if (running == 0) {
                break;
            }
            @Nullable StorePath moved = ended(moves.take());
            running--;
            if (moved != null) {
                done++;
                release(moved);
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (done < missing.size()) {
            throw new StoreException((missing.size() - done)
                    + " paths refer to one another in a circle, as no store can have them; one is "
                    + missing.keySet().stream()
                            .filter(path -> left(path) > 0)
                            .sorted()
                            .findFirst()
                            .orElseThrow());
        }
    }

    private int left(StorePath path) {
        return Objects.requireNonNull(awaited.get(path));
    }

    private void release(StorePath moved) {
        for (StorePath referrer : referrers.getOrDefault(moved, List.of())) {
            int left = left(referrer) - 1;
            awaited.put(referrer, left);
            if (left == 0) {
                ready.add(Objects.requireNonNull(missing.get(referrer)));
            }
        }
    }

    private @Nullable StorePath ended(Future<StorePath> move) throws InterruptedException {
        try {
            return move.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof IOException cause)) {
                throw new IllegalStateException("copying a path failed: " + e.getCause(), e);
            }
            if (failure == null) {
                failure = cause;
            } else if (failure != cause) {
                failure.addSuppressed(cause);
            }
            return null;
        }
    }

    /**
     * Interrupts what still runs, if the caller gave up, and waits for the end of all threads however often it is interrupted
     * itself. What waits in the queue is not dropped: somebody may wait for its end.
     */
    private void end(ExecutorService threads) {
        over = true;
        threads.shutdown();
        workers.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
