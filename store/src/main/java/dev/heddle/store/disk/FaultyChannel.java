package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Channels of files of a {@link FaultyDisk}. */
final class FaultyChannel {

    private FaultyChannel() {}

    /** Closes {@code channel} even if that fails. */
    private static void close(FaultyDisk disk, Path path, Channel channel) throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        channel.close();
        disk.check(Operation.CLOSE, path);
    }

    /** Of a file that is written. */
    record Writing(FaultyDisk disk, Path path, WritableByteChannel channel) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer from) throws IOException {
            try {
                disk.check(Operation.WRITE, path);
            } catch (IOException full) {
                part(from, from.remaining() / 2);
                throw full;
            }
            return disk.writesShort() ? part(from, (from.remaining() + 1) / 2) : channel.write(from);
        }

        private int part(ByteBuffer from, int count) throws IOException {
            ByteBuffer part = from.slice(from.position(), count);
            int written = count == 0 ? 0 : channel.write(part);
            from.position(from.position() + written);
            return written;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            FaultyChannel.close(disk, path, channel);
        }
    }

    /** Of a file that is read. */
    static final class Reading extends ForwardingChannel {
        private final FaultyDisk disk;
        private final Path path;

        Reading(FaultyDisk disk, Path path, SeekableByteChannel channel) {
            super(channel);
            this.disk = disk;
            this.path = path;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            disk.check(Operation.READ, path);
            return super.read(into);
        }
    }
}
