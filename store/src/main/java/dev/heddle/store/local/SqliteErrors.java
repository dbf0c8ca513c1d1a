package dev.heddle.store.local;

import dev.heddle.store.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Says in words what SQLite tells by a number. */
final class SqliteErrors {

    private static final int PRIMARY_CODE = 0xff;

    private SqliteErrors() {}

    /** The error of doing {@code what} with the database in {@code file}. */
    static StoreException of(Path file, String what, SQLException error) {
        String cause = switch (primary(error)) {
            case SQLITE_CORRUPT, SQLITE_NOTADB -> "it is damaged (" + error.getMessage() + "); " + HINT_DAMAGED;
            case SQLITE_FULL -> "the disk is full; nothing of this change was kept. Collect garbage or make room";
            case SQLITE_BUSY ->
                "another process is writing in it, or the file system has no locks"
                        + " (a network mount without a lock service tells it so); try again when it is done";
            case SQLITE_READONLY, SQLITE_PERM ->
                "it cannot be written: this user may not write the file or its directory, or the disk is read-only ("
                        + SQLiteErrorCode.getErrorCode(error.getErrorCode()).name()
                        + "); be its owner, or open the store read-only";
            case SQLITE_CANTOPEN ->
                "it cannot be opened (" + error.getMessage()
                        + "); check the owner and mode of the file and of its directory, or open the store read-only";
            case SQLITE_IOERR -> "the disk failed (" + error.getMessage() + "); the kernel's log may say why";
            default -> String.valueOf(error.getMessage());
        };
        return new StoreException(file + ": cannot " + what + ": " + cause, error);
    }

    /** A row that holds what no program writes. */
    static StoreException damaged(Path file, String row, RuntimeException cause) {
        return new StoreException(
                file + ": it is damaged: what it says of '" + row + "' cannot be (" + cause.getMessage() + "); "
                        + HINT_DAMAGED,
                cause);
    }

    /** What can be done about damage. */
    static final String HINT_DAMAGED =
            "restore it from a copy, or let 'sqlite3 FILE .recover' show what can be saved of it";

    /** Whether somebody else holds a lock that was wanted. */
    static boolean isBusy(SQLException error) {
        return primary(error) == SQLiteErrorCode.SQLITE_BUSY;
    }

    /** Whether more room on the disk might help. */
    static boolean mayBeFull(StoreException error) {
        if (error.getCause() instanceof SQLException cause) {
            SQLiteErrorCode code = primary(cause);
            return code == SQLiteErrorCode.SQLITE_FULL
                    || code == SQLiteErrorCode.SQLITE_IOERR
                    || code == SQLiteErrorCode.SQLITE_CANTOPEN;
        }
        return false;
    }

    /** Whether the file, or one beside it, cannot be opened in the way that was wanted. */
    static boolean isClosedToUs(SQLException error) {
        SQLiteErrorCode code = primary(error);
        return code == SQLiteErrorCode.SQLITE_CANTOPEN || code == SQLiteErrorCode.SQLITE_READONLY;
    }

    private static SQLiteErrorCode primary(SQLException error) {
        return SQLiteErrorCode.getErrorCode(error.getErrorCode() & PRIMARY_CODE);
    }
}
