package dev.heddle.samples;

import dev.heddle.core.Command;
import dev.heddle.core.GrowingGraph;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.Listing;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle list}: a command lists tasks, which are built while it does. */
@CommandLine.Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisHeading = "Usage: heddle list [OPTIONS] [--] COMMAND [ARG...]%n",
        customSynopsis = "",
        description = {
            "Runs a command that lists tasks, a line of Heddle's JSON each on its standard output, and builds them while it goes"
                    + " on.",
            "The command is a job itself, and what it prints on its standard error is that job's output. A command of one word"
                    + " with blanks in it is a line for the shell.",
            "What cannot be read is told with NAME:LINE:COLUMN, and fails only what depends on it. If the command fails, what it"
                    + " listed is built all the same, unless --no-keep-going was given, and the exit code is 1."
        })
final class ListCommand implements Callable<Integer> {

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "A task that is wanted, with all it needs. May be given more than once. Left out: all.")
    private List<String> targets = List.of();

    @Option(
            names = {"-e", "--extra-lister"},
            description = "Run the command beside the slots for jobs. Otherwise it has one of them until it ends.")
    private boolean extra;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the command's own job is called. Left out: ${DEFAULT-VALUE}.")
    private String name = "list";

    @Option(
            names = "--max-records",
            paramLabel = "N",
            description = "End the command when it lists more than N records. Left out: ${DEFAULT-VALUE}.")
    private int most = Listing.MOST_RECORDS;

    @Mixin
    private RunOptions options = new RunOptions();

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    ListCommand() {}

    @Override
    public Integer call() {
        Listing listing = listing();
        options.check();
        RunOptions.Work work = new RunOptions.Work(
                GrowingGraph.empty(), List.of(listing), targets, Path.of(""), builder -> {}, order -> order);
        return options.run(work, options.openHosts());
    }

    private Listing listing() {
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new UserError("list", "a command is missing", "write: heddle list -- COMMAND [ARG...]");
        }
        if (name.isEmpty()) {
            throw new UserError("--name", "needs a name that is not empty", null);
        }
        if (most < 1) {
            throw new UserError("--max-records", "needs a number of at least 1: " + most, null);
        }
        if (targets.contains("")) {
            throw new UserError("--target", "needs the name of a task", null);
        }
        boolean line = words.size() == 1 && words.get(0).strip().chars().anyMatch(Character::isWhitespace);
        Listing listing = Listing.of(name, line ? Command.shell(words.get(0)) : Command.of(words))
                .atMost(most);
        return extra ? listing.onExtraSlot() : listing;
    }
}
