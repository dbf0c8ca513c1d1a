package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.VerifyOptions;
import dev.heddle.store.local.VerifyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle store repair}: makes paths again as they were registered. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads paths and everything they refer to, and makes again what is missing or corrupt: from a substituter that"
                    + " has exactly what was registered, or by building. Without PATH: everything.",
            "What comes out otherwise than it was registered is told, and never taken."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything is as it was registered, by now",
            "1:something is not, or the store failed",
            "2:wrong usage or input"
        })
final class RepairCommand extends StoreVerb {

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Valid paths.")
    private List<String> names = List.of();

    @Mixin
    private SubstituterOptions substituters = new SubstituterOptions();

    @Mixin
    private BuildSettingsOptions builds = new BuildSettingsOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    RepairCommand() {}

    @Override
    int run() throws IOException, InterruptedException {
        output.besideResult();
        output.check();
        try (Places places = new Places();
                LocalStore opened = store().open(places, substituters, builds::apply)) {
            List<StorePath> paths = new PathArguments(opened.layout()).valid(names, opened);
            VerifyResult result;
            try (BuildOutput shown = output.open(1, Path.of(""), null)) {
                result = paths.isEmpty()
                        ? opened.verify(VerifyOptions.CONTENTS.withRepair(true), shown.multiplexer())
                        : opened.repair(paths, shown.multiplexer());
            }
            return VerifyCommand.tell(result);
        }
    }
}
