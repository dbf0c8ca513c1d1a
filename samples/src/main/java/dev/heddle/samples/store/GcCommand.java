package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.CollectOptions;
import dev.heddle.store.local.CollectResult;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreSettings;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle store gc}: deletes what nothing keeps. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Deletes the paths of a store that no root keeps, and prints them.",
            "Roots are links that lead to paths, and processes that use them: 'heddle store roots PATH' tells which."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:collected",
            "1:a path that was to be deleted is alive, or the store failed; what was deleted stays deleted",
            "2:wrong usage or input"
        })
final class GcCommand extends StoreVerb {

    @Option(names = "--dry-run", description = "Only print what would be deleted.")
    private boolean dryRun;

    @Option(names = "--print-live", description = "Only print what would be kept.")
    private boolean live;

    @Option(
            names = "--max-freed",
            paramLabel = "BYTES",
            description = "Stop when so much is freed, the oldest paths first: 500M, 2G.")
    private @Nullable String mostFreed;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            description = "Only paths that were registered longer ago: 12h, 30d.")
    private @Nullable String age;

    @Option(names = "--delete", arity = "1..*", paramLabel = "PATH", description = "Delete these paths and no others.")
    private List<String> only = List.of();

    @Option(names = "--keep-outputs", description = "Keep what live derivations make.")
    private boolean keepOutputs;

    @Option(names = "--no-keep-derivations", description = "Do not keep the derivations that made live paths.")
    private boolean noDerivations;

    GcCommand() {}

    @Override
    int run() throws IOException {
        if (live && (dryRun || !only.isEmpty())) {
            throw new UserError("--print-live", "goes neither with --dry-run nor with --delete", null);
        }
        boolean changes = !live && !dryRun;
        StoreSettings settings =
                StoreSettings.DEFAULT.withKeepOutputs(keepOutputs).withKeepDerivations(!noDerivations);
        CollectOptions chosen = options();
        // Also what is only told must not change meanwhile: the collector's lock is needed.
        try (LocalStore opened = store().open(builder -> builder.settings(settings))) {
            List<StorePath> paths = new PathArguments(opened.layout()).valid(only, opened);
            CollectResult result = opened.collect(chosen.withOnly(new TreeSet<>(paths)));
            say(Amounts.counted(result.paths(), "path")
                    + (changes ? " deleted, " : ", ")
                    + Amounts.shown(result.bytes())
                    + (changes ? " freed" : "")
                    + (result.leftovers() > 0
                            ? "; " + Amounts.counted(result.leftovers(), "leftover") + " of what was never valid"
                            : ""));
        }
        return ExitCode.DONE;
    }

    private CollectOptions options() {
        CollectOptions.Action action = live
                ? CollectOptions.Action.LIST_LIVE
                : dryRun ? CollectOptions.Action.LIST_DEAD : CollectOptions.Action.DELETE;
        CollectOptions chosen = CollectOptions.ALL
                .withAction(action)
                .withVisitor((path, bytes) -> System.out.println(Printable.oneLine(path)));
        if (mostFreed != null) {
            chosen = chosen.withMostBytes(Amounts.bytes("--max-freed", mostFreed));
        }
        return age == null
                ? chosen
                : chosen.withRegisteredBefore(
                        InstantSource.system().instant().minus(Amounts.time("--older-than", age)));
    }
}
