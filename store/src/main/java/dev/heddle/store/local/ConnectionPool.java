package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections that read: at most {@value #MOST}, opened when they are first needed. May be used by any thread; a thread
 * that finds all in use waits. {@link #close} waits until all are idle.
 */
final class ConnectionPool implements AutoCloseable {

    static final int MOST = 4;

    /** How often a question is asked of a file that others write to and that cannot be locked. */
    private static final int MOST_TRIES = 5;

    private final DatabaseFiles files;
    private final boolean readOnly;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Reader> idle = new ArrayDeque<>();
    private int open;
    private boolean closed;

    /**
     * A connection and the questions on it.
     *
     * @param frozen what the file was like when it was opened without locks, as nothing can be locked there; else null
     */
    private record Reader(
            SqliteSession session,
            PathQueries queries,
            @Nullable FileState frozen) {}

    /** What shows that somebody wrote: who has the rights may, where this process cannot even lock. */
    private record FileState(long size, FileTime modified, boolean log) {

        static FileState of(DatabaseFiles files) throws IOException {
            BasicFileAttributes facts = Files.readAttributes(files.database(), BasicFileAttributes.class);
            return new FileState(facts.size(), facts.lastModifiedTime(), hasLog(files));
        }

        static boolean hasLog(DatabaseFiles files) throws IOException {
            return Files.exists(files.log()) && Files.size(files.log()) > 0;
        }
    }

    /** What is asked. */
    @FunctionalInterface
    interface Question<T> {
        T of(PathQueries queries) throws IOException;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Use<T> {
        T of(SqliteSession session) throws IOException;
    }

    ConnectionPool(DatabaseFiles files, boolean readOnly) {
        this.files = files;
        this.readOnly = readOnly;
    }

    /** The answer to a question. */
    <T> T ask(Question<T> question) throws IOException {
        for (int tries = 1; ; tries++) {
            Reader reader = take();
            try {
                T answer = question.of(reader.queries);
                if (!isStale(reader)) {
                    return answer;
                }
            } catch (StoreException e) {
                // What is read while somebody writes can look like damage.
                if (!isStale(reader)) {
                    throw e;
                }
            } finally {
                giveBack(reader);
            }
            if (tries == MOST_TRIES) {
                throw new StoreException(files.database() + ": is written to while it is read, and cannot be locked;"
                        + " try again, or open it with the right to write in its directory");
            }
        }
    }

    private boolean isStale(Reader reader) throws IOException {
        return reader.frozen != null && !reader.frozen.equals(FileState.of(files));
    }

    /** Uses a connection. */
    <T> T with(Use<T> use) throws IOException {
        Reader reader = take();
        try {
            return use.of(reader.session);
        } finally {
            giveBack(reader);
        }
    }

    private Reader take() throws IOException {
        lock.lock();
        try {
            while (!closed && idle.isEmpty() && open == MOST) {
                changed.await();
            }
            if (closed) {
                throw new IllegalStateException("the database is closed");
            }
            Reader reader = idle.poll();
            if (reader != null && isStale(reader)) {
                open--;
                reader.session.close();
                reader = null;
            }
            if (reader == null) {
                reader = connect();
                open++;
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(files.database() + ": interrupted while waiting to read");
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Reader reader) {
        lock.lock();
        try {
            idle.push(reader);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Reader connect() throws IOException {
        try {
            SqliteSession session = connect(SqliteSession.Access.READ);
            return new Reader(session, new PathQueries(session), null);
        } catch (SQLException e) {
            if (!readOnly || !SqliteErrors.isClosedToUs(e)) {
                throw SqliteErrors.of(files.database(), "be read", e);
            }
            return connectFrozen(e);
        }
    }

    /** Where the log's index cannot be made, the database file alone can be read: if the log holds nothing. */
    private Reader connectFrozen(SQLException cause) throws IOException {
        FileState state = FileState.of(files);
        if (state.log) {
            throw new StoreException(
                    files.log() + ": holds changes that are not in the database yet, and the directory cannot be"
                            + " written, as is needed to read them; open the store once where it can be written",
                    cause);
        }
        try {
            SqliteSession session = connect(SqliteSession.Access.FROZEN);
            return new Reader(session, new PathQueries(session), state);
        } catch (SQLException e) {
            throw SqliteErrors.of(files.database(), "be read", e);
        }
    }

    private SqliteSession connect(SqliteSession.Access access) throws SQLException {
        SqliteSession session = SqliteSession.open(files.database(), access);
        try {
            session.run("pragma busy_timeout = 5000");
            session.run("pragma cache_size = -4000");
            // SQLite opens the log and its index when it first reads.
            session.text("select count(*) from sqlite_master");
            return session;
        } catch (SQLException e) {
            try {
                session.close();
            } catch (StoreException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public void close() throws StoreException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (idle.size() < open) {
                changed.awaitUninterruptibly();
            }
            open = 0;
            for (Reader reader = idle.poll(); reader != null; reader = idle.poll()) {
                reader.session.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
