package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Command;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.Location;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import dev.heddle.core.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the tools of this machine print of faulty sources is found while they run, whatever their version. */
@Timeout(120)
class RealToolsTest {

    @TempDir
    private Path directory;

    private final List<DiagnosticFound> found = Collections.synchronizedList(new ArrayList<>());
    private int exitCode;

    /** Runs a tool in the words it has for everybody, and gives what was found in what it said. */
    private List<Diagnostic> run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "LC_ALL=C"));
        command.addAll(List.of(words));
        try (ProcessRunner runner = ProcessRunner.builder().build();
                OutputMultiplexer mux = OutputMultiplexer.builder()
                        .rules(LineRules.none().matchers(DiagnosticMatcher.common()))
                        .onDiagnostic(event -> found.add((DiagnosticFound) event))
                        .build();
                OutputSource source = mux.open(words[0], null)) {
            exitCode = source.run(Command.of(command.toArray(String[]::new)), runner);
        }
        return found.stream().map(DiagnosticFound::diagnostic).toList();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static void assertPlace(Diagnostic one, Severity severity, String matcher, String file, int line) {
        assertThat(one.severity()).isEqualTo(severity);
        assertThat(one.matcher()).isEqualTo(matcher);
        Location location = Objects.requireNonNull(one.location());
        assertThat(location.file()).endsWith(file);
        assertThat(location.line()).isEqualTo(line);
    }

    private static boolean isThere(String tool) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(place.isEmpty() ? "." : place, tool))) {
                return true;
            }
        }
        return false;
    }

    @Test
    @Tag("peer")
    void gccTellsOfAnErrorAndAWarningAtTheirPlaces() throws Exception {
        assumeTrue(isThere("gcc"), "gcc is not installed");
        write("broken.c", "int f(void) {\n    int unused = 1;\n    return missing;\n}\n");
        List<Diagnostic> all = run("gcc", "-Wall", "-c", "-o", path("broken.o"), path("broken.c"));
        assertThat(exitCode).isEqualTo(1);
        assertThat(all.stream().filter(one -> one.severity() == Severity.ERROR)).hasSize(1);
        Diagnostic error = all.stream()
                .filter(one -> one.severity() == Severity.ERROR)
                .findFirst()
                .orElseThrow();
        assertPlace(error, Severity.ERROR, "gcc", "broken.c", 3);
        assertThat(error.message()).contains("missing");
        assertThat(all).anySatisfy(one -> assertPlace(one, Severity.WARNING, "gcc", "broken.c", 2));
    }

    @Test
    @Tag("peer")
    void gccInColoursTellsTheSame() throws Exception {
        assumeTrue(isThere("gcc"), "gcc is not installed");
        write("broken.c", "int f(void) {\n    return missing;\n}\n");
        List<Diagnostic> all = run("gcc", "-fdiagnostics-color=always", "-c", "-o", path("broken.o"), path("broken.c"));
        assertThat(all.stream().filter(one -> one.severity() == Severity.ERROR))
                .singleElement()
                .satisfies(one -> assertPlace(one, Severity.ERROR, "gcc", "broken.c", 2));
    }

    @Test
    void javacTellsOfAnErrorAtItsPlace() throws Exception {
        Path javac = Path.of(System.getProperty("java.home"), "bin", "javac");
        assumeTrue(Files.isExecutable(javac), "no compiler beside this virtual machine");
        write("Broken.java", "class Broken {\n    int f() {\n        return missing;\n    }\n}\n");
        List<Diagnostic> all = run(javac.toString(), "-d", directory.toString(), path("Broken.java"));
        assertThat(exitCode).isEqualTo(1);
        assertThat(all).hasSize(1);
        assertPlace(all.get(0), Severity.ERROR, "javac", "Broken.java", 3);
        assertThat(all.get(0).message()).contains("cannot find symbol");
    }

    @Test
    @Tag("peer")
    void pythonTellsOfAnExceptionWhereItWasThrown() throws Exception {
        assumeTrue(isThere("python3"), "python3 is not installed");
        write("broken.py", "def f():\n    return 1 // 0\n\nf()\n");
        List<Diagnostic> all = run("python3", path("broken.py"));
        assertThat(exitCode).isEqualTo(1);
        assertThat(all).hasSize(1);
        assertPlace(all.get(0), Severity.ERROR, "python", "broken.py", 2);
        assertThat(all.get(0).code()).isEqualTo("ZeroDivisionError");
    }
}
