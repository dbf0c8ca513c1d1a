package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The standard output of the launcher. When it cannot be written it throws {@link Lost}, so that this is told from a failure of
 * what is read, and remembers it, because a {@link PrintStream} on top swallows it.
 *
 * <p>May be used from any thread.
 */
public final class StandardOutput extends OutputStream {

    /** Standard output could not be written; the message is the system's. */
    public static final class Lost extends IOException {
        private static final long serialVersionUID = 1L;

        private Lost(IOException cause) {
            super(FailureText.of(cause), cause);
        }

        /** Whether whoever read it has gone, as {@code head} does when it has enough. */
        public boolean isUnread() {
            return "Broken pipe".equals(getMessage());
        }
    }

    private final OutputStream to;
    private volatile @Nullable Lost lost;

    /** The standard output of this process; nothing is buffered. */
    public StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    /** A stream in its place. */
    StandardOutput(OutputStream to) {
        this.to = Objects.requireNonNull(to);
    }

    /** Why something could not be written, if that happened. */
    public Optional<Lost> lost() {
        return Optional.ofNullable(lost);
    }

    /** A stream for text in UTF-8 on top of this one; it passes on what it has at the end of each line. */
    public PrintStream printer() {
        return new PrintStream(new BufferedOutputStream(this, 1 << 13), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            to.write(bytes, from, length);
        } catch (IOException e) {
            Lost first = new Lost(e);
            lost = first;
            throw first;
        }
    }
}
