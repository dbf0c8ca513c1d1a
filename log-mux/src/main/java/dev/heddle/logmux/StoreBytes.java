package dev.heddle.logmux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A journal that is being written: its newest bytes from memory, the others from its file, if it has one. */
final class StoreBytes implements RunReader.Bytes {

    private final JournalStore store;
    private final RunReader.@Nullable Bytes file;

    private StoreBytes(JournalStore store, RunReader.@Nullable Bytes file) {
        this.store = store;
        this.file = file;
    }

    /** With a handle on the file for one thread. */
    static StoreBytes own(JournalStore store, @Nullable Path path) throws IOException {
        return new StoreBytes(store, path == null ? null : new FileBytes(path));
    }

    /** With a handle for several threads, none of which may be interrupted: that would close it for all. */
    static StoreBytes shared(JournalStore store, @Nullable Path path) throws IOException {
        return new StoreBytes(store, path == null ? null : new SharedFile(FileChannel.open(path)));
    }

    private record SharedFile(FileChannel file) implements RunReader.Bytes {
        @Override
        public int read(long offset, byte[] to, int at, int length) throws IOException {
            return file.read(ByteBuffer.wrap(to, at, length), offset);
        }

        @Override
        public long length() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public int read(long offset, byte[] to, int at, int length) throws IOException {
        long inFile = store.fileLength() - offset;
        RunReader.Bytes in = file;
        if (inFile <= 0 || in == null) {
            return store.readMemory(offset, to, at, length);
        }
        int most = (int) Math.min(length, inFile);
        int recent = store.readRecent(offset, to, at, most);
        return recent > 0 ? recent : in.read(offset, to, at, most);
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
