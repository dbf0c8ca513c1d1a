package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.KeptBy;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store roots}: what keeps paths from being collected. */
@Command(
        name = "roots",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints every root that keeps a path from being collected: NAME -> PATH, and behind it the setting without"
                    + " which it would not. NAME is a link, {temp:PID} of a process that uses it, or a file of /proc.",
            "With more than one PATH each is printed with a colon before its roots. A path without a root is told on"
                    + " standard error."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:printed", "1:a path is not valid, or the store failed", "2:wrong usage or input"})
final class RootsCommand extends StoreVerb {

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "What is kept.")
    private List<String> names = List.of();

    @Option(
            names = "--add",
            paramLabel = "LINK",
            description = "Make this symbolic link to PATH first, which keeps it as long as it is there.")
    private @Nullable Path link;

    RootsCommand() {}

    @Override
    int run() throws IOException {
        Path made = link;
        if (made != null && names.size() > 1) {
            throw new UserError("--add", "leads to one PATH", "add the others by calls of their own");
        }
        if (made != null) {
            add(made.toAbsolutePath());
        }
        try (LocalStore opened = store().openToRead()) {
            List<StorePath> paths = new PathArguments(opened.layout()).valid(names, opened);
            for (StorePath path : paths) {
                tell(path, opened.roots(path), paths.size() > 1);
            }
        }
        return ExitCode.DONE;
    }

    // Closed before roots are looked for: while it is open it keeps the path too.
    private void add(Path made) throws IOException {
        try (LocalStore opened = store().open()) {
            opened.addRoot(
                    made,
                    new PathArguments(opened.layout()).valid(names, opened).get(0));
        }
    }

    private static void tell(StorePath path, List<KeptBy> roots, boolean named) {
        if (named) {
            System.out.println(path + ":");
        }
        for (KeptBy root : roots) {
            System.out.println(Printable.oneLine(root.toString()));
        }
        if (roots.isEmpty()) {
            say(path + " has no root: a collection deletes it");
        }
    }
}
