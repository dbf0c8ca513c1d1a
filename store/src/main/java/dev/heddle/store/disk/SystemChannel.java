package dev.heddle.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** A channel whose errors name the file. */
final class SystemChannel extends ForwardingChannel {

    private final Path path;

    SystemChannel(SeekableByteChannel channel, Path path) {
        super(channel);
        this.path = path;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        try {
            return super.read(into);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        try {
            return super.write(from);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        try {
            return super.truncate(size);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } catch (IOException e) {
            throw named(e);
        }
    }

    private IOException named(IOException e) {
        // The subclasses of this one tell that the channel, or the thread, was stopped from outside.
        return e instanceof ClosedChannelException ? e : SystemError.at(path, e);
    }
}
