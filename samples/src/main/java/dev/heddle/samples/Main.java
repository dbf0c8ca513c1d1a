package dev.heddle.samples;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.RawArguments;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import dev.heddle.samples.ninja.NinjaCommand;
import dev.heddle.samples.store.StoreCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code heddle} launcher.
 *
 * <p>Exit codes are those of {@link ExitCode}. Errors are one line {@code heddle: WHERE: WHAT} and a hint on standard error.
 */
@Command(
        name = "heddle",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Runs graphs of jobs in parallel and keeps their output apart.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something failed to build, or its output could not be recorded or shown",
            "2:wrong usage or input; nothing was started",
            "3:no usable host",
            "129:ended by SIGHUP",
            "130:interrupted",
            "141:whoever read the output has gone",
            "143:ended by SIGTERM"
        })
public final class Main implements Runnable {

    @Option(
            names = "--stacktrace",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show where in Heddle an error came from.")
    private boolean stacktrace;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private Main() {}

    /** Runs the launcher and ends the process. */
    public static void main(String[] args) {
        StandardOutput standard = new StandardOutput();
        System.setOut(standard.printer());
        // As the display does, whatever the locale is.
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        PrintWriter err = printer(System.err);
        int exitCode = start(args, printer(System.out), err);
        System.out.flush();
        StandardOutput.Lost lost = standard.lost().orElse(null);
        if (lost != null && exitCode == ExitCode.DONE) {
            exitCode = lost(lost, err);
        }
        System.err.flush();
        System.exit(exitCode);
    }

    private static int start(String[] args, PrintWriter out, PrintWriter err) {
        try {
            RawArguments.requireText(args);
        } catch (UserError e) {
            return failure(e, false, err);
        }
        return run(args, out, err);
    }

    // A program that SIGPIPE ends says nothing either.
    private static int lost(StandardOutput.Lost lost, PrintWriter err) {
        if (lost.isUnread()) {
            return ExitCode.UNREAD;
        }
        tell(err, "standard output: " + lost.getMessage(), null);
        return ExitCode.FAILED;
    }

    private static PrintWriter printer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** Runs the launcher in this process; {@code out} and {@code err} take what picocli and the launcher itself say. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        Map<String, Supplier<Object>> commands = commands();
        Supplier<Object> named = args.length == 0 ? null : commands.get(args[0]);
        if (named != null) {
            // Reading the annotations of every command costs more than starting the one that is wanted.
            line.addSubcommand(args[0], named.get());
        } else {
            commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
            line.addSubcommand("generate-completion", new AutoComplete.GenerateCompletion());
        }
        CommandLine store = line.getSubcommands().get("store");
        if (store != null) {
            StoreCommand.addVerbs(store, named != null && args.length > 1 ? args[1] : "");
        }
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, arguments) -> usageError(e, err));
        // A word of a command may begin with @; what it names is none of the launcher's business.
        line.setExpandAtFiles(false);
        CommandLine list = line.getSubcommands().get("list");
        if (list != null) {
            // What follows the command that lists is the command's.
            list.setStopAtPositional(true);
        }
        line.setExecutionExceptionHandler((e, command, parsed) -> failure(e, main.stacktrace, err));
        return line.execute(args);
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("ninja", NinjaCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("hosts", HostsCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("mux", MuxCommand::new);
        commands.put("log", LogCommand::new);
        commands.put("store", StoreCommand::new);
        return commands;
    }

    private static int usageError(ParameterException e, PrintWriter err) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        boolean unknown = e instanceof UnmatchedArgumentException
                && e.getCommandLine().getParent() == null
                && !e.getCommandLine().getSubcommands().isEmpty();
        String more =
                unknown ? "the commands are " + String.join(", ", commands().keySet()) + "; " : "";
        tell(err, PicocliWords.mended(String.valueOf(e.getMessage())), more + "see '" + command + " --help'");
        return ExitCode.USAGE;
    }

    private static int failure(Exception e, boolean stacktrace, PrintWriter err) {
        if (stacktrace) {
            e.printStackTrace(err);
        }
        if (e instanceof UserError error) {
            tell(err, error.getMessage(), error.hint());
            return error.exitCode();
        }
        if (e instanceof StandardOutput.Lost lost) {
            return lost(lost, err);
        }
        tell(
                err,
                "unexpected " + e.getClass().getName() + (e.getMessage() == null ? "" : ": " + e.getMessage()),
                stacktrace ? null : "this is a fault in Heddle; run again with --stacktrace and report what it shows");
        return ExitCode.FAILED;
    }

    private static void tell(PrintWriter err, @Nullable String message, @Nullable String hint) {
        err.println("heddle: " + Printable.line(String.valueOf(message)));
        if (hint != null) {
            err.println("  " + hint);
        }
        err.flush();
    }

    @Override
    public void run() {
        if (spec == null) {
            throw new AssertionError("BUG: picocli did not set the command");
        }
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Reads the version that the build wrote into the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"heddle " + (version == null ? "(not packaged)" : version)};
        }
    }
}
