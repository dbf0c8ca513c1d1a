package dev.heddle.core.process;

import dev.heddle.core.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a runner: its FIFOs, the shells' complaints, and texts for standard input. It is readable by its owner
 * alone and is gone after {@link #close}. May be used from any thread.
 */
final class RunnerFiles implements AutoCloseable {

    /**
     * How strings become arguments, names and paths of processes: the JVM's own choice for file names, except that where it
     * chose ASCII (as it does with {@code LC_ALL=C}) UTF-8 is used, for ASCII would turn everything else into question marks.
     */
    static final Charset CHARSET = nativeCharset();

    /** Linux: shm_overview(7). */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final String ELSEWHERE = "; choose another directory for the runner's temporary files";
    private static final int SMALLEST_BATCH = 32;
    private static final int LARGEST_BATCH = 512;

    private final Path directory;
    private final Path mkfifo;
    private final Deque<Path> spare = new ArrayDeque<>();
    private int batch = SMALLEST_BATCH;
    private int made;

    private RunnerFiles(Path directory, Path mkfifo) {
        this.directory = directory;
        this.mkfifo = mkfifo;
    }

    private static Charset nativeCharset() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (!Charset.isSupported(name)) {
            return StandardCharsets.UTF_8;
        }
        Charset charset = Charset.forName(name);
        return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    }

    /** Makes a fresh directory below {@code parent}, or below the system's place for temporary files. */
    static RunnerFiles create(@Nullable Path parent, Path mkfifo) throws IOException {
        Path wanted = parent == null ? usual() : parent;
        try {
            Path directory = Files.createTempDirectory(wanted.toAbsolutePath(), "heddle-");
            return new RunnerFiles(directory.toAbsolutePath(), mkfifo);
        } catch (IOException e) {
            throw new IOException(
                    "cannot make a directory for pipes in " + wanted + " (" + FailureText.of(e) + ")" + ELSEWHERE, e);
        }
    }

    /**
     * Memory, where the system offers it as files: on a disk every FIFO is a change to its directory and journal (0.5 ms each
     * on ext4, against 0.014 ms), though not one byte of a job's output is ever stored there.
     */
    private static Path usual() {
        return Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)
                ? MEMORY
                : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    }

    Path directory() {
        return directory;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** A FIFO that nothing has used yet. Many are made by one process, more each time, at most {@value #LARGEST_BATCH}. */
    synchronized Path takeFifo() throws IOException {
        Path fifo = spare.poll();
        if (fifo == null) {
            makeBatch();
            fifo = spare.remove();
        }
        return fifo;
    }

    private void makeBatch() throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(mkfifo.toString());
        argv.add("-m");
        argv.add("600");
        List<Path> names = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            Path name = directory.resolve("f" + made++);
            names.add(name);
            argv.add(name.toString());
        }
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said;
        try (InputStream in = process.getInputStream()) {
            said = new String(in.readAllBytes(), CHARSET).strip();
        }
        if (waitFor(process) != 0) {
            throw new IOException("cannot make pipes in " + directory + ": " + said + ELSEWHERE);
        }
        spare.addAll(names);
        batch = Math.min(LARGEST_BATCH, batch * 2);
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making pipes", e);
        }
    }

    /** Writes a text that a job is to read. */
    Path write(String name, String text) throws IOException {
        Path file = path(name);
        try {
            return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    "cannot write the input of a command to " + file + " (" + e.getMessage() + ")" + ELSEWHERE, e);
        }
    }

    /** Removes a file that is no longer needed; one that is gone already is fine. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // close() tries again with the whole directory.
        }
    }

    /** Removes the directory. A second close does nothing. */
    @Override
    public void close() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(RunnerFiles::remove);
        } catch (IOException e) {
            // Gone already, by a cleaner of temporary files.
        }
        remove(directory);
    }
}
