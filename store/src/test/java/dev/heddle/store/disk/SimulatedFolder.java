package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import dev.heddle.store.disk.SimulatedDisk.Slot;
import dev.heddle.store.disk.SimulatedDisk.Step;
import dev.heddle.store.disk.SimulatedInode.Directory;
import dev.heddle.store.disk.SimulatedInode.File;
import dev.heddle.store.disk.SimulatedInode.Link;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open directory of a {@link SimulatedDisk}; fails for moved directories where the system's does. */
final class SimulatedFolder implements Folder {

    private static final int MODE_BITS = 0777;

    private final SimulatedDisk disk;
    private final Directory directory;
    private final Path path;
    private boolean closed;

    SimulatedFolder(SimulatedDisk disk, Directory directory, Path path) {
        this.disk = disk;
        this.directory = directory;
        this.path = path;
    }

    private <T> T call(Operation operation, Path at, Step<T> step) throws IOException {
        return disk.call(operation, at, () -> {
            if (closed) {
                throw new IllegalStateException(path + ": the folder is closed");
            }
            return step.run();
        });
    }

    private <T> T call(Operation operation, RawName name, Step<T> step) throws IOException {
        return call(operation, at(name), step);
    }

    private Path at(RawName name) {
        if (!name.isFileName()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a file");
        }
        return path.resolve(RawPaths.ofName(name));
    }

    private FileSystemException error(RawName name, String words) {
        return new FileSystemException(at(name).toString(), null, words);
    }

    private SimulatedInode entry(RawName name) throws NoSuchFileException {
        SimulatedInode inode = directory.entries.get(name);
        if (inode == null) {
            throw new NoSuchFileException(at(name).toString());
        }
        return inode;
    }

    private File file(RawName name) throws IOException {
        if (entry(name) instanceof File file) {
            return file;
        }
        throw error(name, "not a regular file");
    }

    /** What the JDK does by path works only where the path still leads here. */
    private void reachable() throws IOException {
        try {
            if (disk.resolve(path) == directory) {
                return;
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw moved();
        }
        throw moved();
    }

    private FileSystemException moved() {
        return new FileSystemException(
                path.toString(), null, "the directory was moved, removed or exchanged while it was open");
    }

    /** Whether {@code name} can be given to something new. */
    private void free(RawName name) throws IOException {
        if (directory.parent == null) {
            throw new NoSuchFileException(at(name).toString());
        }
        if (directory.entries.containsKey(name)) {
            throw new FileAlreadyExistsException(at(name).toString());
        }
    }

    private static void checkMode(int mode) {
        if ((mode & ~MODE_BITS) != 0) {
            throw new IllegalArgumentException("a mode is 0 to 0777, not 0" + Integer.toOctalString(mode));
        }
    }

    @Override
    public Path path() {
        return path;
    }

    private static FileFacts facts(SimulatedInode inode) {
        return new FileFacts(inode.kind(), inode.mode, inode.size(), inode.links, 0, 1, inode.number, inode.modified);
    }

    @Override
    public FileFacts facts() throws IOException {
        return call(Operation.LOOK, path, () -> {
            reachable();
            return facts(directory);
        });
    }

    @Override
    public FileFacts facts(RawName name) throws IOException {
        return call(Operation.LOOK, name, () -> {
            SimulatedInode inode = entry(name);
            reachable();
            return facts(inode);
        });
    }

    @Override
    public FileFacts.Kind kind(RawName name) throws IOException {
        return call(Operation.LOOK, name, () -> entry(name).kind());
    }

    @Override
    public boolean exists(RawName name) throws IOException {
        return call(Operation.LOOK, name, () -> directory.entries.containsKey(name));
    }

    @Override
    public List<RawName> names(long most) throws IOException {
        return call(Operation.LIST, path, () -> {
            if (directory.entries.size() > most) {
                throw new IOException(path + ": more than " + most + " entries in one directory");
            }
            return List.copyOf(directory.entries.keySet());
        });
    }

    @Override
    public Folder folder(RawName name) throws IOException {
        return call(Operation.OPEN_FOLDER, name, () -> {
            if (entry(name) instanceof Directory inner) {
                return new SimulatedFolder(disk, inner, at(name));
            }
            throw new NotDirectoryException(at(name).toString());
        });
    }

    @Override
    public SeekableByteChannel read(RawName name) throws IOException {
        return call(Operation.OPEN_TO_READ, name, () -> new SimulatedChannel(disk, file(name), at(name), false));
    }

    @Override
    public WritableByteChannel create(RawName name, int mode) throws IOException {
        checkMode(mode);
        return call(Operation.CREATE, name, () -> {
            free(name);
            return new SimulatedChannel(disk, newFile(name, mode), at(name), true);
        });
    }

    private File newFile(RawName name, int mode) {
        File file = new File(disk.newNumber(), mode, disk.now());
        disk.change(new Slot(directory, name, file));
        return file;
    }

    @Override
    public WritableByteChannel append(RawName name, int mode) throws IOException {
        checkMode(mode);
        return call(Operation.APPEND, name, () -> {
            if (directory.entries.containsKey(name)) {
                return new SimulatedChannel(disk, file(name), at(name), true);
            }
            free(name);
            return new SimulatedChannel(disk, newFile(name, mode), at(name), true);
        });
    }

    @Override
    public Folder createFolder(RawName name) throws IOException {
        return call(Operation.CREATE_FOLDER, name, () -> {
            reachable();
            free(name);
            return new SimulatedFolder(disk, disk.makeDirectory(directory, name, 0700), at(name));
        });
    }

    @Override
    public RawName readLink(RawName name) throws IOException {
        return call(Operation.READ_LINK, name, () -> {
            if (entry(name) instanceof Link link) {
                reachable();
                return link.target;
            }
            throw error(name, "not a symbolic link");
        });
    }

    @Override
    public void createLink(RawName name, RawName target) throws IOException {
        call(Operation.CREATE_LINK, name, () -> {
            if (target.length() == 0 || target.contains(0) || RawPaths.ofTarget(target) == null) {
                throw error(name, "Java cannot make a link to " + target);
            }
            reachable();
            free(name);
            disk.change(new Slot(directory, name, new Link(disk.newNumber(), disk.now(), target)));
            return name;
        });
    }

    @Override
    public void hardLink(RawName existing, Folder to, RawName name) throws IOException {
        SimulatedFolder other = (SimulatedFolder) to;
        call(Operation.HARD_LINK, existing, () -> {
            SimulatedInode inode = entry(existing);
            reachable();
            other.reachable();
            other.free(name);
            if (inode instanceof Directory) {
                throw error(existing, "Operation not permitted");
            }
            inode.links++;
            disk.change(new Slot(other.directory, name, inode));
            return name;
        });
    }

    @Override
    public void move(RawName from, Folder to, RawName name) throws IOException {
        SimulatedFolder other = (SimulatedFolder) to;
        other.at(name);
        call(Operation.MOVE, from, () -> {
            SimulatedInode moved = entry(from);
            SimulatedInode there = other.directory.entries.get(name);
            if (moved == there) {
                return name;
            }
            checkMove(moved, there, other, name);
            if (there != null) {
                forget(there);
            }
            if (moved instanceof Directory inner) {
                inner.parent = other.directory;
            }
            disk.change(new Slot(directory, from, null), new Slot(other.directory, name, moved));
            return name;
        });
    }

    private void checkMove(SimulatedInode moved, @Nullable SimulatedInode there, SimulatedFolder other, RawName name)
            throws IOException {
        if (other.directory.parent == null) {
            throw new NoSuchFileException(other.at(name).toString());
        }
        for (Directory above = other.directory; above != null && above != above.parent; above = above.parent) {
            if (above == moved) {
                throw other.error(name, "Invalid argument");
            }
        }
        if (there instanceof Directory inner && !inner.entries.isEmpty()) {
            throw new DirectoryNotEmptyException(other.at(name).toString());
        }
        if (there != null && moved instanceof Directory != there instanceof Directory) {
            throw other.error(name, there instanceof Directory ? "Is a directory" : "Not a directory");
        }
    }

    private static void forget(SimulatedInode inode) {
        inode.links--;
        if (inode instanceof Directory removed) {
            removed.parent = null;
        }
    }

    @Override
    public void delete(RawName name) throws IOException {
        call(Operation.DELETE, name, () -> {
            SimulatedInode inode = entry(name);
            if (inode instanceof Directory) {
                throw error(name, "Is a directory");
            }
            forget(inode);
            disk.change(new Slot(directory, name, null));
            return name;
        });
    }

    @Override
    public void deleteFolder(RawName name) throws IOException {
        call(Operation.DELETE, name, () -> {
            if (!(entry(name) instanceof Directory inner)) {
                throw error(name, "Not a directory");
            }
            if (!inner.entries.isEmpty()) {
                throw new DirectoryNotEmptyException(at(name).toString());
            }
            forget(inner);
            disk.change(new Slot(directory, name, null));
            return name;
        });
    }

    @Override
    public void setMode(int mode) throws IOException {
        checkMode(mode);
        call(Operation.SET_MODE, path, () -> directory.mode = mode);
    }

    @Override
    public void setMode(RawName name, int mode) throws IOException {
        checkMode(mode);
        call(Operation.SET_MODE, name, () -> {
            SimulatedInode inode = entry(name);
            if (inode instanceof Link) {
                throw error(name, "neither a regular file nor a directory");
            }
            inode.mode = mode;
            return name;
        });
    }

    @Override
    public void setTime(long seconds) throws IOException {
        call(Operation.SET_TIME, path, () -> directory.modified = seconds);
    }

    @Override
    public void setTime(RawName name, long seconds) throws IOException {
        call(Operation.SET_TIME, name, () -> {
            SimulatedInode inode = entry(name);
            if (inode instanceof Link) {
                reachable();
            }
            return inode.modified = seconds;
        });
    }

    @Override
    public void sync() throws IOException {
        call(Operation.SYNC, path, () -> {
            directory.sync();
            disk.syncNames(directory);
            return path;
        });
    }

    @Override
    public void sync(RawName name) throws IOException {
        call(Operation.SYNC, name, () -> {
            file(name).sync();
            return name;
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
