package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log for each task below {@code paths}, and links to them below {@code packages}. */
@Timeout(120)
class TaskLogsTest {

    private static final Function<String, List<String>> NO_ALIASES = task -> List.of();

    @TempDir
    private Path directory;

    private OutputMultiplexer mux(Function<String, List<String>> aliases) throws IOException {
        return OutputMultiplexer.builder().to(Sinks.perTask(directory, aliases)).build();
    }

    private static void say(OutputMultiplexer mux, String task, String text, int exitCode) {
        try (OutputSource source = mux.open(task, "all of them")) {
            source.write(Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
            source.finish(exitCode);
        }
    }

    /** The files below the directory, with what a link leads to. */
    private Set<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            Set<String> files = new HashSet<>();
            for (Path each : all.filter(path -> !Files.isDirectory(path)).toList()) {
                String name = directory.relativize(each).toString();
                files.add(Files.isSymbolicLink(each) ? name + " -> " + Files.readSymbolicLink(each) : name);
            }
            return files;
        }
    }

    @Test
    void eachTaskHasALogBelowPathsAndEachFurtherNameALinkToIt() throws IOException {
        Map<String, List<String>> aliases = Map.of("devel/gmake", List.of("gmake-4.4", "lang/make"));
        try (OutputMultiplexer mux = mux(task -> aliases.getOrDefault(task, List.of()))) {
            say(mux, "devel/gmake", "built\n", 0);
            say(mux, "devel/gmake", "built again\n", 2);
            say(mux, "top", "x\n", 0);
            say(mux, "silent", "", 0);
            say(mux, "silent/failed", "", 1);
        }
        assertThat(files())
                .containsExactlyInAnyOrder(
                        "paths/devel/gmake.log",
                        "paths/top.log",
                        "paths/silent/failed.log",
                        "packages/gmake-4.4.log -> ../paths/devel/gmake.log",
                        "packages/lang%2Fmake.log -> ../paths/devel/gmake.log");
        assertThat(directory.resolve("packages/gmake-4.4.log")).hasContent("""
                        ── devel/gmake ──
                        built
                        ── devel/gmake ──
                        built again
                        ── devel/gmake: exit code 2 ──
                        """);
    }

    @Test
    void theNextBuildBeginsEachLogAnewAndFollowsNoLinkThatWasLeftInItsPlace() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "kept");
        Files.createDirectories(directory.resolve("paths"));
        Files.createDirectories(directory.resolve("packages"));
        Files.writeString(directory.resolve("paths/a.log"), "of an earlier build\n".repeat(10));
        Files.createSymbolicLink(directory.resolve("paths/b.log"), outside);
        Files.createSymbolicLink(directory.resolve("packages/c.log"), outside);
        try (OutputMultiplexer mux = mux(task -> List.of(task.equals("a") ? "c" : "d"))) {
            say(mux, "a", "x\n", 0);
            say(mux, "b", "y\n", 0);
        }
        assertThat(outside).hasContent("kept");
        assertThat(directory.resolve("paths/a.log")).hasContent("── a ──\nx\n");
        assertThat(directory.resolve("packages/c.log")).hasContent("── a ──\nx\n");
        assertThat(directory.resolve("packages/d.log")).hasContent("── b ──\ny\n");
    }

    @Test
    void aFolderThatIsALinkIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.createDirectories(directory.resolve("paths/deep"));
        Files.createSymbolicLink(directory.resolve("paths/d"), outside);
        Files.createSymbolicLink(directory.resolve("paths/deep/d"), Path.of("../../outside"));
        OutputMultiplexer mux = mux(NO_ALIASES);
        try (mux) {
            say(mux, "d/e", "x\n", 0);
            say(mux, "deep/d/e/f", "y\n", 0);
            say(mux, "deep/e", "z\n", 0);
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(directory.resolve("paths/deep/e.log")).hasContent("── deep/e ──\nz\n");
        assertThat(mux.failures())
                .singleElement()
                .asString()
                .contains(
                        directory.resolve("paths/d/e.log") + ": the folder " + directory.resolve("paths/d")
                                + " is a link",
                        "1 more cannot be written either");
    }

    @Test
    void aFolderThatBecomesALinkWhileTheBuildRunsIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        OutputMultiplexer mux = mux(NO_ALIASES);
        try (mux) {
            say(mux, "d/e", "x\n", 0);
            for (int i = 0; i < ComponentLogs.MOST_OPEN; i++) {
                say(mux, "other" + i, "x\n", 0);
            }
            mux.drain();
            Files.move(directory.resolve("paths/d"), directory.resolve("paths/moved"));
            Files.createSymbolicLink(directory.resolve("paths/d"), outside);
            say(mux, "d/e", "y\n", 0);
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(mux.failures()).singleElement().asString().contains("is a link");
    }

    @Test
    void whatCannotBeWrittenIsToldOfAndTheOthersAreWhole() throws IOException {
        Files.createDirectories(directory.resolve("paths/a.log"));
        Files.createDirectories(directory.resolve("packages/c.log"));
        OutputMultiplexer mux = mux(task -> task.equals("b") ? List.of("c") : List.of());
        try (mux) {
            say(mux, "a", "x\n", 0);
            say(mux, "b", "y\n", 0);
        }
        assertThat(directory.resolve("paths/b.log")).hasContent("── b ──\ny\n");
        assertThat(mux.failures())
                .singleElement()
                .asString()
                .contains(directory.resolve("paths/a.log") + ": is a directory", "1 more cannot be written either");
    }

    @Test
    void aNameAlwaysStaysBelowPaths() throws IOException {
        List<String> names = List.of(
                "../escape",
                "/tmp/x",
                "..",
                "a//b",
                "a/../../b",
                "a/./b",
                "-o/x",
                "a/",
                "/",
                "nul\u0000l",
                "a.log/b",
                "a",
                "A");
        try (OutputMultiplexer mux = mux(NO_ALIASES)) {
            names.forEach(name -> say(mux, name, "x\n", 0));
        }
        assertThat(files())
                .containsExactlyInAnyOrder(
                        "paths/%2E./escape.log",
                        "paths/%/tmp/x.log",
                        "paths/%2E..log",
                        "paths/a/%/b.log",
                        "paths/a/%2E./%2E./b.log",
                        "paths/a/%2E/b.log",
                        "paths/%2Do/x.log",
                        "paths/a/%.log",
                        "paths/%/%.log",
                        "paths/nul%00l.log",
                        "paths/a%2Elog/b.log",
                        "paths/a.log",
                        "paths/%41.log");
    }

    @Test
    void noTwoTasksShareAFileHoweverTheyAreNamed() {
        long seed = 20261121;
        Random random = new Random(seed);
        TaskPlaces places = new TaskPlaces(directory, NO_ALIASES);
        String[] parts = {"a", "A", "a.log", ".", "..", "", "%", "%2E", "b", "a.b", "é", "x".repeat(300), "log", ".log"
        };
        Map<String, String> owners = new HashMap<>();
        Set<Path> folders = new HashSet<>();
        Path paths = directory.resolve("paths");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder name = new StringBuilder(parts[random.nextInt(parts.length)]);
            for (int more = random.nextInt(7); more > 0; more--) {
                name.append('/').append(parts[random.nextInt(parts.length)]);
            }
            Path file = places.file(name.toString());
            assertThat(file.normalize()).as("seed %d, %s", seed, name).isEqualTo(file);
            assertThat(file.startsWith(paths)).isTrue();
            assertThat(paths.relativize(file).toString().length()).isLessThanOrEqualTo(TaskPlaces.LONGEST);
            String folded = file.toString().toLowerCase(Locale.ROOT);
            String owner = owners.putIfAbsent(folded, name.toString());
            assertThat(owner).as("seed %d, %s", seed, file).isIn(null, name.toString());
            for (Path folder = file.getParent(); !folder.equals(paths); folder = folder.getParent()) {
                folders.add(Path.of(folder.toString().toLowerCase(Locale.ROOT)));
            }
        }
        assertThat(owners.keySet()).noneMatch(file -> folders.contains(Path.of(file)));
        assertThat(places.key(new JobInfo(1, "a/b", "c", "d", "host", 1))).isEqualTo("a/b");
    }
}
