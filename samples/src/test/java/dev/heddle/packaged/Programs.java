package dev.heddle.packaged;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs as a user of the installed jars would, away from the classes of the build. */
final class Programs {

    /** How a program ended and what it printed on both its streams. */
    record Run(int exitCode, String output) {}

    private static final long PATIENCE_SECONDS = 300;

    private Programs() {}

    /** A directory below {@code target} whose {@code .m2/repository} has Heddle and all that it needs, and nothing else. */
    static Path home() {
        return Path.of(required("heddle.it.home"));
    }

    static Path installed() {
        return home().resolve(".m2/repository");
    }

    static Path samples() {
        return Path.of(required("heddle.it.samples"));
    }

    /** The repository that this build itself is served from. */
    static Path mavenRepository() {
        return Path.of(required("heddle.it.maven.repository"));
    }

    /** Maven as it runs this build, with {@code arguments}. */
    static List<String> maven(String... arguments) {
        List<String> command = new ArrayList<>(List.of(required("heddle.it.maven.home") + "/bin/mvn", "-B", "-q"));
        if (required("heddle.it.maven.network").equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of(arguments));
        return command;
    }

    static List<String> java(String tool, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The jars of Heddle and of what it needs, as they were installed. */
    static String installedClassPath() throws IOException {
        try (Stream<Path> files = Files.walk(installed())) {
            return String.join(
                    ":",
                    files.map(Path::toString)
                            .filter(name -> name.endsWith(".jar") && !name.contains("heddle-samples"))
                            .sorted()
                            .toList());
        }
    }

    static Run run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(home(), "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().remove("MAVEN_OPTS");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(command + " did not end: " + Files.readString(output));
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new AssertionError("no system property " + property + ": run this test with mvn verify");
        }
        return value;
    }
}
