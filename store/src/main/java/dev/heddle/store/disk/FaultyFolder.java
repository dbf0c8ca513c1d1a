package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/** A folder of a {@link FaultyDisk}. */
final class FaultyFolder implements Folder {

    private final FaultyDisk disk;
    private final Folder folder;

    FaultyFolder(FaultyDisk disk, Folder folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** The folder behind this one. */
    Folder folder() {
        return folder;
    }

    private void check(Operation operation) throws IOException {
        disk.check(operation, folder.path());
    }

    private void check(Operation operation, RawName name) throws IOException {
        disk.check(operation, at(name));
    }

    private Path at(RawName name) {
        return name.isFileName() ? folder.path().resolve(RawPaths.ofName(name)) : folder.path();
    }

    private static Folder behind(Folder other) {
        return other instanceof FaultyFolder faulty ? faulty.folder : other;
    }

    @Override
    public Path path() {
        return folder.path();
    }

    @Override
    public FileFacts facts() throws IOException {
        check(Operation.LOOK);
        return folder.facts();
    }

    @Override
    public FileFacts facts(RawName name) throws IOException {
        check(Operation.LOOK, name);
        return folder.facts(name);
    }

    @Override
    public FileFacts.Kind kind(RawName name) throws IOException {
        check(Operation.LOOK, name);
        return folder.kind(name);
    }

    @Override
    public FileFacts.Form form(RawName name) throws IOException {
        check(Operation.LOOK, name);
        return folder.form(name);
    }

    @Override
    public boolean isAt(Path directory) throws IOException {
        check(Operation.LOOK);
        return folder.isAt(directory);
    }

    @Override
    public boolean exists(RawName name) throws IOException {
        check(Operation.LOOK, name);
        return folder.exists(name);
    }

    @Override
    public List<RawName> names(long most) throws IOException {
        check(Operation.LIST);
        return folder.names(most);
    }

    @Override
    public Folder folder(RawName name) throws IOException {
        check(Operation.OPEN_FOLDER, name);
        return new FaultyFolder(disk, folder.folder(name));
    }

    @Override
    public SeekableByteChannel read(RawName name) throws IOException {
        check(Operation.OPEN_TO_READ, name);
        return new FaultyChannel.Reading(disk, at(name), folder.read(name));
    }

    @Override
    public WritableByteChannel create(RawName name, int mode) throws IOException {
        check(Operation.CREATE, name);
        return new FaultyChannel.Writing(disk, at(name), folder.create(name, mode));
    }

    @Override
    public WritableByteChannel append(RawName name, int mode) throws IOException {
        check(Operation.APPEND, name);
        return new FaultyChannel.Writing(disk, at(name), folder.append(name, mode));
    }

    @Override
    public Folder createFolder(RawName name) throws IOException {
        check(Operation.CREATE_FOLDER, name);
        return new FaultyFolder(disk, folder.createFolder(name));
    }

    @Override
    public RawName readLink(RawName name) throws IOException {
        check(Operation.READ_LINK, name);
        return folder.readLink(name);
    }

    @Override
    public void createLink(RawName name, RawName target) throws IOException {
        check(Operation.CREATE_LINK, name);
        folder.createLink(name, target);
    }

    @Override
    public void hardLink(RawName existing, Folder to, RawName name) throws IOException {
        check(Operation.HARD_LINK, existing);
        folder.hardLink(existing, behind(to), name);
    }

    @Override
    public void move(RawName from, Folder to, RawName name) throws IOException {
        check(Operation.MOVE, from);
        folder.move(from, behind(to), name);
    }

    @Override
    public void delete(RawName name) throws IOException {
        check(Operation.DELETE, name);
        folder.delete(name);
    }

    @Override
    public void deleteFolder(RawName name) throws IOException {
        check(Operation.DELETE, name);
        folder.deleteFolder(name);
    }

    @Override
    public void setMode(int mode) throws IOException {
        check(Operation.SET_MODE);
        folder.setMode(mode);
    }

    @Override
    public void setMode(RawName name, int mode) throws IOException {
        check(Operation.SET_MODE, name);
        folder.setMode(name, mode);
    }

    @Override
    public void setTime(long seconds) throws IOException {
        check(Operation.SET_TIME);
        folder.setTime(seconds);
    }

    @Override
    public void setTime(RawName name, long seconds) throws IOException {
        check(Operation.SET_TIME, name);
        folder.setTime(name, seconds);
    }

    @Override
    public void sync() throws IOException {
        check(Operation.SYNC);
        folder.sync();
    }

    @Override
    public void sync(RawName name) throws IOException {
        check(Operation.SYNC, name);
        folder.sync(name);
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
