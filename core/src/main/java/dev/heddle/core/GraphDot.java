package dev.heddle.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a graph in the DOT language of Graphviz: an arrow points from a task to what it depends on, components are boxes. */
final class GraphDot {
    private final GraphView graph;
    private final Appendable out;

    GraphDot(GraphView graph, Appendable out) {
        this.graph = graph;
        this.out = out;
    }

    void write() throws IOException {
        out.append("digraph heddle {\n  rankdir=LR;\n  node [shape=box];\n");
        Map<String, List<Integer>> components = new TreeMap<>();
        for (int task = 0; task < graph.size(); task++) {
            String component = graph.task(task).component().orElse("");
            components.computeIfAbsent(component, any -> new ArrayList<>()).add(task);
        }
        int cluster = 0;
        for (Map.Entry<String, List<Integer>> component : components.entrySet()) {
            boolean named = !component.getKey().isEmpty();
            if (named) {
                out.append("  subgraph cluster_" + cluster++ + " {\n    label=" + quoted(component.getKey()) + ";\n");
            }
            for (int task : component.getValue()) {
                out.append(named ? "    " : "  ")
                        .append("t" + task + " [label="
                                + quoted(graph.task(task).name()) + "];\n");
            }
            out.append(named ? "  }\n" : "");
        }
        for (int task = 0; task < graph.size(); task++) {
            for (int i = 0; i < graph.dependencyCount(task); i++) {
                out.append("  t" + task + " -> t" + graph.dependency(task, i) + style(task, i) + ";\n");
            }
        }
        out.append("}\n");
    }

    private String style(int task, int i) {
        String output = graph.dependencyOutput(task, i);
        String label = output == null ? "" : "label=" + quoted(output);
        int step = graph.dependencyStep(task, i);
        String style = switch (graph.dependencyKind(task, i)) {
            case BUILD -> "";
            case RUN -> "style=dashed";
            case ORDER -> "style=dotted";
            case STEP ->
                "arrowhead=open, label="
                        + quoted(graph.task(graph.dependency(task, i))
                                .steps()
                                .get(step)
                                .name());
        };
        String both = style.isEmpty() || label.isEmpty() ? style + label : style + ", " + label;
        return both.isEmpty() ? "" : " [" + both + "]";
    }

    /** A quoted string in which a backslash is itself, not the beginning of one of DOT's escapes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return quoted.append('"').toString();
    }
}
