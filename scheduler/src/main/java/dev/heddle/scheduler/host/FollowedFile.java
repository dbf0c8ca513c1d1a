package dev.heddle.scheduler.host;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that grows, and what of it was given on. The file is opened anew each time, so that a shared file system shows what
 * another machine has written. Used by one thread.
 */
final class FollowedFile {

    private final Path file;
    private final Channel channel;
    private final JobOutput output;
    private long given;

    FollowedFile(Path file, Channel channel, JobOutput output) {
        this.file = file;
        this.channel = channel;
        this.output = output;
    }

    /**
     * Gives on what there is, up to the {@code end}.
     *
     * @param buffer backed by an array
     * @return whether there was anything
     */
    boolean follow(long end, ByteBuffer buffer) throws IOException {
        long before = given;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (given < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - given));
                int count = in.read(buffer, given);
                if (count <= 0) {
                    break;
                }
                output.write(channel, buffer.array(), buffer.arrayOffset(), count);
                given += count;
            }
        } catch (NoSuchFileException e) {
            // It comes with the beginning of the job.
        }
        return given > before;
    }

    /** How many bytes were given on. */
    long given() {
        return given;
    }
}
