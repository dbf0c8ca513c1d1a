package dev.heddle.samples.ninja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The graph as tools see it: what the manifest says, and what dyndep files that are there add to it.
 *
 * <p>A dyndep file that is missing or wrong adds nothing: a tool says so and goes on.
 */
final class DyndepView {

    private final BuildState state;
    private final Manifest manifest;
    private final Discovered discovered;
    private final Consumer<String> warnings;
    // Edges that gained inputs, in the order in which they did.
    private final List<Integer> grown = new ArrayList<>();

    DyndepView(Workspace workspace, Consumer<String> warnings) {
        this.manifest = workspace.manifest();
        this.state = new BuildState(manifest, workspace.disk(), CommandHash.MURMUR);
        this.discovered = new Discovered(state, workspace.deps(), new Explain(null));
        this.warnings = warnings;
    }

    /** Inputs and outputs as far as they are known. */
    BuildState state() {
        return state;
    }

    /** Reads the dyndep file of an edge, if it has one that was not read. */
    void load(int edge) {
        int node = manifest.edgeDyndep.get(edge);
        if (node == Manifest.NONE || !state.isPendingDyndep(node)) {
            return;
        }
        try {
            discovered.loadDyndep(node);
            for (int each : discovered.lastDyndepEdges()) {
                grown.add(each);
            }
        } catch (NinjaException e) {
            warnings.accept(e.getMessage());
        }
    }

    /** Reads all dyndep files. */
    void loadAll() {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            load(edge);
        }
    }

    /** The edges that have a node for an input, as often as they name it: first those by the manifest, then the others. */
    int[] users(int node) {
        IntList users = new IntList(4);
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = 0; i < state.inputCount(edge); i++) {
                if (!isFound(edge, i) && state.input(edge, i) == node) {
                    users.add(edge);
                }
            }
        }
        for (int edge : grown) {
            for (int i = 0; i < state.inputCount(edge); i++) {
                if (isFound(edge, i) && state.input(edge, i) == node) {
                    users.add(edge);
                }
            }
        }
        return users.toArray();
    }

    private boolean isFound(int edge, int input) {
        int declared = manifest.end(edge, Manifest.Section.IMPLICIT_IN) - manifest.start(edge, Manifest.Section.IN);
        return input >= declared && input < state.countingInputs(edge);
    }
}
