package dev.heddle.store.disk;

import java.nio.file.Path;

/**
 * One call to a disk.
 *
 * @param number counted from 1
 * @param operation what was to be done
 * @param path what with; for people, since the directory may have been moved
 */
public record DiskCall(long number, Operation operation, Path path) {

    /** What can be asked of a {@link Disk}, of its {@link Folder}s, and of the channels that these open. */
    public enum Operation {
        /** {@link Disk#open}. */
        OPEN_DIRECTORY,
        /** {@link Disk#openOrCreate}. */
        OPEN_OR_CREATE,
        /** {@link Disk#sync}. */
        SYNC_ALL,
        /** {@link Folder#facts}, {@link Folder#form}, {@link Folder#kind}, {@link Folder#exists} and {@link Folder#isAt}. */
        LOOK,
        /** {@link Folder#names}. */
        LIST,
        /** {@link Folder#folder}. */
        OPEN_FOLDER,
        /** {@link Folder#read}. */
        OPEN_TO_READ,
        /** {@link Folder#create}. */
        CREATE,
        /** {@link Folder#append}. */
        APPEND,
        /** {@link Folder#createFolder}. */
        CREATE_FOLDER,
        /** {@link Folder#readLink}. */
        READ_LINK,
        /** {@link Folder#createLink}. */
        CREATE_LINK,
        /** {@link Folder#hardLink}. */
        HARD_LINK,
        /** {@link Folder#move}. */
        MOVE,
        /** {@link Folder#delete} and {@link Folder#deleteFolder}. */
        DELETE,
        /** {@link Folder#setMode}. */
        SET_MODE,
        /** {@link Folder#setTime}. */
        SET_TIME,
        /** {@link Folder#sync}, of a file or the directory. */
        SYNC,
        /** A read from a file. */
        READ,
        /** A write to a file. */
        WRITE,
        /** The close of a file that was written. */
        CLOSE
    }

    @Override
    public String toString() {
        return "call " + number + ": " + operation + " " + path;
    }
}
