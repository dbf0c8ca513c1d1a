package dev.heddle.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kills the processes that hold FIFOs of a runner open for writing, wherever they are: a daemon that has left the session of
 * its job, and whose parents have ended, is found by nothing else.
 *
 * <p>Reads the links in {@code /proc/PID/fd} (proc(5)) and follows none of them, since what they lead to may hang. Where there
 * is no such directory, or the process is another user's, nothing is found. May be used from any thread.
 */
final class Holders {

    private static final Path PROC = Path.of("/proc");
    private static final int WRITING = 3;

    private Holders() {}

    /** Sends the kill signal to each; not to this process itself. Looks at all descriptors of all processes. */
    static void kill(List<Path> fifos) {
        Set<String> names = new HashSet<>();
        for (Path fifo : fifos) {
            try {
                names.add(fifo.toRealPath().toString());
            } catch (IOException e) {
                // A cleaner of temporary files has removed it: it has another name now.
                names.add(fifo + " (deleted)");
            }
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                Optional<ProcessHandle> handle = ProcessHandle.of(pid);
                if (pid != ProcessHandle.current().pid() && handle.isPresent() && holds(process, names)) {
                    handle.get().destroyForcibly();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // There is no such directory.
        }
    }

    private static boolean holds(Path process, Set<String> names) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (holds(process, descriptor.getFileName(), names)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended meanwhile, or is another user's.
        }
        return false;
    }

    private static boolean holds(Path process, Path descriptor, Set<String> names) {
        try {
            String name = Files.readSymbolicLink(process.resolve("fd").resolve(descriptor))
                    .toString();
            return names.contains(name) && isWritable(process, descriptor);
        } catch (IOException e) {
            // It was closed meanwhile.
            return false;
        }
    }

    /** By the line {@code flags:}, whose last octal digit holds the access mode: 0 for reading alone. */
    private static boolean isWritable(Path process, Path descriptor) throws IOException {
        String text = Files.readString(process.resolve("fdinfo").resolve(descriptor), StandardCharsets.ISO_8859_1);
        return text.lines()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (line.charAt(line.length() - 1) - '0' & WRITING) != 0);
    }
}
