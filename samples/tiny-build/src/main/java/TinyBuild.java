import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Rebuilder.Verdict;
import dev.heddle.core.Task;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A build tool: runs the rules of a {@code Tinyfile} in parallel, skips what is newer than its inputs, and keeps the output
 * of every command apart. A rule is {@code FILE: INPUT...} and below it, indented, the commands that make the file.
 */
public final class TinyBuild {

    private record Rule(String file, List<String> inputs, List<String> commands) {}

    private static final class BadFile extends Exception {
        BadFile(Path file, int line, String what) {
            super(file + ":" + line + ": " + what);
        }
    }

    private final Path directory;

    private TinyBuild(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "Tinyfile").toAbsolutePath();
        try {
            System.exit(new TinyBuild(file.getParent()).build(parse(file)) ? 0 : 1);
        } catch (BadFile | IllegalArgumentException | IllegalStateException e) {
            System.err.println("tiny-build: " + e.getMessage());
            System.exit(2);
        }
    }

    private static List<Rule> parse(Path file) throws IOException, BadFile {
        List<Rule> rules = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0))) {
                if (rules.isEmpty()) {
                    throw new BadFile(file, i + 1, "a command before the first rule");
                }
                rules.get(rules.size() - 1).commands().add(line.strip());
            } else {
                int colon = line.indexOf(':');
                if (colon <= 0) {
                    throw new BadFile(file, i + 1, "a rule looks like FILE: INPUT...");
                }
                List<String> inputs = List.of(line.substring(colon + 1).strip().split("\\s+"));
                rules.add(new Rule(line.substring(0, colon).strip(), inputs.get(0).isEmpty() ? List.of() : inputs, new ArrayList<>()));
            }
        }
        return rules;
    }

    private boolean build(List<Rule> rules) throws IOException {
        Set<String> made = rules.stream().map(Rule::file).collect(Collectors.toSet());
        BuildGraph.Builder graph = BuildGraph.builder();
        for (Rule rule : rules) {
            graph.task(rule.file(), task -> task
                    .dependsOn(rule.inputs().stream().filter(made::contains).toList())
                    .input(rule.inputs().stream().map(directory::resolve).toList())
                    .output(directory.resolve(rule.file()))
                    .command(Command.shell(String.join(" && ", rule.commands())).in(directory)));
        }
        BuildResult result;
        try (OutputMultiplexer output = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.task())
                        .to(ConsoleDisplay.system())
                        .build();
                Scheduler scheduler = Scheduler.builder()
                        .hosts(Hosts.local(Runtime.getRuntime().availableProcessors()))
                        .output(output)
                        .rebuilder(TinyBuild::check)
                        .build()) {
            result = scheduler.run(graph.build());
        }
        System.out.println("tiny-build: " + result.ran() + " ran, " + result.upToDate() + " up to date");
        return result.succeeded();
    }

    private static Verdict check(Task task, Rebuilder.DependencyOutcomes dependencies) {
        FileTime made = time(task.outputs().get(0));
        for (Path input : task.inputs()) {
            if (made == null || time(input) == null || time(input).compareTo(made) > 0) {
                return new Verdict.MustRun(input + " is newer");
            }
        }
        return made == null ? new Verdict.MustRun("it is missing") : new Verdict.UpToDate("newer than its inputs");
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return null;
        }
    }
}
