package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** An open file of a {@link SimulatedDisk}: to be read anywhere, or written behind its end. */
final class SimulatedChannel implements SeekableByteChannel {

    private final SimulatedDisk disk;
    private final SimulatedInode.File file;
    private final Path path;
    private final boolean writing;
    private long position;
    private boolean closed;

    SimulatedChannel(SimulatedDisk disk, SimulatedInode.File file, Path path, boolean writing) {
        this.disk = disk;
        this.file = file;
        this.path = path;
        this.writing = writing;
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        if (writing) {
            throw new NonReadableChannelException();
        }
        return disk.call(Operation.READ, path, () -> {
            byte[] bytes = file.read(position, into.remaining());
            if (bytes.length == 0 && into.hasRemaining()) {
                return -1;
            }
            into.put(bytes);
            position += bytes.length;
            return bytes.length;
        });
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        if (!writing) {
            throw new NonWritableChannelException();
        }
        return disk.call(Operation.WRITE, path, () -> {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            file.write((int) file.size(), bytes);
            file.modified = disk.now();
            return bytes.length;
        });
    }

    @Override
    public long position() {
        return writing ? file.size() : position;
    }

    @Override
    public SeekableByteChannel position(long wanted) {
        if (writing) {
            throw new UnsupportedOperationException("files are written from the beginning to the end");
        }
        position = wanted;
        return this;
    }

    @Override
    public long size() throws IOException {
        return disk.call(Operation.LOOK, path, file::size);
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (writing) {
                disk.call(Operation.CLOSE, path, () -> path);
            }
        }
    }
}
