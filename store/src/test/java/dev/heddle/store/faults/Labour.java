package dev.heddle.store.faults;

import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Threads that do random {@link Chores} on a store until they are told to end or the store fails. */
final class Labour {

    private static final int THREADS = 2;

    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<String> told = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable failure;

    /** Begins to work. */
    Labour(LocalStore store, Goods goods, long seed) {
        Chores chores = new Chores(store, goods, this::tell);
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> work(chores, random), "labour-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void work(Chores chores, Random random) {
        try {
            while (!ended.get()) {
                chores.any(random);
            }
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            failure = e;
            endEarly();
        }
    }

    private synchronized void tell(String line) {
        told.add(line);
        notifyAll();
    }

    /** Waits until so many more lines were told, or the work has ended. */
    synchronized void await(int more) throws InterruptedException {
        int count = told.size() + more;
        while (told.size() < count && !ended.get()) {
            wait();
        }
    }

    /** The lines that were told until now. */
    synchronized List<String> told() {
        return List.copyOf(told);
    }

    /** Why the work ended before it was told to. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private synchronized void endEarly() {
        ended.set(true);
        notifyAll();
    }

    /** Lets the threads finish what they are at, and gives everything that was told. */
    List<String> end() throws InterruptedException {
        ended.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return told();
    }
}
