package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a new file, and leaves out blocks that hold zeros alone: they read the same, and cost neither time nor space. Used by one
 * thread.
 */
final class SparseChannel implements WritableByteChannel {

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(1 << 17).asReadOnlyBuffer();

    /** What a file system keeps apart; a smaller hole saves nothing. */
    private static final int SMALLEST_HOLE = 1 << 12;

    private final SeekableByteChannel channel;
    private boolean endsWithHole;

    /** @param channel at the end of an empty file; closed with this one */
    SparseChannel(SeekableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = from.remaining();
        if (count == 0) {
            return 0;
        }
        endsWithHole = count >= SMALLEST_HOLE && isZero(from);
        if (!endsWithHole) {
            return channel.write(from);
        }
        channel.position(channel.position() + count);
        from.position(from.limit());
        return count;
    }

    private static boolean isZero(ByteBuffer bytes) {
        return bytes.get(bytes.position()) == 0
                && bytes.remaining() <= ZEROS.capacity()
                && bytes.mismatch(ZEROS.slice(0, bytes.remaining())) < 0;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (endsWithHole && channel.isOpen()) {
                // A file ends behind the last byte that was written.
                endsWithHole = false;
                channel.position(channel.position() - 1);
                channel.write(ByteBuffer.allocate(1));
            }
        }
    }
}
