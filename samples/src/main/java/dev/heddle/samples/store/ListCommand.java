package dev.heddle.samples.store;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarException;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarListing;
import dev.heddle.store.nar.NarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store ls}: what is in an archive, without unpacking it. */
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists what is in a NAR, or in the .ls file of one, without unpacking it.",
            "Names that are not UTF-8, and control characters in names, are shown as \\xHH."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:listed", "1:reading failed, or the archive has no such entry", "2:wrong usage or input"})
final class ListCommand implements Callable<Integer> {

    private static final int BUFFER_BYTES = 1 << 16;

    @Parameters(index = "0", paramLabel = "FILE", description = "The archive, or its .ls file.")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ENTRY",
            description = "An entry of it, with / between names. Left out: the root.")
    private @Nullable String entry;

    @Option(
            names = {"-R", "--recursive"},
            description = "List what is below directories too.")
    private boolean recursive;

    @Option(
            names = {"-l", "--long"},
            description = "Show kind, size in bytes and offset in the archive.")
    private boolean details;

    @Option(names = "--json", description = "Print the .ls file of the whole archive; nothing else may be asked for.")
    private boolean json;

    ListCommand() {}

    @Override
    public Integer call() throws IOException {
        if (json && (recursive || details || entry != null)) {
            throw new UserError("--json", "prints the whole archive", "leave out ENTRY, -R and -l");
        }
        NarListing listing = read();
        if (json) {
            try (OutputStream out = new StandardOutput()) {
                out.write(listing.write());
                out.write('\n');
            }
            return ExitCode.DONE;
        }
        NarListing.Node node = find(listing.root());
        StringBuilder out = new StringBuilder();
        if (node instanceof NarListing.Directory directory) {
            entries(out, "", directory);
        } else {
            line(out, entry == null ? "." : entry, node);
        }
        try (OutputStream standard = new StandardOutput()) {
            standard.write(out.toString().getBytes(StandardCharsets.UTF_8));
        }
        return ExitCode.DONE;
    }

    private NarListing read() {
        // A FIFO would be waited for, a device may have no end.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UserError(file.toString(), "is no regular file", "name an archive, or the .ls file of one");
        }
        boolean isListing = file.toString().endsWith(".ls");
        try {
            if (isListing) {
                return NarListing.read(Files.readAllBytes(file), file.toString());
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
                return NarListing.of(NarReader.of(in, NarLimits.DEFAULT));
            }
        } catch (NarException e) {
            throw new UserError(file.toString(), String.valueOf(e.getMessage()), null);
        } catch (NoSuchFileException e) {
            throw new UserError(file.toString(), "no such file or directory", null);
        } catch (IOException e) {
            if (isListing && String.valueOf(e.getMessage()).startsWith(file + ":")) {
                throw new UserError("", String.valueOf(e.getMessage()), null);
            }
            throw StoreCommand.unreadable(file, e);
        }
    }

    private NarListing.Node find(NarListing.Node root) {
        NarListing.Node node = root;
        for (String name : entry == null ? new String[0] : entry.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            NarListing.@Nullable Node next = node instanceof NarListing.Directory directory
                    ? directory.entries().get(RawName.of(name))
                    : null;
            if (next == null) {
                throw new UserError(ExitCode.FAILED, file.toString(), "has no entry '" + entry + "'", null);
            }
            node = next;
        }
        return node;
    }

    private void entries(StringBuilder out, String above, NarListing.Directory directory) {
        for (Map.Entry<RawName, NarListing.Node> each : directory.entries().entrySet()) {
            String name = above + each.getKey();
            line(out, name, each.getValue());
            if (recursive && each.getValue() instanceof NarListing.Directory below) {
                entries(out, name + "/", below);
            }
        }
    }

    private void line(StringBuilder out, String name, NarListing.Node node) {
        if (details && node instanceof NarListing.File found) {
            out.append(String.format(
                    Locale.ROOT, "%c %14d %14d  ", found.executable() ? 'x' : '-', found.size(), found.offset()));
        } else if (details) {
            out.append(String.format("%c %14s %14s  ", node instanceof NarListing.Symlink ? 'l' : 'd', "-", "-"));
        }
        out.append(name);
        if (details && node instanceof NarListing.Symlink link) {
            out.append(" -> " + link.target());
        }
        out.append('\n');
    }
}
