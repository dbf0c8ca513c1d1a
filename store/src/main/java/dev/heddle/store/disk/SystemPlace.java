package dev.heddle.store.disk;

import dev.heddle.store.disk.FileFacts.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an open directory is, for the calls that the JDK has by path only. A path is believed after it was seen to lead to the
 * same file as the handle.
 */
final class SystemPlace {

    /** What Linux takes in one call, less the closing zero byte. */
    private static final int MOST_PATH_BYTES = 4095;

    /** An entry can be exchanged by its owner between two looks; one that always is cannot be told of. */
    private static final int LOOKS = 8;

    private static final int FREE_NAMES = 1_000;

    private static final Path SELF = Path.of("/proc/self");
    private static final String MORE = "unix:mode,nlink,uid,dev,ino,fileKey";

    /** A call that makes something at a path. */
    interface Maker {
        void at(Path path) throws IOException;
    }

    private final SecureDirectoryStream<Path> handle;
    private final Path path;
    private final int pathBytes;
    /** The place of the folder that was opened by path; itself, if that is this one. */
    private final SystemPlace top;

    private volatile @Nullable Object key;
    /** Whether others may write here; looked at once. */
    private volatile @Nullable Boolean shared;

    private SystemPlace(SecureDirectoryStream<Path> handle, Path path, int pathBytes, @Nullable SystemPlace top) {
        this.handle = handle;
        this.path = path;
        this.pathBytes = pathBytes;
        this.top = top == null ? this : top;
    }

    static SystemPlace top(SecureDirectoryStream<Path> handle, Path path) {
        return new SystemPlace(handle, path, RawPaths.toName(path).length(), null);
    }

    SystemPlace below(SecureDirectoryStream<Path> inner, Path entry, int nameBytes) {
        return new SystemPlace(inner, path.resolve(entry), pathBytes + 1 + nameBytes, top);
    }

    Path path() {
        return path;
    }

    String text(@Nullable Path entry) {
        return RawPaths.toName(resolve(entry)).toString();
    }

    private Path resolve(@Nullable Path entry) {
        return entry == null ? path : path.resolve(entry);
    }

    IOException error(@Nullable Path entry, IOException e) {
        return SystemError.at(resolve(entry), e);
    }

    IOException makingError(Path entry, IOException e) {
        return SystemError.making(resolve(entry), e);
    }

    static Object key(BasicFileAttributes attributes) throws IOException {
        Object key = attributes.fileKey();
        if (key == null) {
            throw new IOException("this file system does not number its files");
        }
        return key;
    }

    /** What an entry is, by handle. */
    Kind kind(Path entry) throws IOException {
        try {
            return kind(handle.getFileAttributeView(entry, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (IOException e) {
            throw error(entry, e);
        }
    }

    /** What an entry is and whether it can be executed, by handle. */
    FileFacts.Form form(Path entry, PosixFileAttributeView byHandle) throws IOException {
        try {
            PosixFileAttributes seen = byHandle.readAttributes();
            return new FileFacts.Form(kind(seen), seen.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
        } catch (IOException e) {
            throw error(entry, e);
        }
    }

    private static Kind kind(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return Kind.FILE;
        }
        return attributes.isDirectory() ? Kind.DIRECTORY : attributes.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
    }

    static FileTime time(long seconds) {
        return FileTime.from(seconds, TimeUnit.SECONDS);
    }

    /**
     * The path, which just now led to the directory of the handle.
     *
     * @throws IOException if something else is there
     */
    Path reachable() throws IOException {
        try {
            if (key().equals(key(attributes(path)))) {
                return path;
            }
        } catch (NoSuchFileException e) {
            throw moved();
        } catch (IOException e) {
            throw error(null, e);
        }
        throw moved();
    }

    /** What tells the directory of the handle from every other one. */
    private Object key() throws IOException {
        Object mine = key;
        if (mine == null) {
            mine = key(handle.getFileAttributeView(BasicFileAttributeView.class).readAttributes());
            key = mine;
        }
        return mine;
    }

    /** Whether another path leads to the directory of the handle, by links too. */
    boolean isAt(Path other) throws IOException {
        try {
            return key().equals(key(Files.readAttributes(other, BasicFileAttributes.class)));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw error(null, e);
        }
    }

    private FileSystemException moved() {
        return new FileSystemException(
                text(null), null, "the directory was moved, removed or exchanged while it was open");
    }

    private static BasicFileAttributes attributes(Path at) throws IOException {
        return Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean tooLong(int nameBytes) {
        return pathBytes + 1 + nameBytes > MOST_PATH_BYTES;
    }

    /** What is known of an entry, or of the directory itself. */
    FileFacts facts(@Nullable Path entry, PosixFileAttributeView byHandle) throws IOException {
        Path at = resolve(entry);
        try {
            for (int i = 0; i < LOOKS; i++) {
                PosixFileAttributes seen = byHandle.readAttributes();
                if (tooLong(entry == null ? -1 : RawPaths.toName(entry).length())) {
                    return partOfFacts(seen);
                }
                Map<String, Object> more = Files.readAttributes(at, MORE, LinkOption.NOFOLLOW_LINKS);
                if (key(seen).equals(more.get("fileKey"))) {
                    return facts(seen, more);
                }
                reachable();
            }
        } catch (NoSuchFileException e) {
            reachable();
            throw error(entry, e);
        } catch (IOException e) {
            throw error(entry, e);
        }
        throw error(entry, new IOException("it is exchanged again and again while it is looked at"));
    }

    private static FileFacts facts(PosixFileAttributes seen, Map<String, Object> more) {
        return new FileFacts(
                kind(seen),
                (int) number(more, "mode") & 07777,
                seen.size(),
                number(more, "nlink"),
                number(more, "uid") & 0xffff_ffffL,
                number(more, "dev"),
                number(more, "ino"),
                seen.lastModifiedTime().to(TimeUnit.SECONDS));
    }

    private static long number(Map<String, Object> attributes, String name) {
        if (attributes.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new AssertionError("BUG: the attribute " + name + " was asked for");
    }

    private static FileFacts partOfFacts(PosixFileAttributes seen) {
        return new FileFacts(
                kind(seen),
                SystemModes.bits(seen.permissions()),
                seen.size(),
                FileFacts.UNKNOWN,
                FileFacts.UNKNOWN,
                FileFacts.UNKNOWN,
                FileFacts.UNKNOWN,
                seen.lastModifiedTime().to(TimeUnit.SECONDS));
    }

    /** Makes something new at {@code entry}; by a detour through the top folder if the path is too long. */
    void make(Path entry, int nameBytes, Maker maker) throws IOException {
        if (!tooLong(nameBytes)) {
            Path at = reachable().resolve(entry);
            try {
                maker.at(at);
            } catch (IOException e) {
                throw makingError(entry, e);
            }
            return;
        }
        BasicFileAttributeView there =
                handle.getFileAttributeView(entry, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            there.readAttributes();
        } catch (NoSuchFileException free) {
            Path made = top.makeAnywhere(maker);
            top.handle.move(made, handle, entry);
            return;
        }
        throw error(entry, new FileAlreadyExistsException(""));
    }

    private Path makeAnywhere(Maker maker) throws IOException {
        for (int i = 0; i < FREE_NAMES; i++) {
            Path entry = Path.of(".heddle-" + i);
            try {
                maker.at(reachable().resolve(entry));
                return entry;
            } catch (FileAlreadyExistsException taken) {
                // The next name then.
            } catch (IOException e) {
                throw makingError(entry, e);
            }
        }
        throw new IOException(path + ": too many leftovers named .heddle-0, .heddle-1 and so on; remove them");
    }

    /** Where others may write, a new directory could be exchanged for one of theirs before it was opened. */
    void checkOurs(SystemPlace made) throws IOException {
        Boolean known = shared;
        if (known == null) {
            known = (facts(null, handle.getFileAttributeView(PosixFileAttributeView.class))
                                    .mode()
                            & 022)
                    != 0;
            shared = known;
        }
        if (!known || !Files.exists(SELF)) {
            return;
        }
        long owner = made.facts(null, made.handle.getFileAttributeView(PosixFileAttributeView.class))
                .owner();
        if (owner != Integer.toUnsignedLong((Integer) Files.getAttribute(SELF, "unix:uid"))) {
            throw made.error(null, new IOException("exchanged by the user " + owner + " when it was just made"));
        }
    }

    RawName readLink(Path entry, PosixFileAttributeView byHandle) throws IOException {
        try {
            PosixFileAttributes seen = byHandle.readAttributes();
            if (!seen.isSymbolicLink()) {
                throw new IOException("not a symbolic link");
            }
            Path at = same(entry, seen);
            RawName target = RawPaths.toName(Files.readSymbolicLink(at));
            if (seen.size() > 0 && seen.size() != target.length()) {
                throw new IOException("the symbolic link changed while it was read");
            }
            return target;
        } catch (IOException e) {
            throw error(entry, e);
        }
    }

    /** Links cannot be opened. Where the path is too long, the link is in the top folder for a moment. */
    void setLinkTime(Path entry, int nameBytes, PosixFileAttributeView byHandle, long seconds) throws IOException {
        try {
            if (!tooLong(nameBytes)) {
                setTime(same(entry, byHandle.readAttributes()), seconds);
                return;
            }
            Path free = top.makeAnywhere(Files::createFile);
            handle.move(entry, top.handle, free);
            try {
                setTime(top.reachable().resolve(free), seconds);
            } finally {
                top.handle.move(free, handle, entry);
            }
        } catch (IOException e) {
            throw error(entry, e);
        }
    }

    private static void setTime(Path link, long seconds) throws IOException {
        FileTime time = time(seconds);
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null);
    }

    /** Follows a link that somebody puts in place of the file at the last moment: for files in directories of our own. */
    void setModeByPath(Path entry, PosixFileAttributeView byHandle, int mode) throws IOException {
        try {
            Path at = same(entry, byHandle.readAttributes());
            Files.setPosixFilePermissions(at, SystemModes.of(mode));
        } catch (IOException e) {
            throw error(entry, e);
        }
    }

    /** The path of an entry, which just now led to the file that was seen by handle. */
    private Path same(Path entry, BasicFileAttributes seen) throws IOException {
        Path at = path.resolve(entry);
        try {
            if (key(seen).equals(key(attributes(at)))) {
                return at;
            }
        } catch (NoSuchFileException e) {
            reachable();
            throw e;
        }
        reachable();
        throw new IOException("it was exchanged while it was looked at");
    }
}
