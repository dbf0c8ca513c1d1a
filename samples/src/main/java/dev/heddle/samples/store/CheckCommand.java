package dev.heddle.samples.store;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle store check}: whether builds give the same again. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds derivations again whose outputs are valid, and compares what comes out with them. What is valid is kept.",
            "The same as 'heddle store build --check', without the paths."
        },
        exitCodeListHeading = "Exit codes, as those of nix-store:%n",
        exitCodeList = {
            "0:the same came out",
            "1:an output is not valid, or the store failed",
            "2:wrong usage or input",
            "100:a build failed",
            "101:a build took too long, or printed nothing for too long",
            "102:a fixed output has another hash",
            "104:something else came out; the files that differ are named"
        })
final class CheckCommand extends StoreVerb {

    @Parameters(paramLabel = "TARGET", arity = "1..*", description = "Derivations.")
    private List<String> names = List.of();

    @Mixin
    private BuildSettingsOptions builds = new BuildSettingsOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    CheckCommand() {}

    @Override
    int run() throws IOException, InterruptedException {
        output.besideResult();
        output.check();
        try (LocalStore opened = store().open(builds::apply)) {
            List<BuildTargets.Target> targets = new BuildTargets(opened).all(names);
            int exitCode;
            try (BuildOutput shown = output.open(1, Path.of(""), null)) {
                exitCode = new Builds(opened, shown).again(targets, Mode.CHECK);
            }
            if (exitCode == ExitCode.DONE) {
                say(targets.size() == 1 ? "the same came out" : "the same came out of all " + targets.size());
            }
            return exitCode;
        }
    }
}
