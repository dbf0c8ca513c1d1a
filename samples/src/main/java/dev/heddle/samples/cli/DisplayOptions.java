package dev.heddle.samples.cli;

import dev.heddle.logmux.DiagnosticCounts;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.console.Terminal;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options by which a command says how output is shown on standard output. */
public final class DisplayOptions {

    /** When colours are used. */
    public enum ColorMode {
        /** On a terminal that has them, unless {@code NO_COLOR} is set. */
        AUTO,
        /** Always. */
        ALWAYS,
        /** Never. */
        NEVER
    }

    /** How a build is shown. */
    public enum DisplayMode {
        /** Live on a terminal that can do it, otherwise plain. */
        AUTO,
        /** As text, one line after another. */
        PLAIN,
        /** With a region below the text that shows what runs. */
        LIVE
    }

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description =
                    "How output is grouped: raw, line, indented, diagnostic, task or stage. Left out: stage on a terminal, task where"
                            + " CI is set, otherwise indented; line with one job at a time.")
    private @Nullable String strategy;

    @Option(names = "--color", paramLabel = "WHEN", description = "Colours: auto, always or never.")
    private ColorMode color = ColorMode.AUTO;

    @Option(
            names = "--control",
            paramLabel = "POLICY",
            description =
                    "Which control sequences of jobs reach standard output: safe (colours), plain (none), live (colours,"
                            + " and what works inside a line) or trust (all). Left out: safe.")
    private String control = "safe";

    @Option(
            names = "--prefix",
            description = "Begin each line with the name of its task instead of heads between tasks.")
    private boolean prefix;

    @Option(
            names = "--display",
            paramLabel = "HOW",
            description = "How the build is shown: auto, plain, or live with a region that shows what runs. Auto is"
                    + " live on a terminal. Keys while it is live: ? lists them.")
    private DisplayMode display = DisplayMode.AUTO;

    @Option(
            names = {"-T", "--display-timeout"},
            paramLabel = "SECONDS",
            description =
                    "Where the build is shown as plain text, after how long a silence to say what runs; 0 for never. Left"
                            + " out: 60.")
    private int heartbeat = 60;

    @Option(
            names = "-x",
            description = "Show only what matters: failures, hosts that go down or come back, jobs that do not get on.")
    private boolean essentials;

    @Mixin
    private RuleOptions rules = new RuleOptions();

    private boolean besideResult;

    /** Made by picocli. */
    public DisplayOptions() {}

    /**
     * How lines are told apart.
     *
     * @throws UserError if a file of matchers cannot be used
     */
    public LineRules rules() {
        return rules.rules();
    }

    /** Whether details of all groups were asked for. */
    public boolean isVerbose() {
        return rules.isVerbose();
    }

    /** Whether errors and warnings that are found in the output are a failure, as {@code --werror} asks. */
    public boolean failsOn(DiagnosticCounts counts) {
        return rules.warningsAreErrors() && counts.errors() > 0;
    }

    /** Leaves standard output to a result that somebody may read from it: a build is shown there only on a terminal. */
    void besideResult() {
        besideResult = true;
    }

    /** Where text is shown that is no result. */
    OutputStream shown() {
        return besideResult && !Terminal.system().isInteractive()
                ? new FileOutputStream(FileDescriptor.err)
                : new StandardOutput();
    }

    /** The display on standard output that the options ask for. */
    public ConsoleDisplay display() {
        return plain().build();
    }

    /**
     * The display of a build, live where that is wanted and can be.
     *
     * @param watch what keys stand for, and what is masked
     * @param earlier what an earlier build tells
     * @throws UserError if it is to be live and cannot be
     */
    ConsoleDisplay display(BuildWatch watch, Supplier<EarlierLogs> earlier) {
        if (!isLive()) {
            return plain().masked(watch::masked).build();
        }
        EarlierLogs known = earlier.get();
        return settings(ConsoleDisplay.builder(Terminal.system()))
                .live(true)
                .controls(watch)
                .masked(watch::masked)
                .handleSuspension(Suspension::stopThisProcess)
                .expectedBytes(task -> known.bytes().getOrDefault(task, 0L))
                .expectedNanos(known.nanos())
                .summary()
                .build();
    }

    /** Whether the build is to be shown live. */
    boolean isLive() {
        boolean can = Terminal.system().isInteractive() && !essentials;
        if (display == DisplayMode.LIVE && !can) {
            throw new UserError(
                    "--display",
                    essentials ? "live does not go with -x" : "live needs a terminal as standard input and output",
                    "leave it out, or say plain");
        }
        return can && display != DisplayMode.PLAIN;
    }

    private ConsoleDisplay.Builder plain() {
        return settings(ConsoleDisplay.builder(shown(), Terminal.system().isInteractive()));
    }

    private ConsoleDisplay.Builder settings(ConsoleDisplay.Builder builder) {
        Terminal terminal = Terminal.system();
        return builder.form(form(terminal.hasColors(), terminal.isInteractive()))
                .detail(detail())
                .heartbeat(Duration.ofSeconds(heartbeat));
    }

    private TextRenderer.Form form(boolean canColor, boolean watched) {
        boolean colors = switch (color) {
            case AUTO -> canColor;
            case ALWAYS -> true;
            case NEVER -> false;
        };
        TextRenderer.Form form = TextRenderer.Form.of(colors)
                .with(policy())
                .with(rules.visibility(watched))
                .with(rules.palette());
        return prefix ? form.with(TextRenderer.Layout.PREFIXES) : form;
    }

    private ConsoleDisplay.Detail detail() {
        return essentials ? ConsoleDisplay.Detail.ESSENTIALS : ConsoleDisplay.Detail.EVERYTHING;
    }

    /**
     * Has the display of a CI system show the build as the options ask; systems show colours, so there are some unless
     * {@code NO_COLOR} is set.
     *
     * @throws UserError if what is asked for does not go with a CI system
     */
    void apply(CiDisplay.Builder builder, Map<String, String> environment) {
        if (display == DisplayMode.LIVE) {
            throw new UserError("--display", "live does not go with a CI system", "leave it out, or say --ci=off");
        }
        boolean colors = environment.getOrDefault("NO_COLOR", "").isEmpty();
        try {
            builder.form(form(colors, false)).detail(detail());
        } catch (IllegalArgumentException e) {
            throw new UserError("--control", control + ": " + e.getMessage(), "choose safe or plain, or say --ci=off");
        }
    }

    /** Throws a {@link UserError} if something that was given is wrong; looks at nothing else. */
    void check() {
        if (heartbeat < 0) {
            throw new UserError("--display-timeout", "needs a number of at least 0: " + heartbeat, null);
        }
        if (strategy != null) {
            strategy(strategy);
        }
        policy();
        rules.check();
    }

    private ControlPolicy policy() {
        try {
            return ControlPolicy.byName(control);
        } catch (IllegalArgumentException e) {
            throw new UserError("--control", String.valueOf(e.getMessage()), null);
        }
    }

    /**
     * A strategy by the name that {@code --strategy} gives it.
     *
     * @throws UserError if there is none of that name
     */
    public static GroupingStrategy strategy(String name) {
        try {
            return GroupingStrategy.byName(name);
        } catch (IllegalArgumentException e) {
            throw new UserError("--strategy", String.valueOf(e.getMessage()), null);
        }
    }

    /**
     * The strategy that was asked for, or the one that suits where the output goes.
     *
     * @param jobs how many jobs may run at once
     * @throws UserError if there is none of that name
     */
    public GroupingStrategy strategy(int jobs) {
        return strategy(jobs, false);
    }

    /** The same, and it is known whether the output is folded by a CI system. */
    GroupingStrategy strategy(int jobs, boolean folded) {
        if (strategy != null) {
            GroupingStrategy named = strategy(strategy);
            return named == GroupingStrategy.diagnostic() ? rules.diagnostic() : named;
        }
        if (folded) {
            return GroupingStrategy.task();
        }
        if (jobs == 1) {
            return GroupingStrategy.line();
        }
        if (Terminal.system().isInteractive()) {
            return GroupingStrategy.stage();
        }
        String ci = System.getenv("CI");
        return ci == null || ci.isEmpty() || ci.equals("false") ? GroupingStrategy.indented() : GroupingStrategy.task();
    }
}
