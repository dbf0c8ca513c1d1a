package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.FailureText;
import dev.heddle.logmux.DiagnosticMatcher;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.MatcherFormatException;
import dev.heddle.logmux.sink.Palette;
import dev.heddle.logmux.sink.Visibility;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options by which a command says how lines are told apart: what is wrong, what is a detail, in which colours. */
final class RuleOptions {

    private static final String COMMON_COLORS = "error=red,warning=yellow,verbose=dim,trace=dim";

    @Option(
            names = "--verbose",
            arity = "0..1",
            fallbackValue = Visibility.ALL,
            preprocessor = Groups.class,
            paramLabel = "GROUP,...",
            description = "Show details of these groups; all, or none named, shows them all.")
    private List<String> verbose = List.of();

    @Option(
            names = "--trace",
            arity = "0..1",
            fallbackValue = Visibility.ALL,
            preprocessor = Groups.class,
            paramLabel = "GROUP,...",
            description =
                    "Show traces of these groups, for those who look for a fault; all, or none named, shows them all.")
    private List<String> trace = List.of();

    @Option(
            names = "--colors",
            paramLabel = "CHANNEL=COLOR,...",
            description = "Colours of channels (stdout, stderr, error, warning, message, verbose, trace, console):"
                    + " [bright-|dim-]COLOR[:BACKGROUND], each a name or 0 to 15. Left out: " + COMMON_COLORS + ".")
    private @Nullable String colors;

    @Option(
            names = "--matchers",
            paramLabel = "FILE",
            description = "Also find what these matchers find in the output, before the common ones: JSON, as"
                    + " log-mux/docs/matchers.md describes it.")
    private List<Path> matchers = List.of();

    @Option(
            names = "--werror",
            description = "Warnings are errors, and a build fails if errors were found in its output.")
    private boolean warningsAreErrors;

    private @Nullable LineRules rules;

    /** Takes names only where they are attached: what follows a bare option is a word of its own. */
    static final class Groups implements IParameterPreprocessor {
        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            List<String> known = option.getValue();
            List<String> groups = new ArrayList<>(known == null ? List.of() : known);
            boolean attached = "=".equals(info.get("separator"));
            groups.addAll(attached ? List.of(arguments.pop().split(",")) : List.of(Visibility.ALL));
            option.setValue(groups);
            return true;
        }
    }

    RuleOptions() {}

    /** Whether details of all groups were asked for. */
    boolean isVerbose() {
        return verbose.contains(Visibility.ALL);
    }

    /**
     * The rules that were asked for.
     *
     * @throws UserError if a file of matchers cannot be used
     */
    LineRules rules() {
        LineRules known = rules;
        if (known == null) {
            known = LineRules.common().matchers(read());
            known = warningsAreErrors ? known.warningsAsErrors() : known;
            rules = known;
        }
        return known;
    }

    private List<DiagnosticMatcher> read() {
        List<DiagnosticMatcher> all = new ArrayList<>();
        for (Path file : matchers) {
            try {
                all.addAll(DiagnosticMatcher.read(file));
            } catch (IOException e) {
                boolean placed = e instanceof MatcherFormatException;
                throw new UserError("--matchers", (placed ? "" : file + ": ") + FailureText.of(e), null);
            }
        }
        return all;
    }

    /** The strategy that keeps together what these rules find. */
    GroupingStrategy diagnostic() {
        return matchers.isEmpty() ? GroupingStrategy.diagnostic() : GroupingStrategy.diagnostic(rules().matchers());
    }

    /**
     * What is shown.
     *
     * @param terminal whether it is shown on a terminal, where progress may be
     */
    Visibility visibility(boolean terminal) {
        Visibility shown = Visibility.common().verbose(Set.copyOf(verbose)).trace(Set.copyOf(trace));
        return terminal ? shown.showing(Channel.CONSOLE) : shown;
    }

    /** Throws a {@link UserError} if something that was given is wrong; looks at nothing else. */
    void check() {
        palette();
        if (!matchers.isEmpty()) {
            rules();
        }
    }

    /**
     * The colours of the channels.
     *
     * @throws UserError if they are not what they should be
     */
    Palette palette() {
        String wanted = colors;
        if (wanted == null) {
            return Palette.COMMON;
        }
        try {
            return Palette.parse(wanted);
        } catch (IllegalArgumentException e) {
            throw new UserError("--colors", String.valueOf(e.getMessage()), null);
        }
    }

    /** Whether a build fails because of what was found in its output. */
    boolean warningsAreErrors() {
        return warningsAreErrors;
    }
}
