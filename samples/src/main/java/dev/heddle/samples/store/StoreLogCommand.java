package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PathInfo;
import dev.heddle.store.local.BuildLog;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store log}: what builds printed. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes what the build of a derivation printed, byte for byte: of the newest attempt, unless told otherwise.",
            "PATH may be an output too: the derivation that made it is meant."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:written", "1:there is no log of that, or reading failed", "2:wrong usage or input"})
final class StoreLogCommand extends StoreVerb {

    @Parameters(paramLabel = "PATH", description = "A derivation, or something that one made.")
    private String name = "";

    @Option(names = "--attempt", paramLabel = "N", description = "Of this attempt, counted from 1.")
    private @Nullable Integer attempt;

    @Option(names = "--list", description = "List the attempts: number, bytes on disk, time, and whether it ended.")
    private boolean list;

    StoreLogCommand() {}

    @Override
    int run() throws IOException {
        try (LocalStore opened = store().openToRead()) {
            StorePath derivation = derivation(opened, new PathArguments(opened.layout()).path(name));
            List<BuildLog> logs = opened.logs(derivation);
            if (logs.isEmpty()) {
                throw new UserError(ExitCode.FAILED, derivation.toString(), "has no log in this store", null);
            }
            if (list) {
                logs.forEach(log -> System.out.println(log.attempt() + " " + log.storedBytes() + " " + log.modified()
                        + (log.isComplete() ? " ended" : " not ended")));
                return ExitCode.DONE;
            }
            try (InputStream in = chosen(derivation, logs).open();
                    OutputStream out = new StandardOutput()) {
                in.transferTo(out);
            }
        }
        return ExitCode.DONE;
    }

    private BuildLog chosen(StorePath derivation, List<BuildLog> logs) {
        if (attempt == null) {
            return logs.get(0);
        }
        int wanted = attempt;
        return logs.stream()
                .filter(log -> log.attempt() == wanted)
                .findFirst()
                .orElseThrow(() -> new UserError(
                        ExitCode.FAILED,
                        derivation.toString(),
                        "has no log of attempt " + wanted,
                        "there are logs of "
                                + String.join(
                                        ", ",
                                        logs.stream()
                                                .map(log -> Integer.toString(log.attempt()))
                                                .toList())));
    }

    private static StorePath derivation(LocalStore opened, StorePath path) throws IOException {
        if (path.name().endsWith(".drv")) {
            return path;
        }
        StorePath deriver = opened.queryPathInfo(path).map(PathInfo::deriver).orElse(null);
        if (deriver == null) {
            throw new UserError(
                    ExitCode.FAILED, path.toString(), "is no derivation, and it is not known what made it", null);
        }
        return deriver;
    }
}
