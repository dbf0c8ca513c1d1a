package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.sink.SinkFactory;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.scheduler.LogDirectory;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which every command that runs jobs says which logs it writes beside the recording. */
final class LogOptions {

    /** The type that stands for a file for each component. */
    private static final String COMPONENTS = "components";

    /** Name of the logs of the whole build, without the ending of their type. */
    private static final String ALL = "all";

    private static final Map<String, String> ENDINGS =
            Map.of("text", ".log", "html", ".html", "rtf", ".rtf", "json", ".jsonl");

    @Option(
            names = "--log",
            split = ",",
            paramLabel = "TYPE",
            description =
                    "Also write logs of these types: text (all.log), html (all.html), rtf (all.rtf), json (all.jsonl), components (a"
                            + " file for each, below components), or a class of yours that implements"
                            + " dev.heddle.logmux.sink.SinkFactory.")
    private List<String> types = List.of();

    @Option(
            names = "--log-dir",
            paramLabel = "DIR",
            description =
                    "Where logs go. Left out: where the build runs. If given, the scheduler tells there what it does, in"
                            + " files as dpb writes them: build.log, engine.log, stats.log and others, and each task has a log below"
                            + " paths. A file named stop there keeps further jobs from being started.")
    private @Nullable Path directory;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description =
                    "Write what ran where and when as a trace, which ui.perfetto.dev and Chrome's about:tracing show.")
    private @Nullable Path profile;

    private final List<SinkFactory> factories = new ArrayList<>();

    /** The further names of a task, where each task has a log of its own; or null. */
    private @Nullable Function<? super String, ? extends Collection<String>> aliases;

    /**
     * Checks what can be wrong before anything is opened.
     *
     * @throws UserError if there is no such type of log, or something else is where it is to go
     */
    void check() {
        if (directory != null && Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new UserError("--log-dir", directory + " is not a directory", null);
        }
        if (profile != null && Files.isDirectory(profile)) {
            throw new UserError("--profile", profile + " is a directory", "name a file in it");
        }
        factories.clear();
        for (String type : new LinkedHashSet<>(types)) {
            try {
                factories.add(
                        type.equals(COMPONENTS)
                                ? (folder, name) -> Sinks.perComponent(folder.resolve(COMPONENTS))
                                : Sinks.factory(type, LogOptions.class.getClassLoader()));
            } catch (IllegalArgumentException e) {
                throw new UserError("--log", String.valueOf(e.getMessage()), "there is also " + COMPONENTS);
            }
        }
    }

    /** Has each task told in a log of its own where a directory for logs was given. */
    void tellTasks(Function<? super String, ? extends Collection<String>> furtherNames) {
        aliases = furtherNames;
    }

    /** Tells a scheduler what it is to write. */
    void apply(Scheduler.Builder builder) {
        if (directory != null) {
            builder.logDirectory(LogDirectory.at(directory));
        }
        if (profile != null) {
            builder.profile(profile);
        }
    }

    /**
     * Takes the places of the logs; a class chooses its own, which nobody knows before.
     *
     * @param builds where the build runs
     * @throws UserError if something else is written there
     */
    void take(OutputPlaces places, Path builds) {
        Path folder = directory == null ? builds : directory;
        for (String type : new LinkedHashSet<>(types)) {
            String ending = ENDINGS.get(type);
            if (ending != null) {
                places.take("the log of type " + type, "--log", folder.resolve(ALL + ending));
            }
        }
    }

    /**
     * Opens the logs.
     *
     * @param builds where the build runs
     * @throws UserError if one cannot be opened
     */
    void addTo(OutputMultiplexer.Builder builder, Path builds) {
        Path folder = directory == null ? builds : directory;
        try {
            if (!factories.isEmpty()) {
                Files.createDirectories(folder);
            }
            for (SinkFactory factory : factories) {
                builder.to(factory.open(folder, ALL));
            }
            if (directory != null && aliases != null) {
                builder.to(Sinks.perTask(directory, aliases));
            }
        } catch (IOException e) {
            throw new UserError(
                    "--log",
                    "a log in " + folder + " cannot be opened: " + FailureText.of(e),
                    "choose another place with --log-dir");
        }
    }
}
