package dev.heddle.samples.ninja;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the name by which a job can open what this process reads: the terminal, a pipe or a file. */
final class StandardInput {

    private StandardInput() {}

    /**
     * The name, or null where there is none that a job could open: no {@code /proc}, a closed input, a socket, and a named
     * pipe, whose opening would wait for somebody to write.
     *
     * <p>What is opened by this name is the very terminal or pipe; a file is read from its beginning.
     */
    static @Nullable Path name() {
        return name(Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "0"));
    }

    static @Nullable Path name(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            boolean usable =
                    target.startsWith("pipe:") || target.startsWith("/dev/") || Files.isRegularFile(descriptor);
            return usable && Files.isReadable(descriptor) ? descriptor : null;
        } catch (IOException e) {
            return null;
        }
    }
}
