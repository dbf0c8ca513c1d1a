package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Copies paths from one store or cache to another, with all they refer to: only what is missing there, references first,
 * several paths at once.
 *
 * <p>Whatever was copied stays, whole and valid; a copy that failed or was interrupted goes on from there when it is made
 * again.
 */
public final class StoreCopy {

    private StoreCopy() {}

    /**
     * What a copy did.
     *
     * @param copied how many paths were copied
     * @param narBytes the size of their archives
     * @param present how many paths were found at their destination, which were not looked behind
     */
    public record Result(int copied, long narBytes, int present) {}

    /**
     * Copies {@code paths} and all they refer to.
     *
     * @param from has all of them
     * @param to decides whether it trusts what it is given
     * @param atOnce how many paths at once, 1 to {@value ClosureCopy#MAX_AT_ONCE}; each takes two threads for as long as this
     *     runs, and a buffer of 256 KiB
     * @throws StoreException if a path is missing in {@code from}, or cannot be taken; the others of which one was being
     *     copied are suppressed in it
     * @throws InterruptedException if the calling thread was interrupted; nothing is running any more
     */
    public static Result copy(PathSource from, PathSink to, Collection<StorePath> paths, int atOnce)
            throws IOException, InterruptedException {
        ClosureCopy.Mover mover = new ClosureCopy.Mover() {
            @Override
            public PathInfo info(StorePath path) throws IOException {
                return from.queryPathInfo(path).orElseThrow(() -> new StoreException(from + " does not have " + path));
            }

            @Override
            public void move(PathInfo info, Executor writers) throws IOException {
                stream(from, to, info, writers);
            }
        };
        return new ClosureCopy(mover, to, atOnce).run(paths);
    }

    /** Copies one path, whose archive is read from {@code from} by one of {@code writers}. */
    static void stream(PathSource from, PathSink to, PathInfo info, Executor writers) throws IOException {
        NarPipe pipe = new NarPipe();
        CountDownLatch written = new CountDownLatch(1);
        writers.execute(() -> {
            try {
                dump(from, info.path(), pipe);
            } finally {
                written.countDown();
            }
        });
        try {
            to.add(info, pipe.in);
        } finally {
            pipe.stop();
            awaitUninterruptibly(written);
        }
    }

    private static void dump(PathSource from, StorePath path, NarPipe pipe) {
        @Nullable IOException failure = new StoreException(from + " failed to read " + path);
        try {
            from.dump(path, pipe.out);
            failure = null;
        } catch (IOException e) {
            failure = e;
        } finally {
            pipe.end(failure);
        }
    }

    /** The writer ends soon: its next write fails. */
    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
