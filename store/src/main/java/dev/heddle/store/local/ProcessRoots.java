package dev.heddle.store.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What running processes use of a store: what they execute, work in, have open or mapped, and what their environment names;
 * and the programs that the kernel starts by itself. Only where {@code /proc} is Linux's; of other users' processes only if
 * the kernel shows them to this one.
 *
 * <p>Any thread.
 */
final class ProcessRoots {

    /** Is told which file shows that the path of this hash part is used. */
    @FunctionalInterface
    interface Visitor {
        void use(String file, String hashPart) throws IOException;
    }

    private static final List<String> KERNEL = List.of("modprobe", "fbsplash", "poweroff_cmd");

    private final Path proc;
    private final PathSpotter spotter;

    ProcessRoots(PathSpotter spotter) {
        this(Path.of("/proc"), spotter);
    }

    ProcessRoots(Path proc, PathSpotter spotter) {
        this.proc = proc;
        this.spotter = spotter;
    }

    /** Tells all uses. Processes that end meanwhile and those that may not be looked at are passed over. */
    void find(Visitor visitor) throws IOException {
        if (!Files.isDirectory(proc)) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                link(process.resolve("exe"), visitor);
                link(process.resolve("cwd"), visitor);
                openFiles(process.resolve("fd"), visitor);
                content(process.resolve("maps"), visitor);
                content(process.resolve("environ"), visitor);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        for (String name : KERNEL) {
            content(proc.resolve("sys/kernel").resolve(name), visitor);
        }
    }

    private void openFiles(Path directory, Visitor visitor) throws IOException {
        if (!Files.isReadable(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                link(file, visitor);
            }
        } catch (DirectoryIteratorException | java.nio.file.FileSystemException goneOrHidden) {
            // As every process may be gone, or not this user's, by the time it is looked at.
        }
    }

    private void link(Path link, Visitor visitor) throws IOException {
        String target;
        try {
            target = Files.readSymbolicLink(link).toString();
        } catch (IOException goneOrHidden) {
            return;
        }
        // The part behind the store directory is ASCII, so the locale that decoded it does not matter.
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        tell(link, spotter.hashParts(new java.io.ByteArrayInputStream(bytes)), visitor);
    }

    private void content(Path file, Visitor visitor) throws IOException {
        Set<String> found;
        try (InputStream in = Files.newInputStream(file)) {
            found = spotter.hashParts(in);
        } catch (IOException goneOrHidden) {
            return;
        }
        tell(file, found, visitor);
    }

    private void tell(Path file, Set<String> hashParts, Visitor visitor) throws IOException {
        String name = "/proc/" + Objects.requireNonNull(proc.relativize(file));
        for (String hashPart : hashParts) {
            visitor.use(name, hashPart);
        }
    }
}
