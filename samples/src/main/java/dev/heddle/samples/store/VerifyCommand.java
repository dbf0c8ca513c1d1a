package dev.heddle.samples.store;

import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.OutputOptions;
import dev.heddle.samples.cli.Printable;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.VerifyOptions;
import dev.heddle.store.local.VerifyResult;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle store verify}: whether everything is as it was registered. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Looks whether all valid paths of a store are there, or with --check-contents whether they are as they were"
                    + " registered, and prints those that are not.",
            "With --repair, missing and corrupt paths are fetched or built again, and looked at again."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything is as it was registered, by now",
            "1:something is not, or the store failed",
            "2:wrong usage or input"
        })
final class VerifyCommand extends StoreVerb {

    @Option(names = "--check-contents", description = "Read everything and compare its hash with what was registered.")
    private boolean checkContents;

    @Option(names = "--repair", description = "Fetch or build again what is missing or corrupt.")
    private boolean repair;

    @Option(
            names = "--forget-missing",
            description =
                    "Take missing paths that could not be brought back, and that no other needs, for no longer valid.")
    private boolean forget;

    @Mixin
    private SubstituterOptions substituters = new SubstituterOptions();

    @Mixin
    private BuildSettingsOptions builds = new BuildSettingsOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    VerifyCommand() {}

    @Override
    int run() throws IOException, InterruptedException {
        output.besideResult();
        output.check();
        boolean changes = repair || forget;
        VerifyResult result;
        try (Places places = new Places();
                LocalStore opened =
                        store().open(places, substituters, changes ? builds::apply : builder -> builder.readOnly())) {
            try (BuildOutput shown = output.open(1, Path.of(""), null)) {
                result = opened.verify(new VerifyOptions(checkContents, repair, forget), shown.multiplexer());
            }
            return tell(result);
        }
    }

    /** Prints what was found. */
    static int tell(VerifyResult result) {
        result.findings().forEach(finding -> System.out.println(Printable.oneLine(finding.toString())));
        result.badLinks().forEach(link -> System.out.println(".links/" + Printable.oneLine(link) + ": is corrupt"));
        int found = result.findings().size();
        say(Amounts.counted(result.paths(), "path") + " looked at, " + Amounts.shown(result.bytes()) + " read, " + found
                + " not as registered" + (found > 0 && result.isGood() ? ", all of which are mended" : ""));
        return result.isGood() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
