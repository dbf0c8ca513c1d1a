package dev.heddle.samples.store;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store add}: copies of trees, files, texts and derivations. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds copies of files and directories to a store, and prints their paths.",
            "All become valid together: by one transaction, and with few syncs. On an error none does."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all are valid", "1:reading or the store failed, nothing was added", "2:wrong usage or input"
        })
final class AddCommand extends StoreVerb {

    private static final int MOST_TEXT_BYTES = DerivationText.MAX_BYTES;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "What is added. With --text, - reads it from standard input.")
    private List<String> paths = List.of();

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "The name of the new path; for one PATH only. Left out: the file's.")
    private @Nullable String name;

    @Option(names = "--flat", description = "Name a regular file by the hash of its bytes, not of its NAR.")
    private boolean flat;

    @Option(
            names = "--fixed",
            paramLabel = "ALGORITHM",
            description =
                    "Name it as a fixed output: by md5, sha1, sha256 or sha512 of its bytes, or with --recursive of its"
                            + " NAR.")
    private @Nullable String fixed;

    @Option(names = "--recursive", description = "With --fixed, hash the NAR of a tree.")
    private boolean recursive;

    @Option(names = "--text", description = "Add a text, such as may refer to other paths.")
    private boolean text;

    @Option(
            names = "--reference",
            paramLabel = "PATH",
            description = "With --text, a valid path that the text refers to. May be given more than once.")
    private List<String> references = List.of();

    @Option(
            names = "--derivation",
            description =
                    "Add derivations that are written in files NAME.drv; blank paths of outputs are filled in, but for"
                            + " those of fixed content.")
    private boolean derivation;

    AddCommand() {}

    @Override
    int run() throws IOException {
        check();
        List<Path> sources = sources();
        List<StorePath> added = new ArrayList<>();
        try (LocalStore opened = store().open();
                AddBatch batch = opened.batch()) {
            PathArguments arguments = new PathArguments(opened.layout());
            List<StorePath> referred = arguments.valid(references, opened);
            DerivationFiles derivations = new DerivationFiles(opened);
            for (Path source : sources) {
                added.add(add(batch, derivations, source, referred));
            }
            batch.commit();
        }
        added.forEach(System.out::println);
        return ExitCode.DONE;
    }

    private void check() {
        requireOne(text, "--text", derivation || flat || fixed != null);
        requireOne(derivation, "--derivation", flat || fixed != null);
        requireOne(flat, "--flat", fixed != null || recursive);
        if (recursive && fixed == null) {
            throw new UserError("--recursive", "goes with --fixed", "without --fixed the NAR is hashed anyway");
        }
        if (!references.isEmpty() && !text) {
            throw new UserError("--reference", "goes with --text", null);
        }
        if (name != null && paths.size() > 1) {
            throw new UserError("--name", "goes with one PATH", "add the others by calls of their own");
        }
        if (fixed != null) {
            StoreCommand.algorithm("--fixed", fixed);
        }
    }

    private static void requireOne(boolean given, String option, boolean others) {
        if (given && others) {
            throw new UserError(option, "does not go with the other options that say what is added", null);
        }
    }

    // All are looked at before the store is opened, so that a misspelled one has no effect.
    private List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        for (String path : paths) {
            if (path.isEmpty()) {
                throw new UserError("PATH", "is empty", "name a file or directory, . for this one");
            }
            Path source = Path.of(path);
            if (isStandardInput(path)) {
                if (name == null) {
                    throw new UserError("-", "a text from standard input needs a name", "give it with --name");
                }
            } else {
                StoreCommand.existing(source);
            }
            requireName(source);
            sources.add(source);
        }
        return sources;
    }

    private boolean isStandardInput(String path) {
        return text && path.equals("-");
    }

    private void requireName(Path source) {
        try {
            StorePath.checkName(name(source));
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    name != null ? "--name" : Printable.oneLine(source.toString()),
                    Printable.oneLine(String.valueOf(e.getMessage())),
                    name != null ? null : "give a name with --name");
        }
    }

    private String name(Path source) {
        if (name != null) {
            return name;
        }
        Path last = source.toAbsolutePath().normalize().getFileName();
        return last == null ? "" : last.toString();
    }

    private StorePath add(AddBatch batch, DerivationFiles derivations, Path source, List<StorePath> referred)
            throws IOException {
        String called = name(source);
        if (text) {
            return batch.addText(called, bytes(source), referred);
        }
        if (derivation) {
            return derivations.add(batch, DerivationFiles.name(called), source);
        }
        if (fixed != null) {
            ContentMethod method = recursive ? ContentMethod.RECURSIVE : ContentMethod.FLAT;
            return batch.addFixed(called, method, StoreCommand.algorithm("--fixed", fixed), source);
        }
        return flat ? batch.addFile(called, source) : batch.addTree(called, source);
    }

    private byte[] bytes(Path source) throws IOException {
        if (isStandardInput(source.toString())) {
            return bounded(System.in, "standard input");
        }
        if (!Files.isRegularFile(source)) {
            throw new UserError(source.toString(), "is no regular file", "a text is added from a file, or from - ");
        }
        try (InputStream in = Files.newInputStream(source)) {
            return bounded(in, source.toString());
        }
    }

    static byte[] bounded(InputStream in, String where) throws IOException {
        byte[] bytes = in.readNBytes(MOST_TEXT_BYTES + 1);
        if (bytes.length > MOST_TEXT_BYTES) {
            throw new UserError(where, "is longer than " + (MOST_TEXT_BYTES >> 20) + " MiB", "add it without --text");
        }
        return bytes;
    }
}
