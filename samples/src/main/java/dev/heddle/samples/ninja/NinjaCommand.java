package dev.heddle.samples.ninja;

import dev.heddle.logmux.console.Terminal;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.HistoryOptions;
import dev.heddle.samples.cli.HostOptions;
import dev.heddle.samples.cli.Interruption;
import dev.heddle.samples.cli.JobserverOptions;
import dev.heddle.samples.cli.LastWords;
import dev.heddle.samples.cli.LockOptions;
import dev.heddle.samples.cli.OrderOptions;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.scheduler.Jobserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code heddle ninja}: builds what a {@code build.ninja} describes, as ninja would.
 *
 * <p>Exit codes: 0 everything is up to date, 1 something failed to build, 2 wrong usage or input and nothing was started, 3 no
 * host could be used and nothing was started, 130 interrupted.
 */
@Command(
        name = "ninja",
        description = "Builds a build.ninja of CMake, Meson or GN as ninja would.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything is up to date",
            "1:something failed to build, or its output could not be recorded or shown",
            "2:wrong usage or input; nothing was started",
            "3:no host could be used; nothing was started",
            "129:ended by SIGHUP",
            "130:interrupted",
            "143:ended by SIGTERM"
        })
public final class NinjaCommand implements Callable<Integer> {

    @Option(names = "-C", paramLabel = "DIR", description = "The directory to build in.")
    private @Nullable Path directory;

    @Option(names = "-f", paramLabel = "FILE", description = "The manifest. Left out: build.ninja.")
    private @Nullable String file;

    @Option(names = "-j", paramLabel = "N", description = "Jobs at once; 0 for any number. Left out: processors + 2.")
    private @Nullable Integer jobs;

    @Option(
            names = "-k",
            paramLabel = "N",
            description = "Go on until N jobs have failed; 0 for any number. Left out: 1.")
    private int keepGoing = 1;

    @Option(names = "-l", paramLabel = "N", description = "Start no job while the load average is above N.")
    private double load;

    @Option(names = "-n", description = "Run nothing, act as if every command succeeded.")
    private boolean dryRun;

    @Option(names = "-v", description = "Show whole commands, as --verbose does.")
    private boolean verbose;

    @Option(names = "--quiet", description = "Show no progress, only what the commands print.")
    private boolean quiet;

    @Option(
            names = "-d",
            paramLabel = "MODE",
            description =
                    "How to help with finding faults: explain, stats, keeprsp or keepdepfile; list explains them.")
    private List<String> debug = new ArrayList<>();

    @Option(
            names = "-w",
            paramLabel = "FLAG",
            description = "What is an error: phonycycle=err|warn or dupbuild=err; list explains them.")
    private List<String> warnings = new ArrayList<>();

    @Option(
            names = "-t",
            paramLabel = "TOOL",
            description = "Run a tool with all arguments that follow; list names the tools.",
            preprocessor = RestOfLine.class)
    private List<String> tool = new ArrayList<>();

    @Mixin
    private HostOptions hosts = new HostOptions();

    @Mixin
    private HistoryOptions history = new HistoryOptions();

    @Mixin
    private OrderOptions order = new OrderOptions();

    @Mixin
    private LockOptions locks = new LockOptions();

    @Mixin
    private JobserverOptions jobserver = new JobserverOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--no-cache", description = "Neither use nor write the parsed form of the manifest.")
    private boolean noCache;

    @Parameters(
            paramLabel = "TARGET",
            description = "What to build. Left out: the manifest's defaults.",
            arity = "0..*")
    private List<String> targets = new ArrayList<>();

    private volatile @Nullable BuildOutput opened;

    /** Takes everything behind {@code -t TOOL}, options and all, for the tool. */
    static final class RestOfLine implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            List<String> rest = new ArrayList<>();
            while (!arguments.isEmpty()) {
                rest.add(arguments.pop());
            }
            option.setValue(rest);
            return true;
        }
    }

    /** Made by the launcher, which fills in the options. */
    public NinjaCommand() {}

    @Override
    public Integer call() {
        Options options = new Options();
        try {
            if (fill(options)) {
                return 0;
            }
            output.check();
            NinjaRun run = new NinjaRun(options, this::open, System.out, System.err);
            try (Interruption interruption = Interruption.cancels(run.interruption()::cancel, this::restore)) {
                int exitCode = run.run();
                BuildOutput used = opened;
                if (used != null) {
                    used.tellDiagnostics();
                }
                if (exitCode == ExitCode.DONE && used != null && !used.isGood()) {
                    exitCode = ExitCode.FAILED;
                }
                return interruption.happened() ? ExitCode.INTERRUPTED : exitCode;
            }
        } catch (NinjaException e) {
            if (opened == null) {
                throw new UserError(e.exitCode(), "", e.getMessage(), e.hint());
            }
            LastWords.say(e.getMessage() + (e.hint() == null ? "" : "\n  " + e.hint()));
            return e.exitCode();
        }
    }

    private void restore() {
        BuildOutput used = opened;
        if (used != null) {
            used.watch().restore();
        }
    }

    private NinjaRun.Opened open(int jobs, Path place) {
        output.tellTasks(task -> List.of());
        BuildOutput made = output.open(jobs, place, place.resolve(OutputOptions.RECORDING));
        opened = made;
        return new NinjaRun.Opened(made.multiplexer(), made::close, made.watch());
    }

    // True if only a list was asked for, which was printed.
    private boolean fill(Options options) throws NinjaException {
        if (directory != null) {
            options.directory = directory;
            options.directoryGiven = true;
        }
        if (file != null) {
            options.file = Raw.ofText(file);
        }
        if (jobs != null) {
            options.jobs = atLeastZero("-j", jobs) == 0 ? Options.MANY_JOBS : Math.min(jobs, Options.MANY_JOBS);
        }
        fillScheduling(options);
        options.keepGoing = Math.max(0, keepGoing);
        options.load = load;
        options.dryRun = dryRun;
        options.verbose = verbose || output.isVerbose();
        options.quiet = quiet;
        options.cache = !noCache;
        options.targets = targets;
        options.consoleInput = StandardInput.name();
        options.consoleTerminal = () ->
                Optional.of(Terminal.system()).filter(Terminal::isInteractive).map(Terminal::size);
        String status = System.getenv("NINJA_STATUS");
        if (status != null) {
            options.status = status;
        }
        if (!tool.isEmpty()) {
            options.tool = tool.get(0);
            options.toolArguments = tool.subList(1, tool.size());
        }
        boolean listed = false;
        for (String mode : debug) {
            listed |= debug(mode, options);
        }
        for (String flag : warnings) {
            listed |= warning(flag, options);
        }
        return listed;
    }

    private void fillScheduling(Options options) {
        hosts.check(jobs != null);
        order.check();
        history.check();
        locks.check();
        // Refuses what is wrong before anything is started, and tells once what is odd.
        Optional<Jobserver> shared =
                dryRun ? Optional.empty() : jobserver.chosenIfLent(jobs != null, System.getenv(), LastWords::say);
        options.settings = output::apply;
        shared.ifPresent(chosen -> options.settings = options.settings.andThen(builder -> builder.jobserver(chosen)));
        options.order = order;
        options.history = (builder, place) -> {
            if (!dryRun) {
                history.apply(builder, place);
            }
        };
        if (!dryRun) {
            options.settings = options.settings.andThen(locks::apply);
        }
        if (hosts.given()) {
            options.jobs = HostOptions.MANY_JOBS;
            options.hosts = () -> hosts.open(HostOptions.MANY_JOBS);
            options.settings = options.settings.andThen(hosts::apply);
        }
    }

    private static int atLeastZero(String option, int value) throws NinjaException {
        if (value < 0) {
            throw new NinjaException(option + " takes a number of at least 0, not " + value);
        }
        return value;
    }

    private static boolean debug(String mode, Options options) throws NinjaException {
        switch (mode) {
            case "explain" -> options.explain = true;
            case "stats" -> options.stats = true;
            case "keeprsp" -> options.keepRsp = true;
            case "keepdepfile" -> options.keepDepfile = true;
            case "list" -> {
                System.out.println("""
                        debugging modes:
                          stats        print operation counts/timing info
                          explain      explain what caused a command to execute
                          keepdepfile  don't delete depfiles after they are read
                          keeprsp      don't delete response files on success
                        several are enabled by -d FOO -d BAR""");
                return true;
            }
            default -> {
                String near = Suggestion.nearest(mode, List.of("explain", "stats", "keeprsp", "keepdepfile"));
                throw new NinjaException("-d: unknown debug setting '" + mode + "'"
                        + (near.isEmpty() ? "; -d list names them" : ", did you mean '" + near + "'?"));
            }
        }
        return false;
    }

    private static boolean warning(String flag, Options options) throws NinjaException {
        switch (flag) {
            case "phonycycle=err" -> options.phonyCycleIsError = true;
            case "phonycycle=warn" -> options.phonyCycleIsError = false;
            case "dupbuild=err", "depfilemulti=err", "depfilemulti=warn" -> {
                // What is always done; accepted because generators and scripts still say so.
            }
            case "list" -> {
                System.out.println("""
                        warning flags:
                          phonycycle={err,warn}  phony build statement references itself""");
                return true;
            }
            case "dupbuild=warn" ->
                throw new NinjaException("-w dupbuild=warn: two build statements for one file are always an error");
            default -> throw new NinjaException("-w: unknown warning flag '" + flag + "'; -w list names them");
        }
        return false;
    }
}
