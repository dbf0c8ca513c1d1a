package dev.heddle.samples.store;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.OptimiseResult;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code heddle store optimise}: makes equal files one. */
@Command(
        name = "optimise",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes equal files of a store one file with several names. Damage does not spread by it: a file is read"
                        + " before others become its names.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:the store failed", "2:wrong usage or input"})
final class OptimiseCommand extends StoreVerb {

    OptimiseCommand() {}

    @Override
    int run() throws IOException {
        try (LocalStore opened = store().open()) {
            OptimiseResult result = opened.optimise();
            say(Amounts.counted(result.files(), "file") + " looked at, " + result.linked() + " linked, "
                    + Amounts.shown(result.bytes()) + " freed"
                    + (result.damagedLinks() > 0
                            ? "; " + Amounts.counted(result.damagedLinks(), "damaged file")
                                    + " dropped: verify the store"
                            : ""));
        }
        return ExitCode.DONE;
    }
}
