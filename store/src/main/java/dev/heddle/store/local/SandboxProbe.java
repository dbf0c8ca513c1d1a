package dev.heddle.store.local;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by trying how builders can be kept apart on this machine: bubblewrap where it works, else not at all.
 */
final class SandboxProbe {

    private static final Path SHELL = Path.of("/bin/sh");
    private static final int PROBE_SECONDS = 20;
    private static final int MOST_WORDS = 4000;

    private final ProcessRunner runner;
    private final StoreLayout layout;
    private final Staging staging;
    private final String path;

    /** @param path where programs are looked for: directories with colons between them */
    SandboxProbe(ProcessRunner runner, StoreLayout layout, Staging staging, String path) {
        this.runner = runner;
        this.layout = layout;
        this.staging = staging;
        this.path = path;
    }

    /**
     * The best confinement that {@code mode} allows.
     *
     * @param paths what builders may see of the machine, as it is seen and as it is; {@code /bin/sh} with what it needs is added
     * @throws BuildFailure if one is required and none works; the message says why each does not
     */
    Confinement choose(StoreSettings.SandboxMode mode, SortedMap<String, Path> paths)
            throws IOException, InterruptedException {
        if (mode == StoreSettings.SandboxMode.OFF) {
            return new Confinement.Open();
        }
        SortedMap<String, Path> visible = shell();
        // What a directory that the user shows has anyway needs no mount of its own.
        visible.keySet().removeIf(seen -> paths.keySet().stream().anyMatch(path -> seen.startsWith(path + "/")));
        visible.putAll(paths);
        List<String> reasons = new ArrayList<>();
        Path bubblewrap = find("bwrap");
        if (bubblewrap == null) {
            reasons.add("bubblewrap (bwrap) is not installed");
        } else {
            Confinement found = new Bubblewrap(bubblewrap, layout, visible);
            String problem = problem(found);
            if (problem == null) {
                return found;
            }
            reasons.add(bubblewrap + " does not work here: " + problem);
        }
        if (mode == StoreSettings.SandboxMode.REQUIRE) {
            throw new BuildFailure(
                    BuildResult.Failure.REFUSED,
                    "a sandbox is required, and none can be had: " + String.join("; ", reasons)
                            + "; install bubblewrap and allow user namespaces, or build without a sandbox");
        }
        return new Confinement.Open();
    }

    /** Why a shell in it that does nothing fails, or null. */
    private @Nullable String problem(Confinement confinement) throws IOException, InterruptedException {
        try (Stage stage = staging.stage()) {
            BuildRoom room = BuildRoom.in(stage, false);
            Confinement.Call call = new Confinement.Call(
                    SHELL.toString(), List.of("-c", ": >/build/x"), new TreeMap<>(), room, List.of(), false);
            return failure(confinement.command(call));
        }
    }

    private @Nullable String failure(Command command) throws InterruptedException {
        Words words = new Words();
        RunningProcess process;
        try {
            process = runner.start(command, words);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        try {
            ProcessEnd end = process.ended().get(PROBE_SECONDS, TimeUnit.SECONDS);
            if (end.exitedWith(0)) {
                return null;
            }
            return end.problem() != null ? end.problem() : words.text("it ended with exit code " + end.exitCode());
        } catch (TimeoutException e) {
            return "it did not end within " + PROBE_SECONDS + " seconds";
        } catch (ExecutionException e) {
            throw new AssertionError("BUG: the end of a process failed", e);
        } finally {
            process.terminate(Duration.ZERO);
        }
    }

    /** The shell and the libraries that it needs, as the system's own {@code ldd} tells. */
    private SortedMap<String, Path> shell() throws IOException, InterruptedException {
        SortedMap<String, Path> paths = new TreeMap<>();
        if (!Files.isExecutable(SHELL)) {
            return paths;
        }
        paths.put(SHELL.toString(), SHELL.toRealPath());
        Path ldd = find("ldd");
        if (ldd == null) {
            return paths;
        }
        Words words = new Words();
        try {
            runner.start(Command.of(ldd.toString(), SHELL.toString()), words)
                    .ended()
                    .get(PROBE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return paths;
        }
        for (String word : words.text("").split("\\s+", -1)) {
            if (word.startsWith("/") && Files.isRegularFile(Path.of(word))) {
                paths.put(word, Path.of(word).toRealPath());
            }
        }
        return paths;
    }

    private @Nullable Path find(String program) {
        for (String directory : path.split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (candidate.isAbsolute() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The beginning of what a probe prints. */
    private static final class Words implements JobOutput {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void write(Channel channel, byte[] from, int offset, int length) {
            bytes.write(from, offset, Math.min(length, Math.max(0, MOST_WORDS - bytes.size())));
        }

        synchronized String text(String otherwise) {
            String text = bytes.toString(StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? otherwise : text;
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }
}
