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
 * Finds out by trying how builders can be kept apart on this machine: bubblewrap where it works, else user namespaces
 * by {@code unshare}, else not at all.
 */
final class SandboxProbe {

    /** The shell that every machine has. */
    static final Path SHELL = Path.of("/bin/sh");

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
        SortedMap<String, Path> visible = new TreeMap<>();
        if (Files.isExecutable(SHELL)) {
            visible.putAll(needs(SHELL));
            visible.put(SHELL.toString(), SHELL.toRealPath());
        }
        // What a directory that the user shows has anyway needs no mount of its own.
        visible.keySet().removeIf(seen -> isWithin(seen, paths));
        visible.putAll(paths);
        UserNamespaces namespaces = namespaces(visible, paths);
        List<String> reasons = new ArrayList<>();
        Path bubblewrap = find("bwrap");
        @Nullable
        Confinement best = bubblewrap == null ? null : new Bubblewrap(bubblewrap, layout, visible, namespaces);
        @Nullable Confinement chosen = working(best, "bubblewrap (bwrap)", reasons);
        if (chosen == null) {
            chosen = working(namespaces, "unshare (util-linux)", reasons);
        }
        if (chosen != null) {
            return chosen;
        }
        if (mode == StoreSettings.SandboxMode.REQUIRE) {
            throw new BuildFailure(
                    BuildResult.Failure.REFUSED,
                    "a sandbox is required, and none can be had: " + String.join("; ", reasons)
                            + "; install one of them and allow user namespaces, or build without a sandbox");
        }
        return new Confinement.Open();
    }

    private static boolean isWithin(String seen, SortedMap<String, Path> paths) {
        return paths.keySet().stream().anyMatch(path -> seen.startsWith(path + "/"));
    }

    /** A confinement that was found to work; else null, and why is added to the reasons. */
    private @Nullable Confinement working(@Nullable Confinement confinement, String name, List<String> reasons)
            throws IOException, InterruptedException {
        if (confinement == null) {
            reasons.add(name + " is not installed");
            return null;
        }
        String problem = problem(confinement);
        if (problem != null) {
            reasons.add(name + " does not work here: " + problem);
            return null;
        }
        return confinement;
    }

    /** The second best, untried; null where a program that it needs is missing. */
    private @Nullable UserNamespaces namespaces(SortedMap<String, Path> visible, SortedMap<String, Path> paths)
            throws IOException, InterruptedException {
        Path unshare = find("unshare");
        Path env = find("env");
        if (unshare == null || env == null) {
            return null;
        }
        SortedMap<String, Path> more = needs(env);
        more.keySet().removeIf(seen -> isWithin(seen, paths));
        more.putAll(visible);
        return new UserNamespaces(unshare, env.toRealPath(), path, layout, more);
    }

    /** Why a shell in it that does nothing fails, or null. */
    private @Nullable String problem(Confinement confinement) throws IOException, InterruptedException {
        try (Stage stage = staging.stage()) {
            BuildRoom room = BuildRoom.in(stage);
            room.furnish(stage, false);
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

    /** The libraries that a program needs, as the system's own {@code ldd} tells. */
    private SortedMap<String, Path> needs(Path program) throws IOException, InterruptedException {
        SortedMap<String, Path> paths = new TreeMap<>();
        Path ldd = find("ldd");
        if (ldd == null) {
            return paths;
        }
        Words words = new Words();
        try {
            runner.start(Command.of(ldd.toString(), program.toString()), words)
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
