package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.util.List;

/** {@code -t graph}: writes what some nodes need as a drawing for Graphviz. */
final class DotTool {

    private final Manifest manifest;
    private final RawOutput out;
    private final boolean[] nodeSeen;
    private final boolean[] edgeSeen;
    private final IntList open = new IntList(64);

    private DotTool(Manifest manifest, RawOutput out) {
        this.manifest = manifest;
        this.out = out;
        this.nodeSeen = new boolean[manifest.nodeCount()];
        this.edgeSeen = new boolean[manifest.edgeCount()];
    }

    static int write(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        int[] targets = GraphTools.targets(workspace, arguments);
        DotTool tool = new DotTool(workspace.manifest(), out);
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
        if (nodeSeen[node]) {
            return;
        }
        nodeSeen[node] = true;
        String label = manifest.name(node).replace("\\", "\\\\").replace("\"", "\\\"");
        out.println("\"n" + node + "\" [label=\"" + label + "\"]");
        int edge = manifest.producer(node);
        if (edge == Manifest.NONE || edgeSeen[edge]) {
            return;
        }
        edgeSeen[edge] = true;
        String rule = manifest.texts.raw(
                manifest.rules.get(manifest.edgeRule.get(edge)).name());
        int inputs = manifest.end(edge, Section.ORDER_ONLY) - manifest.start(edge, Section.IN);
        int outputs = manifest.end(edge, Section.IMPLICIT_OUT) - manifest.start(edge, Section.OUT);
        if (inputs == 1 && outputs == 1) {
            // An edge with one end on either side is drawn as a plain arrow.
            int input = manifest.nodes.get(manifest.start(edge, Section.IN));
            out.println("\"n" + input + "\" -> \"n" + node + "\" [label=\" " + rule + "\"]");
        } else {
            edge(edge, rule);
        }
        for (int i = manifest.end(edge, Section.ORDER_ONLY) - 1; i >= manifest.start(edge, Section.IN); i--) {
            open.add(manifest.nodes.get(i));
        }
    }

    private void edge(int edge, String rule) throws IOException {
        String name = "\"e" + edge + "\"";
        out.println(name + " [label=\"" + rule + "\", shape=ellipse]");
        for (int i = manifest.start(edge, Section.OUT); i < manifest.end(edge, Section.IMPLICIT_OUT); i++) {
            out.println(name + " -> \"n" + manifest.nodes.get(i) + "\"");
        }
        for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
            String style = i >= manifest.start(edge, Section.ORDER_ONLY) ? " style=dotted" : "";
            out.println("\"n" + manifest.nodes.get(i) + "\" -> " + name + " [arrowhead=none" + style + "]");
        }
    }
}
