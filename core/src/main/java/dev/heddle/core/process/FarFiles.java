package dev.heddle.core.process;

import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one runner need on this machine: a directory for each, readable by its owner only, nonces, and the
 * threads that write to shells. Used by the runner's own thread.
 */
final class FarFiles implements AutoCloseable {

    private static final int IDLE_SECONDS = 5;
    private static final Path SHORT = Path.of("/tmp");

    private final FarSettings settings;
    private final ThreadPoolExecutor writers;
    private @Nullable Path directory;
    private int connections;
    private int shells;

    FarFiles(FarSettings settings) {
        this.settings = settings;
        this.writers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(null, work, "heddle-far-writer", OutputPipe.STACK);
                    thread.setDaemon(true);
                    return thread;
                });
        // After close() nobody reads what is still to be written.
        writers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Begins to connect to what was seen to take {@code most} agents over one connection. */
    FarConnection connect(FarRunner runner, int most) throws IOException {
        Path own = Files.createDirectory(directory().resolve("c" + ++connections));
        return new FarConnection(runner, settings, own, nonce(), most);
    }

    private static String nonce() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return FarStream.FIRST + HexFormat.of().formatHex(bytes);
    }

    /** Starts what leads to a shell, away from the signals that a terminal sends to this process. */
    FarShell shell(List<String> argv, String nonce, FarShell.Listener listener) throws IOException {
        List<String> all = new ArrayList<>(settings.session());
        all.addAll(argv);
        String name = "heddle-far-" + settings.transport().name() + '-' + ++shells;
        return new FarShell(all, nonce, name, writers, listener);
    }

    private Path directory() throws IOException {
        Path made = directory;
        if (made == null) {
            Path wanted = settings.temporary() == null
                    ? Path.of(System.getProperty("java.io.tmpdir", "/tmp"))
                    : settings.temporary().toAbsolutePath();
            // A socket's path has few bytes, and those of a deep directory would be too many.
            boolean fits = wanted.toString().getBytes(RunnerFiles.CHARSET).length
                    <= ShellTransport.LONGEST_DIRECTORY - "/hf0123456789012345678/c1234".length();
            made = Files.createTempDirectory(fits ? wanted : SHORT, "hf");
            directory = made;
        }
        return made;
    }

    /** Removes what a connection has left. */
    void letGo(FarConnection connection) {
        clear(connection.directory());
    }

    private static void clear(Path folder) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    clear(entry);
                } else {
                    RunnerFiles.remove(entry);
                }
            }
        } catch (IOException e) {
            // Gone already, by a cleaner of temporary files.
        }
        RunnerFiles.remove(folder);
    }

    /** Removes all. A second close does nothing. */
    @Override
    public void close() {
        writers.shutdownNow();
        Path made = directory;
        if (made != null) {
            clear(made);
        }
    }
}
