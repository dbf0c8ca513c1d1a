package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.cache.Compression;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What builds printed, where Nix keeps and looks for it: {@code LOGS/drvs/XY/REST.bz2} for the newest attempt to build the
 * derivation whose path ends in {@code XYREST}.
 *
 * <p>While a build runs its log is {@code REST}, without compression, so that it can be read at any time and loses nothing
 * when its process is killed; Nix reads that name first. When the build has ended it is compressed. Earlier attempts, which
 * Nix drops, are {@code REST.N.bz2} beside it: at most {@value #MOST_EARLIER} of a derivation, of at most
 * {@link #MOST_EARLIER_BYTES} bytes together; the oldest go first.
 *
 * <p>Any thread. Two attempts at one derivation must not run at once, which the locks of its outputs see to.
 */
final class BuildLogs {

    /** How many attempts are kept besides the newest. */
    static final int MOST_EARLIER = 4;

    /** How large they may be on disk, all together. */
    static final long MOST_EARLIER_BYTES = 64L << 20;

    private static final int HASH_DIGITS_OF_FOLDER = 2;
    private static final long MOST_NAMES = 10_000_000;
    private static final int READABLE = 0644;

    private final Disk disk;
    private final Path directory;

    BuildLogs(Disk disk, StoreLayout layout) {
        this.disk = disk;
        this.directory = layout.logs().resolve("drvs");
    }

    private Path folder(StorePath derivation) {
        return directory.resolve(derivation.baseName().substring(0, HASH_DIGITS_OF_FOLDER));
    }

    private static String rest(StorePath derivation) {
        return derivation.baseName().substring(HASH_DIGITS_OF_FOLDER);
    }

    /** Begins the log of a new attempt. Closing it compresses it and lets go of attempts that are too many. */
    OutputStream begin(StorePath derivation) throws IOException {
        Folder folder = disk.openOrCreate(folder(derivation));
        try {
            String rest = rest(derivation);
            setAside(folder, rest);
            OutputStream out = Channels.newOutputStream(folder.create(RawName.of(rest), READABLE));
            return new Running(folder, rest, out);
        } catch (IOException e) {
            try (folder) {
                throw e;
            }
        }
    }

    /** The log of the attempt before becomes an earlier one. */
    private void setAside(Folder folder, String rest) throws IOException {
        if (folder.exists(RawName.of(rest))) {
            compress(folder, rest);
        }
        RawName newest = compressed(rest);
        if (folder.exists(newest)) {
            SortedMap<Integer, RawName> earlier = earlier(folder, rest);
            int number = earlier.isEmpty() ? 1 : earlier.lastKey() + 1;
            folder.move(newest, folder, compressed(rest + "." + number));
        }
    }

    private static RawName compressed(String rest) {
        return RawName.of(rest + Compression.BZIP2.suffix());
    }

    /** Replaces {@code REST} by {@code REST.bz2}. Until the first is gone, the second may be cut off and is not looked at. */
    private static void compress(Folder folder, String rest) throws IOException {
        RawName plain = RawName.of(rest);
        RawName target = compressed(rest);
        if (folder.exists(target)) {
            folder.delete(target);
        }
        try (SeekableByteChannel content = folder.read(plain);
                OutputStream out = Compression.BZIP2.writing(
                        new BufferedOutputStream(Channels.newOutputStream(folder.create(target, READABLE))),
                        content.size())) {
            Channels.newInputStream(content).transferTo(out);
        }
        folder.delete(plain);
    }

    private static SortedMap<Integer, RawName> earlier(Folder folder, String rest) throws IOException {
        Pattern pattern = Pattern.compile(
                Pattern.quote(rest + ".") + "([1-9][0-9]{0,8})" + Pattern.quote(Compression.BZIP2.suffix()));
        SortedMap<Integer, RawName> earlier = new TreeMap<>();
        for (RawName name : folder.names(MOST_NAMES)) {
            Matcher matcher = pattern.matcher(name.toString());
            if (matcher.matches()) {
                earlier.put(Integer.parseInt(matcher.group(1)), name);
            }
        }
        return earlier;
    }

    private static void dropOldest(Folder folder, String rest) throws IOException {
        List<RawName> newestFirst = new ArrayList<>(earlier(folder, rest).values());
        Collections.reverse(newestFirst);
        long bytes = 0;
        for (int i = 0; i < newestFirst.size(); i++) {
            bytes += folder.facts(newestFirst.get(i)).size();
            if (i >= MOST_EARLIER || bytes > MOST_EARLIER_BYTES) {
                folder.delete(newestFirst.get(i));
            }
        }
    }

    /** The logs of a derivation that are there, the newest first. */
    List<BuildLog> of(StorePath derivation) throws IOException {
        List<BuildLog> logs = new ArrayList<>();
        try (Folder folder = disk.open(folder(derivation))) {
            String rest = rest(derivation);
            SortedMap<Integer, RawName> earlier = earlier(folder, rest);
            int newest = earlier.isEmpty() ? 1 : earlier.lastKey() + 1;
            add(logs, derivation, newest, folder, newest(folder, rest));
            List<Integer> numbers = new ArrayList<>(earlier.keySet());
            Collections.reverse(numbers);
            for (int number : numbers) {
                add(logs, derivation, number, folder, earlier.get(number));
            }
        } catch (NoSuchFileException e) {
            // Nothing was built yet whose path begins like this.
            return List.of();
        }
        return logs;
    }

    private static @Nullable RawName newest(Folder folder, String rest) throws IOException {
        RawName plain = RawName.of(rest);
        if (folder.exists(plain)) {
            return plain;
        }
        return folder.exists(compressed(rest)) ? compressed(rest) : null;
    }

    private void add(List<BuildLog> logs, StorePath derivation, int attempt, Folder folder, @Nullable RawName name)
            throws IOException {
        if (name != null) {
            Compression compression = name.toString().equals(rest(derivation)) ? Compression.NONE : Compression.BZIP2;
            logs.add(new BuildLog(derivation, attempt, disk, folder, name, compression));
        }
    }

    /** The log of an attempt that runs. */
    private static final class Running extends OutputStream {
        private final Folder folder;
        private final String rest;
        private final OutputStream out;
        private boolean closed;

        Running(Folder folder, String rest, OutputStream out) {
            this.folder = folder;
            this.rest = rest;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (folder) {
                out.close();
                compress(folder, rest);
                dropOldest(folder, rest);
            }
        }
    }
}
