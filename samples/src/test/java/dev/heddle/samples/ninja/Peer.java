package dev.heddle.samples.ninja;

import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.console.ConsoleDisplay;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** Runs this front end or ninja itself in a directory, and tells what they said. */
final class Peer {

    private static final Path NINJA = Path.of(System.getProperty("heddle.ninja.program", "/usr/bin/ninja"));

    /**
     * What a run said.
     *
     * @param exitCode its exit code
     * @param text all it printed
     */
    record Said(int exitCode, String text) {
        boolean nothingToDo() {
            return exitCode == 0 && text.contains("no work to do.");
        }
    }

    private Peer() {}

    /** Whether ninja is of a version whose log is younger than the one that this front end begins. */
    static boolean isNewer() {
        return System.getProperty("heddle.ninja.program") != null;
    }

    static boolean hasNinja() {
        return Files.isExecutable(NINJA);
    }

    static void requireNinja() {
        Assumptions.assumeTrue(hasNinja(), "ninja is not installed");
    }

    static Said ninja(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(NINJA.toString(), "-C", directory.toString()));
        command.addAll(List.of(arguments));
        File output = Files.createTempFile("ninja", ".out").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("NINJA_STATUS", "");
        Process process = builder.start();
        process.getOutputStream().close();
        int exitCode = process.waitFor();
        String text = Files.readString(output.toPath(), StandardCharsets.ISO_8859_1);
        Files.delete(output.toPath());
        return new Said(exitCode, text);
    }

    static Said heddle(Path directory, Consumer<Options> more) {
        return heddle(directory, more, cancellation -> {});
    }

    /** As above; {@code started} is given what ends the run early. */
    static Said heddle(Path directory, Consumer<Options> more, Consumer<Cancellation> started) {
        return heddle(directory, more, started, new ByteArrayOutputStream());
    }

    /** As above; what is said can be looked at while it runs. */
    static Said heddle(
            Path directory, Consumer<Options> more, Consumer<Cancellation> started, ByteArrayOutputStream said) {
        Options options = new Options();
        options.directory = directory;
        options.jobs = 3;
        options.status = "";
        more.accept(options);
        NinjaRun.Outputs outputs = (jobs, place) -> {
            try {
                OutputMultiplexer multiplexer = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.byName("task"))
                        .to(ConsoleDisplay.of(said, false))
                        .memoryJournal(1 << 20)
                        .build();
                return new NinjaRun.Opened(multiplexer, multiplexer::close, null);
            } catch (IOException e) {
                throw new NinjaException(String.valueOf(e.getMessage()));
            }
        };
        int exitCode;
        String error = "";
        try {
            NinjaRun run = new NinjaRun(options, outputs, said, said);
            started.accept(run.interruption());
            exitCode = run.run();
        } catch (NinjaException e) {
            exitCode = e.exitCode();
            error = e.getMessage() + (e.hint() == null ? "" : "\n  " + e.hint());
        }
        return new Said(exitCode, said.toString(StandardCharsets.UTF_8) + error);
    }

    /** The commands that would run, by ninja's own judgement. */
    static TreeSet<String> ninjaWouldRun(Path directory) throws IOException, InterruptedException {
        return commands(ninja(directory, "-n", "-v").text());
    }

    /** The commands that would run, by this front end's judgement. */
    static TreeSet<String> heddleWouldRun(Path directory) {
        return commands(heddle(directory, options -> {
                    options.dryRun = true;
                    options.verbose = true;
                })
                .text());
    }

    private static TreeSet<String> commands(String text) {
        TreeSet<String> commands = new TreeSet<>();
        for (String line : text.split("\n")) {
            if (line.startsWith("ninja: error") || !(line.startsWith("ninja: ") || line.startsWith("heddle: "))) {
                commands.add(line.trim().replaceFirst("^ninja: error: ", ""));
            }
        }
        commands.remove("");
        return commands;
    }

    /** Waits until a file written from now on is younger than any written before. */
    static void nextMoment(Path directory) throws IOException {
        Path probe = directory.resolve(".moment");
        Files.writeString(probe, "");
        var before = Files.getLastModifiedTime(probe);
        do {
            Files.writeString(probe, "x");
        } while (Files.getLastModifiedTime(probe).equals(before));
        Files.delete(probe);
    }
}
