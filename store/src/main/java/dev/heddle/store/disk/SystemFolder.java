package dev.heddle.store.disk;

import dev.heddle.store.disk.FileFacts.Kind;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * A directory of the system, open by handle.
 *
 * <p>The JDK knows calls relative to a handle to open, rename, remove and look at entries, and to set modes and times of what
 * can be opened. Everything else goes through {@link SystemPlace}.
 *
 * <p>Opening a pipe would wait for its other end, and a device may do anything: before something is opened, its kind is asked.
 */
final class SystemFolder implements Folder {

    private static final Path HERE = Path.of(".");

    private final SecureDirectoryStream<Path> handle;
    private final SystemPlace place;
    private final SystemFiles files;

    private SystemFolder(SecureDirectoryStream<Path> handle, SystemPlace place, int bitsThatHold) {
        this.handle = handle;
        this.place = place;
        this.files = new SystemFiles(handle, place, bitsThatHold);
    }

    /** What {@link Disk#open} gives; owns {@code handle}. */
    static SystemFolder top(SecureDirectoryStream<Path> handle, Path path) {
        return new SystemFolder(handle, SystemPlace.top(handle, path), 0);
    }

    @Override
    public Path path() {
        return place.path();
    }

    @Override
    public FileFacts facts() throws IOException {
        return place.facts(null, handle.getFileAttributeView(PosixFileAttributeView.class));
    }

    @Override
    public FileFacts facts(RawName name) throws IOException {
        Path entry = entry(name);
        return place.facts(entry, posix(entry));
    }

    @Override
    public Kind kind(RawName name) throws IOException {
        return place.kind(entry(name));
    }

    @Override
    public FileFacts.Form form(RawName name) throws IOException {
        Path entry = entry(name);
        return place.form(entry, posix(entry));
    }

    @Override
    public boolean isAt(Path directory) throws IOException {
        return place.isAt(directory);
    }

    @Override
    public boolean exists(RawName name) throws IOException {
        try {
            kind(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public List<RawName> names(long most) throws IOException {
        List<RawName> names = new ArrayList<>();
        forEachName(name -> {
            if (names.size() >= most) {
                throw new IOException(place.path() + ": more than " + most + " entries in one directory");
            }
            names.add(name);
        });
        Collections.sort(names);
        return names;
    }

    @Override
    public void forEachName(NameVisitor visitor) throws IOException {
        try (DirectoryStream<Path> entries = entries()) {
            Iterator<Path> each = entries.iterator();
            while (hasNext(each)) {
                visitor.name(RawPaths.toName(each.next().getFileName()));
            }
        }
    }

    /** A stream gives its entries once; another one on the same directory gives them again. */
    private DirectoryStream<Path> entries() throws IOException {
        try {
            return handle.newDirectoryStream(HERE, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw place.error(null, e);
        }
    }

    private boolean hasNext(Iterator<Path> entries) throws IOException {
        try {
            return entries.hasNext();
        } catch (DirectoryIteratorException e) {
            throw place.error(null, Objects.requireNonNull(e.getCause()));
        }
    }

    @Override
    public Folder folder(RawName name) throws IOException {
        Path entry = entry(name);
        if (place.kind(entry) != Kind.DIRECTORY) {
            throw place.error(entry, new NotDirectoryException(""));
        }
        return opened(name, entry, 0);
    }

    private SystemFolder opened(RawName name, Path entry, int bits) throws IOException {
        try {
            SecureDirectoryStream<Path> inner = handle.newDirectoryStream(entry, LinkOption.NOFOLLOW_LINKS);
            return new SystemFolder(inner, place.below(inner, entry, name.length()), bits);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public SeekableByteChannel read(RawName name) throws IOException {
        return files.read(entry(name));
    }

    @Override
    public WritableByteChannel create(RawName name, int mode) throws IOException {
        return files.create(entry(name), mode);
    }

    @Override
    public WritableByteChannel append(RawName name, int mode) throws IOException {
        return files.append(entry(name), mode);
    }

    @Override
    public Folder createFolder(RawName name) throws IOException {
        Path entry = entry(name);
        place.make(entry, name.length(), at -> Files.createDirectory(at, SystemModes.attribute(0700)));
        SystemFolder made = opened(name, entry, files.bitsThatHold());
        try {
            place.checkOurs(made.place);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    @Override
    public RawName readLink(RawName name) throws IOException {
        Path entry = entry(name);
        return place.readLink(entry, posix(entry));
    }

    @Override
    public void createLink(RawName name, RawName target) throws IOException {
        Path entry = entry(name);
        Path points = target.length() == 0 || target.contains(0) ? null : RawPaths.ofTarget(target);
        if (points == null) {
            throw new IOException("symbolic link '" + place.text(entry) + "': Java cannot make one with the target '"
                    + target + "', for its slashes or zero bytes; use another program for it");
        }
        place.make(entry, name.length(), at -> Files.createSymbolicLink(at, points));
    }

    @Override
    public void hardLink(RawName existing, Folder to, RawName name) throws IOException {
        SystemFolder other = system(to);
        Path from = entry(existing);
        Path entry = entry(name);
        Object wanted = key(from);
        Path source = place.reachable().resolve(from);
        other.place.make(entry, name.length(), at -> Files.createLink(at, source));
        if (!wanted.equals(other.key(entry))) {
            throw other.place.error(
                    entry,
                    new IOException("another file than " + place.text(from)
                            + " was linked to, which was exchanged meanwhile; remove the new link"));
        }
    }

    private Object key(Path entry) throws IOException {
        try {
            return SystemPlace.key(posix(entry).readAttributes());
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public void move(RawName from, Folder to, RawName name) throws IOException {
        SystemFolder other = system(to);
        Path source = entry(from);
        Path target = entry(name);
        try {
            handle.move(source, other.handle, target);
        } catch (NoSuchFileException e) {
            throw place.error(source, e);
        } catch (IOException e) {
            if (other.hasEntries(name)) {
                throw other.place.error(target, new DirectoryNotEmptyException(""));
            }
            throw other.place.makingError(target, e);
        }
    }

    private boolean hasEntries(RawName name) {
        try (Folder there = folder(name)) {
            return !there.names(Long.MAX_VALUE).isEmpty();
        } catch (IOException noDirectory) {
            return false;
        }
    }

    @Override
    public void delete(RawName name) throws IOException {
        Path entry = entry(name);
        try {
            handle.deleteFile(entry);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public void deleteFolder(RawName name) throws IOException {
        Path entry = entry(name);
        try {
            handle.deleteDirectory(entry);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public void setMode(int mode) throws IOException {
        try {
            handle.getFileAttributeView(PosixFileAttributeView.class).setPermissions(SystemModes.of(mode));
        } catch (IOException e) {
            throw place.error(null, e);
        }
    }

    @Override
    public void setMode(RawName name, int mode) throws IOException {
        Path entry = entry(name);
        checkOpenable(entry, place.kind(entry));
        PosixFileAttributeView view = posix(entry);
        try {
            view.setPermissions(SystemModes.of(mode));
        } catch (AccessDeniedException unreadable) {
            // By handle a file is opened to read first, which its owner may not be allowed to.
            place.setModeByPath(entry, view, mode);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public void setTime(long seconds) throws IOException {
        FileTime time = SystemPlace.time(seconds);
        try {
            handle.getFileAttributeView(BasicFileAttributeView.class).setTimes(time, time, null);
        } catch (IOException e) {
            throw place.error(null, e);
        }
    }

    @Override
    public void setTime(RawName name, long seconds) throws IOException {
        Path entry = entry(name);
        Kind kind = place.kind(entry);
        if (kind == Kind.LINK) {
            place.setLinkTime(entry, name.length(), posix(entry), seconds);
            return;
        }
        checkOpenable(entry, kind);
        FileTime time = SystemPlace.time(seconds);
        try {
            // Both times are given, else the other one would have to be asked for first.
            posix(entry).setTimes(time, time, null);
        } catch (IOException e) {
            throw place.error(entry, e);
        }
    }

    @Override
    public void sync() throws IOException {
        files.syncDirectory();
    }

    @Override
    public void sync(RawName name) throws IOException {
        files.sync(entry(name));
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }

    private static Path entry(RawName name) {
        if (!name.isFileName()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a file");
        }
        return RawPaths.ofName(name);
    }

    /** Other kinds may wait when they are opened, or act. */
    private void checkOpenable(Path entry, Kind kind) throws IOException {
        if (kind != Kind.FILE && kind != Kind.DIRECTORY) {
            throw place.error(entry, new IOException("neither a regular file nor a directory"));
        }
    }

    private PosixFileAttributeView posix(Path entry) {
        return handle.getFileAttributeView(entry, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static SystemFolder system(Folder folder) {
        if (folder instanceof SystemFolder system) {
            return system;
        }
        throw new IllegalArgumentException("a folder of another disk: " + folder.path());
    }
}
