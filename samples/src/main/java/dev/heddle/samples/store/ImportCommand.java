package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.nar.NarException;
import dev.heddle.store.wire.WireFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code heddle store import}: what {@code export} wrote. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds the paths of an export that is read from standard input, and prints them.",
            "All of it or nothing. An export is not signed: whoever imports one trusts its sender."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all are valid", "1:the store failed, nothing was added", "2:wrong usage, or no export"})
final class ImportCommand extends StoreVerb {

    ImportCommand() {}

    @Override
    int run() throws IOException {
        List<StorePath> added;
        try (LocalStore opened = store().open()) {
            added = opened.importPaths(System.in);
        } catch (NarException | WireFormatException e) {
            throw wrong(String.valueOf(e.getMessage()));
        } catch (EOFException e) {
            throw wrong("ends before the export does");
        }
        added.forEach(System.out::println);
        return ExitCode.DONE;
    }

    private static UserError wrong(String what) {
        return new UserError("standard input", Printable.oneLine(what), null);
    }
}
