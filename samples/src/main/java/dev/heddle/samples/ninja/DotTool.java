package dev.heddle.samples.ninja;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** {@code -t graph}: writes what some nodes need as a drawing for Graphviz. */
final class DotTool {

    private final Manifest manifest;
    private final DyndepView view;
    private final RawOutput out;
    private final Set<Integer> nodeSeen = new HashSet<>();
    private final boolean[] edgeSeen;
    private final IntList open = new IntList(64);

    private DotTool(Manifest manifest, DyndepView view, RawOutput out) {
        this.manifest = manifest;
        this.view = view;
        this.out = out;
        this.edgeSeen = new boolean[manifest.edgeCount()];
    }

    static int write(Workspace workspace, List<String> arguments, RawOutput out, Consumer<String> warnings)
            throws NinjaException, IOException {
        int[] targets = GraphTools.targets(workspace, arguments);
        DotTool tool = new DotTool(workspace.manifest(), new DyndepView(workspace, warnings), out);
        out.println("digraph ninja {");
        out.println("rankdir=\"LR\"");
        out.println("node [fontsize=10, shape=box, height=0.25]");
        out.println("edge [fontsize=10]");
        for (int target : targets) {
            tool.open.add(target);
            while (!tool.open.isEmpty()) {
                tool.node(tool.open.removeLast());
            }
        }
        out.println("}");
        return 0;
    }

    private void node(int node) throws IOException {
        if (!nodeSeen.add(node)) {
            return;
        }
        String label = manifest.name(node).replace("\\", "\\\\").replace("\"", "\\\"");
        out.println("\"n" + node + "\" [label=\"" + label + "\"]");
        int edge = manifest.producer(node);
        if (edge == Manifest.NONE || edgeSeen[edge]) {
            return;
        }
        edgeSeen[edge] = true;
        view.load(edge);
        BuildState state = view.state();
        String rule = manifest.texts.raw(
                manifest.rules.get(manifest.edgeRule.get(edge)).name());
        if (state.inputCount(edge) == 1 && state.outputCount(edge) == 1) {
            // An edge with one end on either side is drawn as a plain arrow.
            out.println("\"n" + state.input(edge, 0) + "\" -> \"n" + node + "\" [label=\" " + rule + "\"]");
        } else {
            edge(state, edge, rule);
        }
        for (int i = state.inputCount(edge) - 1; i >= 0; i--) {
            open.add(state.input(edge, i));
        }
    }

    private void edge(BuildState state, int edge, String rule) throws IOException {
        String name = "\"e" + edge + "\"";
        out.println(name + " [label=\"" + rule + "\", shape=ellipse]");
        for (int output : state.outputs(edge)) {
            out.println(name + " -> \"n" + output + "\"");
        }
        for (int i = 0; i < state.inputCount(edge); i++) {
            String style = i >= state.countingInputs(edge) ? " style=dotted" : "";
            out.println("\"n" + state.input(edge, i) + "\" -> " + name + " [arrowhead=none" + style + "]");
        }
    }
}
