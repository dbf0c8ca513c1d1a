package dev.heddle.logmux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One view's own handle on a journal that is being written. Owned by the view's thread. */
final class StoreBytes implements RunReader.Bytes {

    private final JournalStore store;
    private final @Nullable RandomAccessFile file;

    StoreBytes(JournalStore store, @Nullable Path path) throws IOException {
        this.store = store;
        this.file = path == null ? null : new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public int read(long offset, byte[] to, int at, int length) throws IOException {
        long inFile = store.fileLength() - offset;
        RandomAccessFile in = file;
        if (inFile <= 0 || in == null) {
            return store.readMemory(offset, to, at, length);
        }
        int most = (int) Math.min(length, inFile);
        int recent = store.readRecent(offset, to, at, most);
        if (recent > 0) {
            return recent;
        }
        in.seek(offset);
        return in.read(to, at, most);
    }

    @Override
    public long length() {
        return store.published();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            store.retire(file);
        }
    }

    /** A handle for several threads, none of which may be interrupted: that would close it for all. */
    static final class Shared implements RunReader.Bytes {

        private final JournalStore store;
        private final @Nullable FileChannel file;

        Shared(JournalStore store, @Nullable Path path) throws IOException {
            this.store = store;
            this.file = path == null ? null : FileChannel.open(path);
        }

        @Override
        public int read(long offset, byte[] to, int at, int length) throws IOException {
            long inFile = store.fileLength() - offset;
            FileChannel in = file;
            if (inFile <= 0 || in == null) {
                return store.readMemory(offset, to, at, length);
            }
            return in.read(ByteBuffer.wrap(to, at, (int) Math.min(length, inFile)), offset);
        }

        @Override
        public long length() {
            return store.published();
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                store.retire(file);
            }
        }
    }
}
