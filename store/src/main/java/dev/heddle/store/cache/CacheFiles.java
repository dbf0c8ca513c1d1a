package dev.heddle.store.cache;

import dev.heddle.store.StoreException;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The files of a cache in a directory. A file is written under a private name, synced, and only then gets its own; so nobody
 * ever sees half of one, and what a crash leaves behind is a name that begins with {@value #PRIVATE} and means nothing.
 *
 * <p>Any thread may use it, and other processes may write to the same cache.
 */
final class CacheFiles implements Closeable {

    private static final String PRIVATE = ".heddle-";
    private static final int PRIVATE_BYTES = 16;
    private static final int PRIVATE_MODE = 0600;
    private static final int MODE = 0644;

    private final Folder root;
    private final String title;
    private final SecureRandom random = new SecureRandom();

    /** The files below {@code root}, which is closed with this. */
    CacheFiles(Folder root, String title) {
        this.root = root;
        this.title = title;
    }

    /** What the cache is called in messages. */
    String title() {
        return title;
    }

    /** The whole of a file in the cache's own directory, if it is there and is not longer than {@code most}. */
    Optional<byte[]> read(String name, int most) throws IOException {
        RawName file = RawName.of(name);
        if (!root.exists(file)) {
            return Optional.empty();
        }
        try (SeekableByteChannel in = root.read(file)) {
            if (in.size() > most) {
                throw new StoreException(title + "/" + name + " is longer than " + most + " bytes: " + in.size());
            }
            byte[] bytes = Channels.newInputStream(in).readNBytes(most + 1);
            if (bytes.length > most) {
                throw new StoreException(title + "/" + name + " is longer than " + most + " bytes");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean exists(String name) throws IOException {
        return root.exists(RawName.of(name));
    }

    /**
     * Opens a file anywhere below the cache, without following a link.
     *
     * @param url a relative name, checked before
     * @param size what it should have, or -1
     */
    InputStream open(String url, long size) throws IOException {
        List<Folder> opened = new ArrayList<>();
        try {
            String[] parts = url.split("/", 0);
            Folder folder = root;
            for (int i = 0; i + 1 < parts.length; i++) {
                folder = folder.folder(RawName.of(parts[i]));
                opened.add(folder);
            }
            SeekableByteChannel channel = folder.read(RawName.of(parts[parts.length - 1]));
            if (size >= 0 && channel.size() != size) {
                long found = channel.size();
                channel.close();
                throw new StoreException(title + "/" + url + " has " + found + " bytes, but should have " + size);
            }
            return Channels.newInputStream(channel);
        } catch (NoSuchFileException e) {
            throw new StoreException(title + "/" + url + " is missing", e);
        } finally {
            for (Folder folder : opened) {
                folder.close();
            }
        }
    }

    /** The directory of that name, which is made if it is missing; the caller closes it. */
    Folder folder(String name) throws IOException {
        RawName raw = RawName.of(name);
        if (!root.exists(raw)) {
            try (Folder made = root.createFolder(raw)) {
                made.setMode(0755);
            } catch (FileAlreadyExistsException e) {
                // Another writer made it meanwhile.
            }
            root.sync();
        }
        return root.folder(raw);
    }

    Folder root() {
        return root;
    }

    /** A new file in {@code folder} under a name that nobody else uses; closing it without giving it a name deletes it. */
    Draft draft(Folder folder) throws IOException {
        byte[] bytes = new byte[PRIVATE_BYTES];
        random.nextBytes(bytes);
        return new Draft(folder, RawName.of(PRIVATE + HexFormat.of().formatHex(bytes)));
    }

    /** A file that is being written. Used by one thread. */
    static final class Draft implements Closeable {
        private final Folder folder;
        private final RawName name;
        private final WritableByteChannel channel;

        private Draft(Folder folder, RawName name) throws IOException {
            this.folder = folder;
            this.name = name;
            this.channel = folder.create(name, PRIVATE_MODE);
        }

        OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        private void seal() throws IOException {
            channel.close();
            folder.setMode(name, MODE);
            folder.sync(name);
        }

        /**
         * Gives the file a name that only a file with the same bytes can have. What has it already stays, unless its size
         * shows that it is damaged.
         */
        void publishContent(String target, long size) throws IOException {
            RawName raw = RawName.of(target);
            if (folder.exists(raw)) {
                FileFacts there = folder.facts(raw);
                if (there.kind() == FileFacts.Kind.FILE && there.size() == size) {
                    // Whoever gave it that name may not have synced it yet.
                    folder.sync();
                    return;
                }
            }
            seal();
            folder.move(name, folder, raw);
            folder.sync();
        }

        /**
         * Gives the file a name that nobody else has.
         *
         * @return false if somebody has it
         */
        boolean publishFirst(String target) throws IOException {
            seal();
            try {
                folder.hardLink(name, folder, RawName.of(target));
            } catch (FileAlreadyExistsException e) {
                return false;
            }
            folder.sync();
            return true;
        }

        /** Gives the file a name, whoever had it. */
        void publish(String target) throws IOException {
            seal();
            folder.move(name, folder, RawName.of(target));
            folder.sync();
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (folder.exists(name)) {
                folder.delete(name);
            }
        }
    }

    @Override
    public void close() throws IOException {
        root.close();
    }
}
