package dev.heddle.logmux;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A journal file that is looked at every {@link #POLL_NANOS}. It is at its end when its writer says so, or when it grows no more
 * and nobody holds the lock that a writer holds: the writer was killed.
 */
final class FollowedFile extends FileBytes implements GrowingBytes {

    /** How often the file is looked at. */
    static final long POLL_NANOS = 50_000_000;
    /** For how many looks a file stays as it is before its lock is looked at. */
    static final int QUIET_LOOKS = 10;

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private long known;
    private int quiet;
    private boolean abandoned;

    FollowedFile(Path path) throws IOException {
        super(path);
    }

    @Override
    public boolean await(long nanos, boolean complete) throws IOException {
        long length = length();
        if (length > known) {
            known = length;
            quiet = 0;
            return true;
        }
        if (complete || abandoned || pause(Math.min(Math.max(1, nanos), POLL_NANOS))) {
            return false;
        }
        quiet++;
        if (quiet >= QUIET_LOOKS) {
            quiet = 0;
            abandoned = !isWritten();
        }
        return true;
    }

    private boolean pause(long nanos) {
        try {
            return interrupted.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    // Taken only when the file has been quiet for a while, and then let go at once: a writer that begins is not in its
    // way.
    private boolean isWritten() throws IOException {
        try (FileLock lock = file.getChannel().tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void interrupt() {
        interrupted.countDown();
    }
}
