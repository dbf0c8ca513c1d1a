package dev.heddle.store;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds what it takes to have the outputs of some derivations: nothing where they are valid, a fetch where a substituter has
 * all of them, else a build, for which the same is asked of its inputs. What is not needed is not looked at.
 *
 * <p>Used once, by one thread.
 */
final class RealisePlan {

    /** What is to be done about a derivation; it only ever gets more, when more of its outputs turn out to be wanted. */
    enum Way {
        VALID,
        FETCH,
        BUILD
    }

    /** A derivation of the plan. */
    static final class Node {
        final StorePath path;
        final Derivation derivation;
        final SortedSet<String> wanted = new TreeSet<>();
        Way way = Way.VALID;

        private Node(StorePath path, Derivation derivation) {
            this.path = path;
            this.derivation = derivation;
        }

        /** Where the wanted outputs go; empty for one whose path is not known before the build. */
        Map<String, Optional<StorePath>> outputs() {
            Map<String, Optional<StorePath>> outputs = new LinkedHashMap<>();
            for (String name : wanted) {
                outputs.put(
                        name, Objects.requireNonNull(derivation.output(name)).knownPath());
            }
            return outputs;
        }
    }

    private final Store store;
    private final Substituters substituters;
    private final Set<StorePath> mustBuild;
    private final Map<StorePath, Node> nodes = new LinkedHashMap<>();
    private final Map<StorePath, Boolean> fetchable = new HashMap<>();
    private final Deque<Node> open = new ArrayDeque<>();

    /** A plan in which {@code mustBuild} are not fetched. */
    RealisePlan(Store store, Substituters substituters, Set<StorePath> mustBuild) {
        this.store = store;
        this.substituters = substituters;
        this.mustBuild = mustBuild;
    }

    /** What there is to do for all outputs of {@code derivations}, themselves included even if it is nothing. */
    Collection<Node> of(Collection<StorePath> derivations) throws IOException {
        for (StorePath path : new TreeSet<>(derivations)) {
            Node node = node(path);
            want(node, node.derivation.outputs().keySet());
        }
        while (!open.isEmpty()) {
            look(open.remove());
        }
        return nodes.values();
    }

    private Node node(StorePath path) throws IOException {
        Node node = nodes.get(path);
        if (node == null) {
            node = new Node(path, DerivationReader.read(store, path));
            nodes.put(path, node);
        }
        return node;
    }

    private void want(Node node, Collection<String> outputs) throws StoreException {
        for (String output : outputs) {
            if (node.derivation.output(output) == null) {
                throw new StoreException(
                        node.path + " has no output '" + output + "', though another derivation needs it");
            }
        }
        if (node.wanted.addAll(outputs)) {
            open.add(node);
        }
    }

    private void look(Node node) throws IOException {
        Way before = node.way;
        node.way = mustBuild.contains(node.path) ? Way.BUILD : way(node);
        if (node.way == Way.BUILD && before != Way.BUILD) {
            for (Map.Entry<StorePath, SortedSet<String>> input :
                    node.derivation.inputDerivations().entrySet()) {
                want(node(input.getKey()), input.getValue());
            }
        }
    }

    private Way way(Node node) throws IOException {
        Set<StorePath> known = new TreeSet<>();
        for (Optional<StorePath> output : node.outputs().values()) {
            if (output.isEmpty()) {
                return Way.BUILD;
            }
            known.add(output.get());
        }
        known.removeAll(store.queryValid(known));
        if (known.isEmpty()) {
            return Way.VALID;
        }
        for (StorePath missing : known) {
            if (!fetchable.computeIfAbsent(
                    missing, path -> substituters.find(path).isPresent())) {
                return Way.BUILD;
            }
        }
        return Way.FETCH;
    }
}
