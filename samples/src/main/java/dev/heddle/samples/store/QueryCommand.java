package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PathInfo;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.local.Missing;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle store query}: what a store knows of paths. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints what a store knows of paths: one answer a line, sorted unless said otherwise.",
            "PATH is a path of the store, something in one, or a link that leads to one."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:answered", "1:a path is not valid, or the store failed", "2:wrong usage or input"})
final class QueryCommand extends StoreVerb {

    @ArgGroup(heading = "What is asked, one of:%n")
    private Question asked = new Question();

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Of what.")
    private List<String> names = List.of();

    @Mixin
    private SubstituterOptions substituters = new SubstituterOptions();

    QueryCommand() {}

    @Override
    int run() throws IOException {
        try (Places places = new Places();
                LocalStore opened = store().open(places, substituters, LocalStoreBuilder::readOnly)) {
            if (asked.kind() == Question.Kind.FROM_HASH_PART) {
                return fromHashParts(opened);
            }
            List<StorePath> paths = new PathArguments(opened.layout()).all(names);
            return switch (asked.kind()) {
                case VALID -> print(opened.queryValid(paths));
                case MISSING -> missing(opened.queryMissing(paths));
                default -> {
                    requireValid(opened, paths);
                    yield ofValid(opened, paths);
                }
            };
        }
    }

    private int ofValid(LocalStore opened, List<StorePath> paths) throws IOException {
        return switch (asked.kind()) {
            case CLOSURE -> print(opened.queryClosure(paths));
            case REFERRERS_CLOSURE -> print(referrersClosure(opened, paths));
            case REFERENCES -> print(union(paths, path -> info(opened, path).references()));
            case REFERRERS -> print(union(paths, opened::queryReferrers));
            case DERIVERS -> print(union(paths, opened::queryDerivers));
            case OUTPUTS -> print(union(paths, path -> opened.queryOutputs(path).values()));
            case TREE -> {
                ReferenceDrawing.tree(opened, paths, System.out);
                yield ExitCode.DONE;
            }
            case GRAPH -> {
                ReferenceDrawing.graph(opened, paths, System.out);
                yield ExitCode.DONE;
            }
            default -> each(opened, paths);
        };
    }

    private static void requireValid(LocalStore opened, List<StorePath> paths) throws IOException {
        for (StorePath path : paths) {
            if (!opened.isValid(path)) {
                throw new UserError(ExitCode.FAILED, path.toString(), "is not valid in this store", null);
            }
        }
    }

    private static PathInfo info(LocalStore opened, StorePath path) throws IOException {
        return opened.queryPathInfo(path)
                .orElseThrow(() -> new UserError(ExitCode.FAILED, path.toString(), "was collected just now", null));
    }

    private int each(LocalStore opened, List<StorePath> paths) throws IOException {
        List<PathInfo> infos = new ArrayList<>(paths.size());
        for (StorePath path : paths) {
            infos.add(info(opened, path));
        }
        switch (asked.kind()) {
            case JSON -> PathInfoJson.write(infos);
            case HASH -> infos.forEach(info -> System.out.println(info.narHash()));
            case SIZE -> infos.forEach(info -> System.out.println(info.narSize()));
            case DERIVER ->
                infos.forEach(info -> System.out.println(info.deriver() == null ? "unknown-deriver" : info.deriver()));
            default -> infos.forEach(QueryCommand::tell);
        }
        return ExitCode.DONE;
    }

    /** What is asked of each path. */
    @FunctionalInterface
    private interface Related {
        Collection<StorePath> to(StorePath path) throws IOException;
    }

    private static SortedSet<StorePath> union(List<StorePath> paths, Related related) throws IOException {
        SortedSet<StorePath> all = new TreeSet<>();
        for (StorePath path : paths) {
            all.addAll(related.to(path));
        }
        return all;
    }

    private static Set<StorePath> referrersClosure(LocalStore opened, List<StorePath> paths) throws IOException {
        Set<StorePath> reached = new LinkedHashSet<>(paths);
        List<StorePath> open = new ArrayList<>(reached);
        for (int i = 0; i < open.size(); i++) {
            for (StorePath referrer : opened.queryReferrers(open.get(i))) {
                if (reached.add(referrer)) {
                    open.add(referrer);
                }
            }
        }
        return new TreeSet<>(reached);
    }

    private int fromHashParts(LocalStore opened) throws IOException {
        for (String part : names) {
            try {
                var unused = new StorePath(opened.storeDirectory(), part, "x");
            } catch (IllegalArgumentException e) {
                throw new UserError(
                        Printable.oneLine(part),
                        "is no hash part: " + Printable.oneLine(String.valueOf(e.getMessage())),
                        "it has 32 digits of base 32");
            }
            Optional<StorePath> found = opened.queryPathFromHashPart(part);
            System.out.println(found.orElseThrow(
                    () -> new UserError(ExitCode.FAILED, part, "is the hash part of no valid path", null)));
        }
        return ExitCode.DONE;
    }

    static int missing(Missing missing) {
        missing.toBuild().forEach(path -> System.out.println("build " + path));
        missing.toFetch().forEach(path -> System.out.println("fetch " + path));
        missing.unknown().forEach(path -> System.out.println("unknown " + path));
        return ExitCode.DONE;
    }

    private static int print(Collection<StorePath> paths) {
        paths.forEach(System.out::println);
        return ExitCode.DONE;
    }

    private static void tell(PathInfo info) {
        System.out.println("Path: " + info.path());
        System.out.println("Hash: " + info.narHash());
        System.out.println("Size: " + info.narSize());
        System.out.println("Registered: " + DateTimeFormatter.ISO_INSTANT.format(info.registered()));
        if (info.deriver() != null) {
            System.out.println("Deriver: " + info.deriver());
        }
        if (info.ultimate()) {
            System.out.println("Built here: true");
        }
        if (info.contentAddress() != null) {
            System.out.println("Content address: " + info.contentAddress());
        }
        info.references().forEach(each -> System.out.println("Reference: " + each));
        info.signatures().forEach(each -> System.out.println("Signature: " + each));
    }
}
