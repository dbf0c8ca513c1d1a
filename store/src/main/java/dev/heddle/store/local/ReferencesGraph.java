package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tells a builder of the references among some of its inputs: what {@code exportReferencesGraph} asks for. Each path has the
 * lines path, deriver (left empty), number of references, and one for each of these, as {@code nix-store --register-validity}
 * reads them.
 */
final class ReferencesGraph {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    /** Nix orders by hash, then name. */
    private static final Comparator<PathInfo> ORDER = Comparator.comparing(PathInfo::path);

    /** Finds the closure of some paths, with what is known of each. */
    @FunctionalInterface
    interface Closures {
        List<PathInfo> of(Collection<StorePath> paths) throws IOException;
    }

    private final SortedSet<StorePath> inputs;
    private final Closures closures;

    /** @param inputs the inputs of the build with all that they refer to: nothing else may be asked for */
    ReferencesGraph(SortedSet<StorePath> inputs, Closures closures) {
        this.inputs = inputs;
        this.closures = closures;
    }

    /**
     * The files that pairs of words ask for, each a file's name and a path.
     *
     * @throws BuildFailure if a name or a path is not allowed
     */
    SortedMap<String, byte[]> files(List<String> pairs) throws IOException {
        if (pairs.size() % 2 != 0) {
            throw refused("exportReferencesGraph must have pairs of a file name and a path, but has " + pairs.size()
                    + " words");
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            if (!FILE_NAME.matcher(pairs.get(i)).matches()) {
                throw refused("exportReferencesGraph: '" + pairs.get(i) + "' is not allowed as a file name");
            }
            files.put(pairs.get(i), text(closure(List.of(pairs.get(i + 1)))));
        }
        return files;
    }

    /**
     * All that some inputs refer to, in order.
     *
     * @param paths inputs, or files within
     * @throws BuildFailure if one of them is no input
     */
    List<PathInfo> closure(Collection<String> paths) throws IOException {
        SortedSet<StorePath> wanted = new TreeSet<>();
        for (String path : paths) {
            wanted.add(input(path));
        }
        return closures.of(wanted).stream().sorted(ORDER).toList();
    }

    private StorePath input(String text) throws BuildFailure {
        for (StorePath input : inputs) {
            if (text.equals(input.toString()) || text.startsWith(input + "/")) {
                return input;
            }
        }
        throw refused("exportReferencesGraph names " + text + ", which is not among the inputs of the derivation");
    }

    private static byte[] text(List<PathInfo> infos) {
        StringBuilder text = new StringBuilder();
        for (PathInfo info : infos) {
            text.append(info.path())
                    .append("\n\n")
                    .append(info.references().size())
                    .append('\n');
            info.references().forEach(reference -> text.append(reference).append('\n'));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static BuildFailure refused(String message) {
        return new BuildFailure(BuildResult.Failure.REFUSED, message);
    }
}
