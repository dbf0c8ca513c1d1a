package dev.heddle.samples.ninja;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * The time as the file system has it, which runs coarser than the clock of the machine and on another machine perhaps ahead
 * of it: a file is written and its time looked at. The file is {@code .ninja_lock}, as ninja does, and goes with
 * {@link #close}.
 *
 * <p>One thread at a time.
 */
final class FileClock implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    FileClock(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** The time in nanoseconds since the epoch. */
    long now() throws IOException {
        one.clear();
        channel.write(one, 0);
        FileTime time = Files.getLastModifiedTime(file);
        return time.to(TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
