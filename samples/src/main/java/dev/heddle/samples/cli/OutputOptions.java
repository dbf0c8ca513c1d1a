package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options by which every command that runs jobs says how their output is shown and kept. */
public final class OutputOptions {

    /** File name of a recording whose place was not given. */
    public static final String RECORDING = ".heddle.hlog";

    @Mixin
    private DisplayOptions display = new DisplayOptions();

    @Mixin
    private SecretOptions secrets = new SecretOptions();

    @Mixin
    private CiOptions ci = new CiOptions();

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Where everything is recorded, in a folder that is there. Left out: " + RECORDING
                    + " where the build runs; mux keeps none.")
    private @Nullable Path record;

    @Option(names = "--no-record", description = "Keep no recording.")
    private boolean noRecord;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a report when the build is over: a page with every task, its times and its log.")
    private @Nullable Path html;

    @Mixin
    private LogOptions logs = new LogOptions();

    @Option(
            names = "--attach-socket",
            paramLabel = "PATH",
            description =
                    "Let 'heddle log attach PATH' show this build while it runs: a Unix socket, for this user alone.")
    private @Nullable Path attachSocket;

    /** Made by picocli. */
    public OutputOptions() {}

    /** Leaves standard output to the result of the command, and shows on standard error unless a terminal is there. */
    public void besideResult() {
        display.besideResult();
    }

    /** Whether details of all groups were asked for. */
    public boolean isVerbose() {
        return display.isVerbose();
    }

    /**
     * Has each task told in a log of its own where {@code --log-dir} was given. To be called before {@link #open}.
     *
     * @param furtherNames the aliases of a task, whose name it is given; asked on any one thread
     */
    public void tellTasks(Function<? super String, ? extends Collection<String>> furtherNames) {
        logs.tellTasks(furtherNames);
    }

    /** Tells a scheduler what it is to write about a build. */
    public void apply(Scheduler.Builder builder) {
        logs.apply(builder);
    }

    /**
     * Checks the options that {@link #open} would check, without opening anything: what is wrong with them is wrong even when a
     * build has nothing to do.
     *
     * @throws UserError if one is wrong
     */
    public void check() {
        display.check();
        logs.check();
    }

    /**
     * Checks the options and opens a multiplexer that shows on standard output, or beside the result there.
     *
     * @param jobs how many jobs may run at once
     * @param directory where the build runs
     * @param recording the recording where none was named, or null to keep none then
     * @throws UserError if an option is wrong or a file cannot be written
     */
    public BuildOutput open(int jobs, Path directory, @Nullable Path recording) {
        return open(jobs, directory, recording, null);
    }

    /**
     * Checks the options and opens a multiplexer that shows on standard output, and tells of what is found there.
     *
     * @param diagnostics is told of errors and warnings that are found in the output, on a thread of its own; or null
     */
    public BuildOutput open(
            int jobs, Path directory, @Nullable Path recording, @Nullable BuildEventListener diagnostics) {
        check();
        Optional<CiSystem> system = ci.system(System.getenv());
        GroupingStrategy chosen = display.strategy(jobs, system.isPresent());
        Path wanted = noRecord ? null : record != null ? record : recording;
        OutputPlaces places = new OutputPlaces();
        places.take("the recording", "--record", wanted);
        if (wanted != null && wanted.equals(record)) {
            OutputPlaces.requireFolder("--record", record);
        }
        places.take("the report", "--html", html);
        logs.take(places, directory);
        requireServable();
        try {
            Path file = wanted != null ? wanted : Files.createTempFile("heddle-", ".hlog");
            BuildWatch watch = new BuildWatch(chosen);
            Sink shown = system.isPresent()
                    ? ci.display(system.get(), display, watch::masked, System.getenv())
                    : display.display(watch, () -> EarlierLogs.of(file));
            OutputMultiplexer.Builder builder =
                    OutputMultiplexer.builder().strategy(chosen).to(shown).rules(display.rules());
            var unused = wanted != null ? builder.journal(file) : builder.scratchJournal(file);
            SummaryText summary = new SummaryText();
            if (!shown.summarizes()) {
                builder.onSummary(summary);
            }
            tell(builder, shown, diagnostics);
            secrets.addTo(builder, System.getenv());
            logs.addTo(builder, directory);
            report(builder);
            OutputMultiplexer multiplexer = serve(builder.build());
            watch.shows(shown, multiplexer);
            BuildOutput.Recorded recorded = new BuildOutput.Recorded(file, wanted != null, shown.summarizes());
            return new BuildOutput(multiplexer, recorded, watch, new BuildOutput.Ending(summary, display::failsOn));
        } catch (IOException e) {
            throw new UserError(
                    wanted == null ? "output" : wanted.toString(),
                    "cannot keep the output: " + FailureText.of(e),
                    "choose another place with --record or --log-dir, or keep no recording with --no-record");
        }
    }

    private void report(OutputMultiplexer.Builder builder) {
        if (html == null) {
            return;
        }
        try {
            builder.to(Sinks.html(html));
        } catch (IOException e) {
            throw new UserError(
                    "--html", html + " cannot be written: " + FailureText.of(e), "choose another place with --html");
        }
    }

    // A display shows what was found.
    private static void tell(OutputMultiplexer.Builder builder, Sink shown, @Nullable BuildEventListener other) {
        BuildEventListener display = shown instanceof ConsoleDisplay console
                ? console.listener()
                : shown instanceof CiDisplay ci ? ci.listener() : null;
        if (display != null || other != null) {
            builder.onDiagnostic(event -> {
                if (display != null) {
                    display.onEvent(event);
                }
                if (other != null) {
                    other.onEvent(event);
                }
            });
        }
    }

    // Before an earlier recording is replaced.
    private void requireServable() {
        Path socket = attachSocket;
        if (socket != null) {
            try {
                OutputMultiplexer.requireServable(socket);
            } catch (IOException e) {
                throw notServed(socket, e);
            }
        }
    }

    private OutputMultiplexer serve(OutputMultiplexer multiplexer) {
        Path socket = attachSocket;
        if (socket != null) {
            try {
                multiplexer.serve(socket);
            } catch (IOException e) {
                multiplexer.close();
                throw notServed(socket, e);
            }
        }
        return multiplexer;
    }

    private static UserError notServed(Path socket, IOException cause) {
        return new UserError(
                "--attach-socket", socket + ": " + FailureText.of(cause), "name a socket in a folder of your own");
    }
}
