package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * The database of a store in a SQLite file that Nix reads and writes too: schema {@value DatabaseFiles#SCHEMA}, with a
 * write-ahead log, and tables of our own that Nix does not look at.
 *
 * <p><b>Threads and connections.</b> Any number of threads. One connection writes, with one thread at a time; at most
 * {@value ConnectionPool#MOST} read, and more readers wait for one of them. A thread that is in {@link #write} must not begin another.
 * An interrupt ends a wait with an {@code InterruptedIOException} and leaves the thread's flag set.
 *
 * <p><b>Processes.</b> Any number. A write waits for that of another process as long as the settings say, then fails with the
 * cause. In one process a file is open once, whatever the class loader: see {@link SingleOpener}.
 *
 * <p><b>Failure.</b> Damage is found where it is met, told as such, and never repaired in silence. A write that fails is undone. If
 * it was the sync of its commit that failed, and nothing is written any more before the process dies or the database is closed,
 * it may be found done when the database is opened the next time: so who moved files for it leaves them where they are. After {@link #close}, which waits for what is running, every call throws {@code IllegalStateException}; a second
 * close does nothing.
 */
final class SqliteDatabase implements StoreDatabase {

    /** How long SQLite itself waits before it is asked again, so that an interrupt or a close is seen in between. */
    private static final Duration SLICE = Duration.ofMillis(500);

    private static final String CLOSED = "the database is closed";

    private final Path file;
    private final String storeDirectory;
    private final DatabaseSettings settings;
    private final ConnectionPool pool;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final SingleOpener opener;
    private volatile boolean closed;

    /** The connection that writes; guarded by {@link #writing}; null until the first write and after one that broke it. */
    private @Nullable SqliteSession writer;

    private SqliteDatabase(
            Path file, String storeDirectory, DatabaseSettings settings, SingleOpener opener, ConnectionPool pool) {
        this.file = file;
        this.storeDirectory = storeDirectory;
        this.settings = settings;
        this.opener = opener;
        this.pool = pool;
    }

    /**
     * Opens the database of a store, and makes it if there is none and {@code settings} allow to write.
     *
     * @throws StoreException if it is of another schema, damaged, open in this process, or cannot be read or written
     */
    static SqliteDatabase open(StoreLayout layout, DatabaseSettings settings) throws IOException {
        DatabaseFiles files = new DatabaseFiles(layout.database());
        boolean numbered = files.checkSchema();
        if (numbered && !Files.exists(files.database())) {
            throw new StoreException(files.database() + ": is missing, though the store has had a database; "
                    + SqliteErrors.HINT_DAMAGED);
        }
        if (settings.readOnly()) {
            if (!Files.exists(files.database())) {
                throw new StoreException(
                        files.database() + ": there is no database, and a store that is opened read-only"
                                + " is not made; open it once to write");
            }
        } else {
            create(layout, files);
        }
        SqliteLibrary.load(settings.readOnly() ? null : layout.own());
        SingleOpener opener = SingleOpener.of(files.database());
        SqliteDatabase database = null;
        try {
            ConnectionPool pool = new ConnectionPool(files, settings.readOnly());
            database = new SqliteDatabase(files.database(), layout.storeDirectory(), settings, opener, pool);
            if (settings.readOnly()) {
                pool.with(session -> {
                    SchemaTables.check(files.database(), session);
                    return true;
                });
            } else {
                database.prepareWithReserve(files, numbered);
            }
            return database;
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, database == null ? opener::close : database::close);
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, Closeable opened) {
        try {
            opened.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void create(StoreLayout layout, DatabaseFiles files) throws IOException {
        try {
            files.create();
            Files.createDirectories(layout.own());
        } catch (FileSystemException e) {
            throw new StoreException(
                    layout.state() + ": no database can be made or written there (" + e.getMessage()
                            + "); check owner, mode and free space, or open the store read-only",
                    e);
        }
    }

    /** On a full disk not even SQLite's index of its log can be made: the reserve is kept for that. */
    private void prepareWithReserve(DatabaseFiles files, boolean numbered) throws IOException {
        try {
            prepare(files, numbered);
        } catch (StoreException e) {
            if (!SqliteErrors.mayBeFull(e) || !files.useReserve()) {
                throw e;
            }
            prepare(files, numbered);
        }
    }

    /** Makes what is missing; where nothing is, a write of another process is not waited for. */
    private void prepare(DatabaseFiles files, boolean numbered) throws IOException {
        writing.lock();
        try {
            SqliteSession session = connected();
            if (SchemaTables.isComplete(session)) {
                SchemaTables.check(file, session);
            } else {
                make(numbered);
            }
        } catch (SQLException e) {
            throw SqliteErrors.of(file, "be opened", e);
        } finally {
            writing.unlock();
        }
        if (!numbered) {
            files.writeSchema();
        }
        files.reserve();
    }

    private void make(boolean numbered) throws IOException {
        inTransaction(session -> {
            if (numbered && SchemaTables.isEmpty(session)) {
                throw new StoreException(file + ": is damaged: it is empty, though the store has had a database; "
                        + SqliteErrors.HINT_DAMAGED);
            }
            SchemaTables.create(file, session);
            return true;
        });
    }

    @Override
    public boolean isValid(StorePath path) throws IOException {
        return read(queries -> queries.isValid(path));
    }

    @Override
    public Optional<PathInfo> pathInfo(StorePath path) throws IOException {
        return read(queries -> queries.pathInfo(path));
    }

    @Override
    public List<PathInfo> pathInfos(List<StorePath> paths) throws IOException {
        return read(queries -> queries.pathInfos(paths));
    }

    @Override
    public Optional<StorePath> pathFromHashPart(String hashPart) throws IOException {
        return read(queries -> queries.pathFromHashPart(storeDirectory, hashPart));
    }

    @Override
    public SortedSet<StorePath> referrers(StorePath path) throws IOException {
        return read(queries -> queries.referrers(path));
    }

    @Override
    public SortedSet<StorePath> references(StorePath path) throws IOException {
        return read(queries -> queries.references(path));
    }

    @Override
    public SortedSet<StorePath> derivers(StorePath output) throws IOException {
        return read(queries -> queries.derivers(output));
    }

    @Override
    public SortedMap<String, StorePath> outputs(StorePath derivation) throws IOException {
        return read(queries -> queries.outputs(derivation));
    }

    @Override
    public List<StorePath> page(@Nullable StorePath after, int most) throws IOException {
        return read(queries -> queries.page(after, most));
    }

    @Override
    public void survey(Surveyor surveyor) throws IOException {
        pool.with(session -> {
            new SurveyQueries(file, session).survey(surveyor);
            return true;
        });
    }

    @Override
    public long number(StorePath path) throws IOException {
        return read(queries -> queries.id(path)).orElse(-1L);
    }

    @Override
    public List<Counted> paths(long... numbers) throws IOException {
        return pool.with(session -> new SurveyQueries(file, session).paths(numbers));
    }

    @Override
    public List<String> damage(int most) throws IOException {
        return read(queries -> queries.damage(most));
    }

    private <T> T read(ConnectionPool.Question<T> question) throws IOException {
        return pool.ask(question);
    }

    @Override
    public <T> T write(Work<T> work) throws IOException {
        if (settings.readOnly()) {
            throw new StoreException(file + ": was opened read-only, so nothing can be changed in it");
        }
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a write inside a write");
        }
        try {
            writing.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            return inTransaction(session -> {
                PathChanges changes = new PathChanges(session, new PathQueries(session));
                T result;
                boolean sound;
                try {
                    result = work.in(changes);
                } finally {
                    sound = changes.end();
                }
                if (!sound) {
                    throw new StoreException(
                            file + ": a change failed, so nothing of the transaction that it was part of is kept");
                }
                return result;
            });
        } finally {
            writing.unlock();
        }
    }

    /** What is done in a transaction on the connection that writes. */
    @FunctionalInterface
    private interface Step<T> {
        T on(SqliteSession session) throws IOException, SQLException;
    }

    private <T> T inTransaction(Step<T> step) throws IOException {
        SqliteSession session = begin();
        try {
            T result = step.on(session);
            session.run("commit");
            return result;
        } catch (SQLException e) {
            StoreException failure = SqliteErrors.of(file, "be written", e);
            undo(session, failure);
            throw failure;
        } catch (IOException | RuntimeException | Error e) {
            undo(session, e);
            throw e;
        }
    }

    private void undo(SqliteSession session, Throwable failure) {
        try {
            session.run("rollback");
        } catch (SQLException e) {
            if (!isOutsideTransaction(session)) {
                writer = null;
                closeAfter(failure, session::close);
            }
        }
    }

    /**
     * Whether SQLite has undone a transaction by itself, as it does when the disk fails. The connection must stay open then:
     * as long as one is, the index of the log tells all that the commit is not part of it, and the next one overwrites it;
     * whoever opens the log anew reads it to the last whole commit, also one whose sync had failed.
     */
    private static boolean isOutsideTransaction(SqliteSession session) {
        try {
            session.run("begin");
            session.run("rollback");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private SqliteSession begin() throws IOException {
        long most = Math.max(1, settings.busyWait().toMillis() / SLICE.toMillis());
        for (long tried = 1; ; tried++) {
            if (closed) {
                throw new IllegalStateException(CLOSED);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted();
            }
            try {
                SqliteSession session = connected();
                session.run("begin immediate");
                return session;
            } catch (SQLException e) {
                if (!SqliteErrors.isBusy(e) || tried >= most) {
                    throw SqliteErrors.of(file, "be written", e);
                }
            }
        }
    }

    private SqliteSession connected() throws SQLException {
        SqliteSession session = writer;
        if (session == null) {
            session = SqliteSession.open(file, SqliteSession.Access.WRITE);
            writer = session;
            configure(session);
        }
        return session;
    }

    private void configure(SqliteSession session) throws SQLException {
        try {
            session.run("pragma busy_timeout = " + SLICE.toMillis());
            String mode = session.text("pragma journal_mode = wal");
            if (!"wal".equals(mode)) {
                throw new SQLException(
                        "the file system allows no write-ahead log", "", SQLiteErrorCode.SQLITE_IOERR.code);
            }
            session.run("pragma synchronous = " + (settings.synced() ? "full" : "off"));
            session.run("pragma wal_autocheckpoint = 4000");
            session.run("pragma journal_size_limit = 67108864");
            session.run("pragma cache_size = -16000");
        } catch (SQLException e) {
            writer = null;
            closeAfter(e, session::close);
            throw e;
        }
    }

    private InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(file + ": interrupted while waiting to write");
    }

    @Override
    public void close() throws IOException {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("close inside a write");
        }
        closed = true;
        writing.lock();
        try (opener) {
            closeConnections();
        } finally {
            writing.unlock();
        }
    }
    /** The one that may write goes last: it is the one that can empty the log at the end. */
    private void closeConnections() throws IOException {
        try {
            pool.close();
        } finally {
            SqliteSession last = writer;
            writer = null;
            if (last != null) {
                last.close();
            }
        }
    }
}
