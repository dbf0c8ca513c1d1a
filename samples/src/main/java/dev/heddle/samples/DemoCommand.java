package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.samples.cli.LastWords;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.samples.ninja.LockFile;
import dev.heddle.samples.ninja.NinjaCommand;
import dev.heddle.samples.ninja.NinjaException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle demo}: a real build of a small project that comes with the launcher. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds a small C project in parallel, with every job's output apart.",
            "Names the commands that show the build again. Without a C compiler it builds a Java project."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String MARK = ".heddle-demo";

    @Option(names = "--broken", description = "Build it with a file that does not compile and a test that fails.")
    private boolean broken;

    @Option(names = "--java", description = "Build the Java project even where there is a C compiler.")
    private boolean java;

    @Option(names = "-j", paramLabel = "N", description = "Jobs at once. Left out: processors + 2.")
    private @Nullable Integer jobs;

    @Option(names = "--strategy", paramLabel = "NAME", description = "How output is grouped, as for 'heddle ninja'.")
    private @Nullable String strategy;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where to build; emptied first if an earlier demo made it. Left out: below $XDG_CACHE_HOME or ~/.cache.")
    private @Nullable Path directory;

    DemoCommand() {}

    @Override
    public Integer call() {
        boolean c = !java && isOnPath("cc");
        String project = c ? "demo-c" : "demo-java";
        if (!java && !c) {
            System.err.println("heddle: no C compiler found (no 'cc' in PATH): building the Java project instead");
        }
        if (!c && !isOnPath("javac")) {
            throw new UserError("demo", "no 'javac' found in PATH", "add the bin directory of a JDK to PATH");
        }
        Path work = (directory != null
                        ? directory
                        : cache(System.getenv(), System.getProperty("java.io.tmpdir"))
                                .resolve("demo"))
                .toAbsolutePath()
                .normalize();
        try {
            LockFile held = lock(work);
            try {
                empty(work);
                unpack(project, work);
                return build(project, work);
            } finally {
                held.close();
            }
        } catch (NinjaException e) {
            throw new UserError(
                    e.exitCode(), "", e.getMessage(), e.hint() + "; or choose another directory with --dir");
        } catch (IOException e) {
            throw new UserError(
                    work.toString(), "cannot be prepared: " + FailureText.of(e), "choose another with --dir");
        }
    }

    private int build(String project, Path work) {
        System.err.println("heddle: building " + project + " in " + work);
        NinjaCommand ninja = new NinjaCommand();
        new CommandLine(ninja)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments(work).toArray(String[]::new));
        int exitCode = ninja.call();
        tellMore(work.resolve(OutputOptions.RECORDING));
        return exitCode;
    }

    private List<String> arguments(Path work) {
        List<String> arguments = new ArrayList<>(List.of("-C", work.toString()));
        if (jobs != null) {
            arguments.addAll(List.of("-j", jobs.toString()));
        }
        if (strategy != null) {
            arguments.addAll(List.of("--strategy", strategy));
        }
        if (broken) {
            arguments.addAll(List.of("-f", "broken.ninja", "-k", "0"));
        }
        return arguments;
    }

    private static void tellMore(Path recording) {
        if (!Files.exists(recording)) {
            return;
        }
        // As it was called, so that what is shown can be typed where this was.
        String heddle = System.getProperty("heddle.command", "heddle");
        List<String> lines = new ArrayList<>();
        lines.add("All of it is recorded in " + recording + ". To see the build again:");
        for (GroupingStrategy each : GroupingStrategy.all()) {
            lines.add("  " + heddle + " log replay --strategy=" + each.name() + ' ' + recording);
        }
        lines.add("Its tasks, and what one of them printed:");
        lines.add("  " + heddle + " log stats " + recording);
        lines.add("  " + heddle + " log cat " + recording + " TASK");
        LastWords.tell(lines);
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** The directory for what can be made again: where the person wants it, else in the home, else among temporary files. */
    static Path cache(Map<String, String> environment, String temporary) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        // A relative path is to be ignored, says the XDG Base Directory Specification 0.8.
        if (cache.startsWith("/")) {
            return Path.of(cache, "heddle");
        }
        return home.startsWith("/") ? Path.of(home, ".cache", "heddle") : Path.of(temporary, "heddle");
    }

    // Beside the directory, since all that is in it is removed.
    private static LockFile lock(Path work) throws IOException, NinjaException {
        Path name = work.getFileName();
        Path parent = work.getParent();
        if (name == null || parent == null) {
            throw notOurs(work);
        }
        Files.createDirectories(parent);
        return LockFile.take(parent.resolve("." + name + ".lock"));
    }

    private static UserError notOurs(Path work) {
        return new UserError(
                work.toString(), "exists and was not made by a demo", "choose another with --dir, or remove it");
    }

    private static void empty(Path work) throws IOException, NinjaException {
        if (Files.exists(work)) {
            if (!Files.isRegularFile(work.resolve(MARK))) {
                throw notOurs(work);
            }
            // A 'heddle ninja' may be building there again.
            LockFile held = LockFile.take(work.resolve(".ninja_lock"));
            try {
                remove(work);
            } finally {
                held.close();
            }
        }
        Files.createDirectories(work);
        Files.createFile(work.resolve(MARK));
    }

    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void unpack(String project, Path target) throws IOException {
        String resource = "projects/" + project + "/build.ninja";
        URL manifest = DemoCommand.class.getResource(resource);
        if (manifest == null) {
            throw new AssertionError("BUG: " + resource + " is not in the jar");
        }
        try {
            URI uri = manifest.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    String whole = uri.getSchemeSpecificPart();
                    copy(parent(jar.getPath(whole.substring(whole.lastIndexOf('!') + 1))), target);
                }
            } else {
                copy(parent(Path.of(uri)), target);
            }
        } catch (URISyntaxException e) {
            throw new AssertionError("BUG: " + manifest, e);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new AssertionError("BUG: no directory above " + file);
        }
        return parent;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(entered).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copied = to.resolve(from.relativize(file).toString());
                Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
