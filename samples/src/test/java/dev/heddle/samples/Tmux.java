package dev.heddle.samples;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A real terminal: a shell inside tmux, with a server of its own. Used by one thread. */
final class Tmux implements AutoCloseable {

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Path socket;

    /** Begins with a screen of a size, and a shell that waits in a directory. */
    Tmux(Path directory, int columns, int rows) throws IOException, InterruptedException {
        this.socket = directory.resolve("tmux");
        Path settings = Files.writeString(directory.resolve("tmux.conf"), """
                set -g history-limit 50000
                set -g status off
                set -g default-terminal screen-256color
                """);
        call(
                "-f",
                settings.toString(),
                "new-session",
                "-d",
                "-x",
                "" + columns,
                "-y",
                "" + rows,
                "-c",
                directory.toString(),
                "env LC_ALL=C.UTF-8 PS1='ready> ' bash --norc --noprofile -i");
        await(screen -> screen.contains("ready>"));
    }

    static boolean isInstalled() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, "tmux"))) {
                return true;
            }
        }
        return false;
    }

    private String call(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        String said = out.toString(StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    /** Types a line. */
    void type(String line) throws IOException, InterruptedException {
        call("send-keys", "-l", line);
        press("Enter");
    }

    /** Presses a key, by tmux's name for it. */
    void press(String key) throws IOException, InterruptedException {
        call("send-keys", key);
    }

    void resize(int columns, int rows) throws IOException, InterruptedException {
        call("resize-window", "-x", "" + columns, "-y", "" + rows);
    }

    /** What can be seen now. */
    String screen() throws IOException, InterruptedException {
        return call("capture-pane", "-p");
    }

    /** All lines that were ever on the screen, rows that belong to one line joined. */
    List<String> lines() throws IOException, InterruptedException {
        return call("capture-pane", "-p", "-J", "-S", "-", "-E", "-")
                .lines()
                .map(String::stripTrailing)
                .toList();
    }

    boolean hasCursor() throws IOException, InterruptedException {
        return call("display-message", "-p", "#{cursor_flag} #{wrap_flag}")
                .strip()
                .equals("1 1");
    }

    /** Waits until the screen is as wanted, and gives it. */
    String await(Predicate<String> wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String screen = screen();
        while (!wanted.test(screen)) {
            if (System.nanoTime() > end) {
                fail("the screen never became what was waited for:\n" + screen);
            }
            screen = screen();
        }
        return screen;
    }

    @Override
    public void close() throws IOException {
        try {
            call("kill-server");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
