package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.scheduler.PlantedBugs.Bug;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the simulator finds what it is there to find: each bug of {@link PlantedBugs} is compiled into a copy of one class, and the
 * seeds are run from the first on until a rule is broken. Prints a row of the table in {@code docs/simulator.md} for each.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class PlantedBugsTest {

    private static final long MOST_SEEDS = Long.getLong("heddle.sim.plantedSeeds", 20_000);
    private static final Path SOURCES = Path.of("src/main/java/dev/heddle/scheduler");
    private static final Pattern BETWEEN = Pattern.compile("\\s+");

    @TempDir
    private Path directory;

    static Stream<Bug> bugs() {
        return Stream.concat(PlantedBugs.fromTheCode().stream(), PlantedBugs.fromTheRules().stream());
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void aBugIsFound(Bug bug) throws Exception {
        compile(bug);
        try (URLClassLoader loader = new Copies(directory)) {
            @SuppressWarnings("unchecked") // the same class, of another loader
            LongFunction<List<String>> run = (LongFunction<List<String>>) loader.loadClass(PlantedRun.class.getName())
                    .getConstructor()
                    .newInstance();
            long began = System.nanoTime();
            for (long seed = 0; seed < MOST_SEEDS; seed++) {
                List<String> found = run.apply(seed);
                if (!found.isEmpty()) {
                    double seconds = (System.nanoTime() - began) / 1e9;
                    System.out.printf(
                            "| %s | %s | %d | %s | %.1f |%n", bug.name(), bug.file(), seed, found.get(0), seconds);
                    return;
                }
            }
        }
        throw new AssertionError("no seed below " + MOST_SEEDS + " finds that " + bug.name());
    }

    @Test
    void theTableOfTheManualHasARowForEachBug() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/simulator.md"));
        assertThat(bugs())
                .hasSizeGreaterThanOrEqualTo(20)
                .allSatisfy(bug -> assertThat(rows)
                        .anyMatch(row -> row.startsWith("| " + bug.name() + " | `" + bug.file() + "` | ")));
    }

    private void compile(Bug bug) throws IOException {
        String source = Files.readString(SOURCES.resolve(bug.file() + ".java"));
        String pattern = BETWEEN.splitAsStream(bug.right()).map(Pattern::quote).collect(Collectors.joining("\\s+"));
        Matcher place = Pattern.compile(pattern).matcher(source);
        assertThat(place.results().count())
                .as("places in %s.java at which this stands: %s", bug.file(), bug.right())
                .isEqualTo(1);
        Path copy = Files.createDirectories(directory.resolve("source")).resolve(bug.file() + ".java");
        Files.writeString(copy, place.reset().replaceFirst(Matcher.quoteReplacement(bug.wrong())));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String path = Stream.of(Scheduler.class, BuildGraph.class, Nullable.class)
                .map(PlantedBugsTest::place)
                .collect(Collectors.joining(System.getProperty("path.separator")));
        int code = compiler.run(
                null, null, null, "-proc:none", "-nowarn", "-cp", path, "-d", directory.toString(), copy.toString());
        assertThat(code).as("exit code of the compiler").isZero();
    }

    private static String place(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Loads all classes of Heddle anew, with those of the directory in the place of others. */
    private static final class Copies extends URLClassLoader {

        Copies(Path first) throws IOException {
            super(
                    new URL[] {first.toUri().toURL(), url(Scheduler.class), url(PlantedRun.class), url(BuildGraph.class)
                    },
                    PlantedBugsTest.class.getClassLoader());
        }

        private static URL url(Class<?> of) {
            return of.getProtectionDomain().getCodeSource().getLocation();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.heddle.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }
    }
}
