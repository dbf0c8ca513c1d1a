package dev.heddle.samples.store;

import dev.heddle.core.FailureText;
import dev.heddle.core.derivation.Digest;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.nar.NarException;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.NarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle store}: trees as archives, and the hashes that name them. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ListCommand.class,
        description = {
            "Stores of immutable trees in the formats of Nix: what is added, built, verified and collected.",
            "dump, restore, ls, hash and convert need no store. URI, behind --store: a directory, local?root=DIR,"
                    + " local?store=DIR&state=DIR&log=DIR, file://DIR for caches, or auto."
        })
public final class StoreCommand {

    private static final int BUFFER_BYTES = 1 << 16;

    /** How a hash is written. */
    enum Form {
        /** {@code sha256-BASE64}. */
        SRI {
            @Override
            String of(Digest digest) {
                return digest.sri();
            }
        },
        /** Base 16, without the algorithm. */
        BASE16 {
            @Override
            String of(Digest digest) {
                return digest.base16();
            }
        },
        /** Nix's base 32, without the algorithm. */
        NIX32 {
            @Override
            String of(Digest digest) {
                return digest.nix32();
            }
        },
        /** Base 64, without the algorithm. */
        BASE64 {
            @Override
            String of(Digest digest) {
                return digest.sri().substring(digest.algorithm().toString().length() + 1);
            }
        };

        abstract String of(Digest digest);
    }

    /** Made by the launcher. */
    public StoreCommand() {}

    /**
     * Adds the commands that work on a store.
     *
     * @param store the command line of this command
     * @param named the one that is wanted, which is added alone: reading the annotations of all costs more than to start one.
     *     With any other name all are added
     */
    public static void addVerbs(CommandLine store, String named) {
        Map<String, Supplier<Object>> verbs = verbs();
        Supplier<Object> wanted = verbs.get(named);
        if (wanted != null) {
            store.addSubcommand(named, wanted.get());
        } else if (!store.getSubcommands().containsKey(named)) {
            verbs.forEach((name, verb) -> store.addSubcommand(name, verb.get()));
        }
    }

    private static Map<String, Supplier<Object>> verbs() {
        Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
        verbs.put("add", AddCommand::new);
        verbs.put("query", QueryCommand::new);
        verbs.put("build", BuildCommand::new);
        verbs.put("check", CheckCommand::new);
        verbs.put("verify", VerifyCommand::new);
        verbs.put("repair", RepairCommand::new);
        verbs.put("optimise", OptimiseCommand::new);
        verbs.put("gc", GcCommand::new);
        verbs.put("roots", RootsCommand::new);
        verbs.put("selftest", SelftestCommand::new);
        verbs.put("log", StoreLogCommand::new);
        verbs.put("key", KeyCommand::new);
        verbs.put("copy", CopyCommand::new);
        verbs.put("export", ExportCommand::new);
        verbs.put("import", ImportCommand::new);
        return verbs;
    }

    /** Writes an archive. */
    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = "Writes the NAR of a file or directory to standard output.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:written", "1:reading or writing failed", "2:wrong usage or input"})
    int dump(@Parameters(paramLabel = "PATH", description = "The tree.") Path path) throws IOException {
        try (OutputStream out = new BufferedOutputStream(new StandardOutput(), BUFFER_BYTES)) {
            NarWriter.dump(existing(path), out);
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return ExitCode.DONE;
    }

    /** Unpacks an archive. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = "Makes the tree of a NAR that is read from standard input. On an error nothing is left.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:made", "1:reading or writing failed", "2:wrong usage, or no NAR"})
    int restore(@Parameters(paramLabel = "PATH", description = "A path at which nothing exists.") Path path) {
        try {
            NarReader.unpack(System.in, path);
        } catch (NarException e) {
            throw new UserError("standard input", String.valueOf(e.getMessage()), null);
        } catch (FileAlreadyExistsException e) {
            throw new UserError(path.toString(), "there is something already", "name a path at which nothing exists");
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, path.toString(), "was not made: " + FailureText.of(e), null);
        }
        return ExitCode.DONE;
    }

    /** Prints hashes. */
    @Command(
            name = "hash",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Prints the hash of the NAR of each path, or of the bytes of each file.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:printed", "1:reading failed", "2:wrong usage or input"})
    int hash(
            @Parameters(paramLabel = "PATH", arity = "1..*", description = "The trees or files.") List<Path> paths,
            @Option(names = "--flat", description = "Hash the bytes of regular files, not their NARs.") boolean flat,
            @Option(
                            names = "--algorithm",
                            paramLabel = "NAME",
                            description = "md5, sha1, sha256 or sha512. Left out: sha256.")
                    @Nullable
                    String algorithm,
            @Option(
                            names = "--form",
                            paramLabel = "FORM",
                            defaultValue = "SRI",
                            description = "sri, base16, nix32 or base64. Left out: sri.")
                    Form form) {
        Digest.Algorithm chosen = algorithm == null ? Digest.Algorithm.SHA256 : algorithm("--algorithm", algorithm);
        for (Path path : paths) {
            try {
                Digest digest = flat ? flat(existing(path), chosen) : NarHash.ofTree(existing(path), chosen);
                System.out.println(form.of(digest));
            } catch (IOException e) {
                throw unreadable(path, e);
            }
        }
        return ExitCode.DONE;
    }

    private static Digest flat(Path file, Digest.Algorithm algorithm) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UserError(file.toString(), "is no regular file", "without --flat its NAR is hashed");
        }
        MessageDigest hash = algorithm.newMessageDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.of(algorithm, hash.digest());
    }

    /** Prints hashes in another form. */
    @Command(
            name = "convert",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Prints hashes in another form.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:printed", "2:wrong usage or input"})
    int convert(
            @Parameters(
                            paramLabel = "HASH",
                            arity = "1..*",
                            description =
                                    "ALGORITHM-BASE64, ALGORITHM:HASH, or with --algorithm a bare hash in any form.")
                    List<String> hashes,
            @Option(names = "--algorithm", paramLabel = "NAME", description = "What made bare hashes.") @Nullable
                    String algorithm,
            @Option(
                            names = "--form",
                            paramLabel = "FORM",
                            defaultValue = "SRI",
                            description = "sri, base16, nix32 or base64. Left out: sri.")
                    Form form) {
        Digest.@Nullable Algorithm chosen = algorithm == null ? null : algorithm("--algorithm", algorithm);
        for (String hash : hashes) {
            try {
                boolean bare = chosen != null && hash.indexOf(':') < 0 && hash.indexOf('-') < 0;
                System.out.println(form.of(bare ? Digest.parse(chosen, hash) : Digest.parse(hash)));
            } catch (IllegalArgumentException e) {
                throw new UserError("HASH", Printable.oneLine(String.valueOf(e.getMessage())), null);
            }
        }
        return ExitCode.DONE;
    }

    static Digest.Algorithm algorithm(String option, String name) {
        try {
            return Digest.Algorithm.of(name);
        } catch (IllegalArgumentException e) {
            throw new UserError(option, String.valueOf(e.getMessage()), null);
        }
    }

    static Path existing(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new UserError(path.toString(), "no such file or directory", null);
        }
        return path;
    }

    static UserError unreadable(Path path, IOException e) {
        return new UserError(ExitCode.FAILED, path.toString(), "could not be read: " + FailureText.of(e), null);
    }
}
