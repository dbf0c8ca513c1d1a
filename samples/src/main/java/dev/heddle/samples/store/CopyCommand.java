package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PathSink;
import dev.heddle.store.PathSource;
import dev.heddle.store.StoreCopy;
import dev.heddle.store.open.StoreLocator;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store copy}: closures from one store or cache to another. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies paths and everything they refer to from one store or cache to another: what is missing there,"
                    + " references first. A copy that was interrupted goes on when it is made again.",
            "The store is at the end that is not given. file://DIR is a cache;"
                    + " file://DIR?compression=none|xz|zstd&secret-key=FILE says how it is written."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all are there",
            "1:a path is missing, damaged or not trusted, or a place cannot be used; what was copied stays",
            "2:wrong usage or input"
        })
final class CopyCommand extends StoreVerb {

    private static final int USUAL_AT_ONCE = 4;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "What is copied.")
    private List<String> paths = List.of();

    @Option(names = "--from", paramLabel = "URI", description = "From where. Left out: the store.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "URI", description = "Where to. Left out: the store.")
    private @Nullable String to;

    @Option(names = "-j", paramLabel = "N", description = "How many paths at once. Left out: " + USUAL_AT_ONCE + ".")
    private int atOnce = USUAL_AT_ONCE;

    @Mixin
    private TrustOptions trust = new TrustOptions();

    CopyCommand() {}

    @Override
    int run() throws IOException, InterruptedException {
        if (from == null && to == null) {
            throw new UserError("--to", "is missing", "say --from URI or --to URI: the other end is the store");
        }
        if (atOnce < 1) {
            throw new UserError("-j", "needs a number of at least 1: " + atOnce, null);
        }
        StoreLocator source = from == null ? store().local() : StoreOption.locator("--from", from);
        StoreLocator sink = to == null ? store().local() : StoreOption.locator("--to", to);
        String directory = directory(source, sink);
        try (Places places = new Places()) {
            PathSource reading = places.source(source, directory);
            List<StorePath> wanted = new PathArguments(directory).valid(paths, reading);
            PathSink writing = places.sink(sink, directory, trust.trusted());
            StoreCopy.Result result = StoreCopy.copy(reading, writing, wanted, atOnce);
            say(result.copied() + " copied (" + Amounts.shown(result.narBytes()) + "), " + result.present()
                    + " there already");
        }
        return ExitCode.DONE;
    }

    // Between two caches it is that of the paths.
    private String directory(StoreLocator source, StoreLocator sink) {
        if (source instanceof StoreLocator.Local local) {
            return local.layout().storeDirectory();
        }
        if (sink instanceof StoreLocator.Local local) {
            return local.layout().storeDirectory();
        }
        try {
            return StorePath.parse(paths.get(0)).storeDirectory();
        } catch (IllegalArgumentException e) {
            throw new UserError("", String.valueOf(e.getMessage()), null);
        }
    }
}
