package dev.heddle.samples.store;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.Missing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store build}: derivations. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds derivations, and what they need, or fetches it, and prints the paths of their outputs.",
            "TARGET is a derivation in the store, PATH!OUTPUT,OUTPUT for some of its outputs, or a file NAME.drv that is"
                    + " added first.",
            "Where standard output is no terminal, the build is shown on standard error."
        },
        exitCodeListHeading = "Exit codes, as those of nix-store:%n",
        exitCodeList = {
            "0:all outputs are valid",
            "1:the store failed, or something that is needed could not be had",
            "2:wrong usage or input",
            "100:a build failed",
            "101:a build took too long, or printed nothing for too long",
            "102:a fixed output has another hash",
            "104:with --check, a build gave something else",
            "130:interrupted"
        })
final class BuildCommand extends StoreVerb {

    @Parameters(paramLabel = "TARGET", arity = "1..*", description = "What is to be built.")
    private List<String> names = List.of();

    @Option(names = "-j", paramLabel = "N", description = "Builds at once. Left out: as many as there are processors.")
    private @Nullable Integer jobs;

    @Option(names = "--check", description = "Build again what is valid already, and compare; what is valid is kept.")
    private boolean check;

    @Option(names = "--repair", description = "Make outputs again that are missing or corrupt.")
    private boolean repair;

    @Option(
            names = "--dry-run",
            description =
                    "Only print what would be built and fetched. Derivations given as files are added all the same.")
    private boolean dryRun;

    @Option(
            names = "--add-root",
            paramLabel = "LINK",
            description =
                    "Make this symbolic link to the first output, LINK-2 to the second and so on: they keep the outputs"
                            + " from being collected.")
    private @Nullable Path root;

    @Mixin
    private SubstituterOptions substituters = new SubstituterOptions();

    @Mixin
    private BuildSettingsOptions builds = new BuildSettingsOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    BuildCommand() {}

    @Override
    int run() throws IOException, InterruptedException {
        if (check && repair) {
            throw new UserError("--check", "does not go with --repair", null);
        }
        if (jobs != null && jobs < 1) {
            throw new UserError("-j", "needs a number of at least 1: " + jobs, null);
        }
        output.besideResult();
        output.check();
        try (Places places = new Places()) {
            SubstituterOptions.Sources from =
                    substituters.open(store().local().layout().storeDirectory(), places);
            return run(from);
        }
    }

    private int run(SubstituterOptions.Sources from) throws IOException, InterruptedException {
        try (LocalStore opened = store().open(builder -> builds.apply(from.apply(builder)))) {
            List<BuildTargets.Target> targets = new BuildTargets(opened).all(names);
            if (dryRun) {
                return missing(opened, targets);
            }
            int exitCode;
            try (BuildOutput shown = output.open(slots(), Path.of(""), null)) {
                Builds run = new Builds(opened, shown);
                exitCode = check || repair
                        ? run.again(targets, check ? Mode.CHECK : Mode.REPAIR)
                        : run.realise(targets, from.substituters(), slots());
            }
            return exitCode == ExitCode.DONE ? done(opened, targets) : exitCode;
        }
    }

    private int slots() {
        return jobs != null ? jobs : Runtime.getRuntime().availableProcessors();
    }

    private static int missing(LocalStore opened, List<BuildTargets.Target> targets) throws IOException {
        Missing missing = opened.queryMissing(
                targets.stream().map(BuildTargets.Target::derivation).toList());
        return QueryCommand.missing(missing);
    }

    private int done(LocalStore opened, List<BuildTargets.Target> targets) throws IOException {
        List<StorePath> paths = new ArrayList<>();
        targets.forEach(target -> paths.addAll(target.paths()));
        if (root != null) {
            Path first = root.toAbsolutePath();
            for (int i = 0; i < paths.size(); i++) {
                Path link = i == 0 ? first : first.resolveSibling(first.getFileName() + "-" + (i + 1));
                opened.addRoot(link, paths.get(i));
            }
        }
        paths.forEach(System.out::println);
        return ExitCode.DONE;
    }
}
