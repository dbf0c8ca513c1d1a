package dev.heddle.samples;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.BuildRun;
import dev.heddle.samples.cli.JobProcesses;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle mux}: the multiplexer alone, over commands. */
@CommandLine.Command(
        name = "mux",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisHeading = "Usage: heddle mux [OPTIONS] -- COMMAND [ARG...] [::: COMMAND [ARG...]]...%n"
                + "       heddle mux [OPTIONS] --decode=guix [FILE]%n",
        customSynopsis = "",
        description = {
            "Runs commands at once and keeps their output apart.",
            "A command of one word with blanks in it is a line for the shell.",
            "With --decode=guix it shows what a Guix daemon sends in place of running anything: the stream of traces"
                    + " as 'guix build' gets it, bare or in the worker protocol."
        })
final class MuxCommand implements Callable<Integer> {

    private static final String SEPARATOR = ":::";

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "-j", paramLabel = "N", description = "How many commands run at once. Left out: all of them.")
    private @Nullable Integer jobs;

    @Mixin
    private DecodeOptions decode = new DecodeOptions();

    @Option(
            names = "--capture",
            paramLabel = "MODE",
            description =
                    "What the commands write to: merged (one pipe: exact order), labelled (a pipe for each stream) or pty"
                            + " (a terminal). Left out: merged.")
    private Command.Capture capture = Command.Capture.MERGED;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    MuxCommand() {}

    @Override
    public Integer call() {
        if (decode.isAsked()) {
            return decode.run(words, output);
        }
        List<Command> commands = commands();
        if (jobs != null && jobs < 1) {
            throw new UserError("-j", "needs a number of at least 1: " + jobs, null);
        }
        BuildGraph.Builder graph = BuildGraph.builder();
        Map<String, Integer> seen = new HashMap<>();
        for (Command command : commands) {
            String shown = command.display();
            int count = seen.merge(shown, 1, Integer::sum);
            graph.task(
                    count == 1 ? shown : shown + " #" + count,
                    task -> task.description(shown).command(command));
        }
        int slots = jobs == null ? commands.size() : jobs;
        try (BuildOutput out = output.open(slots, Path.of(""), null);
                Scheduler scheduler = Scheduler.builder()
                        .hosts(Hosts.local(slots, JobProcesses::runner))
                        .output(out.multiplexer())
                        .listener(out.watch().listener())
                        .build()) {
            return BuildRun.run(scheduler, graph.build(), List.of(), out);
        }
    }

    private List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        List<String> command = new ArrayList<>();
        for (String word : words) {
            if (word.equals(SEPARATOR)) {
                commands.add(command(command));
                command.clear();
            } else {
                command.add(word);
            }
        }
        commands.add(command(command));
        return commands;
    }

    private Command command(List<String> words) {
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new UserError(
                    "mux", "a command is missing", "write: heddle mux -- COMMAND [ARG...] ::: COMMAND [ARG...]");
        }
        boolean line = words.size() == 1 && words.get(0).strip().chars().anyMatch(Character::isWhitespace);
        return (line ? Command.shell(words.get(0)) : Command.of(words)).capture(capture);
    }
}
