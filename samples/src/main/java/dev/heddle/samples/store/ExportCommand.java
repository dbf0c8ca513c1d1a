package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.store.local.LocalStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store export}: paths with their content as one stream. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes paths as one stream to standard output, as 'nix-store --export' does, references first.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:written",
            "1:a path is not valid or is damaged, or writing failed; the stream is no whole export then",
            "2:wrong usage or input"
        })
final class ExportCommand extends StoreVerb {

    private static final int BUFFER_BYTES = 1 << 16;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Valid paths.")
    private List<String> paths = List.of();

    @Option(
            names = {"-R", "--closure"},
            description = "With everything they refer to.")
    private boolean closure;

    ExportCommand() {}

    @Override
    int run() throws IOException {
        try (LocalStore opened = store().openToRead();
                OutputStream out = new BufferedOutputStream(new StandardOutput(), BUFFER_BYTES)) {
            List<StorePath> wanted = new PathArguments(opened.layout()).valid(paths, opened);
            opened.exportPaths(closure ? opened.queryClosure(wanted) : wanted, out);
        }
        return ExitCode.DONE;
    }
}
