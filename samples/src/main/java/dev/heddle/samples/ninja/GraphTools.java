package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The tools that walk the graph and print what they meet. */
final class GraphTools {

    private GraphTools() {}

    /** The nodes that were named, or the default ones. */
    static int[] targets(Workspace workspace, List<String> arguments) throws NinjaException {
        if (arguments.isEmpty()) {
            return workspace.manifest().defaultNodes();
        }
        int[] nodes = new int[arguments.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = workspace.target(arguments.get(i));
        }
        return nodes;
    }

    static int commands(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        List<String> names = new ArrayList<>(arguments);
        boolean single = names.remove("-s");
        Manifest manifest = workspace.manifest();
        Evaluator evaluator = new Evaluator(manifest);
        int[] targets = targets(workspace, names);
        for (int edge : single ? producers(manifest, targets) : needed(manifest, targets)) {
            if (!manifest.isPhony(edge)) {
                out.println(evaluator.quoted(edge, Manifest.COMMAND));
            }
        }
        return 0;
    }

    private static int[] producers(Manifest manifest, int[] targets) {
        IntList edges = new IntList(4);
        for (int node : targets) {
            if (manifest.producer(node) != Manifest.NONE) {
                edges.add(manifest.producer(node));
            }
        }
        return edges.toArray();
    }

    /** The edges that some nodes need, each behind those that it needs itself. */
    static int[] needed(Manifest manifest, int[] targets) {
        boolean[] seen = new boolean[manifest.edgeCount()];
        IntList order = new IntList(64);
        List<int[]> stack = new ArrayList<>();
        for (int target : targets) {
            push(manifest, target, seen, stack);
            while (!stack.isEmpty()) {
                int[] frame = stack.get(stack.size() - 1);
                if (frame[1] < manifest.end(frame[0], Section.ORDER_ONLY)) {
                    push(manifest, manifest.nodes.get(frame[1]++), seen, stack);
                } else {
                    order.add(frame[0]);
                    stack.remove(stack.size() - 1);
                }
            }
        }
        return order.toArray();
    }

    private static void push(Manifest manifest, int node, boolean[] seen, List<int[]> stack) {
        int edge = manifest.producer(node);
        if (edge != Manifest.NONE && !seen[edge]) {
            seen[edge] = true;
            stack.add(new int[] {edge, manifest.start(edge, Section.IN)});
        }
    }

    static int inputs(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        Manifest manifest = workspace.manifest();
        TreeSet<String> names = new TreeSet<>();
        for (int edge : needed(manifest, targets(workspace, arguments))) {
            for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
                names.add(manifest.name(manifest.nodes.get(i)));
            }
        }
        for (String name : names) {
            out.println(name);
        }
        return 0;
    }

    static int deps(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        Manifest manifest = workspace.manifest();
        DepsLog deps = workspace.deps();
        int[] nodes = arguments.isEmpty() ? deps.outputs() : targets(workspace, arguments);
        for (int node : nodes) {
            if (!deps.has(node)) {
                out.println(manifest.name(node) + ": deps not found");
                continue;
            }
            int[] inputs = deps.inputs(node);
            long time = workspace.disk().mtime(manifest.name(node));
            String state = time == 0 || time > deps.mtime(node) ? "STALE" : "VALID";
            out.println(manifest.name(node) + ": #deps " + inputs.length + ", deps mtime " + deps.mtime(node) + " ("
                    + state + ")");
            for (int input : inputs) {
                out.println("    " + manifest.name(input));
            }
            out.println("");
        }
        return 0;
    }

    static int query(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        if (arguments.isEmpty()) {
            throw new NinjaException("-t query: expected a target to query");
        }
        Manifest manifest = workspace.manifest();
        for (String argument : arguments) {
            int node = workspace.target(argument);
            out.println(manifest.name(node) + ":");
            int edge = manifest.producer(node);
            if (edge != Manifest.NONE) {
                out.println("  input: "
                        + manifest.texts.raw(
                                manifest.rules.get(manifest.edgeRule.get(edge)).name()));
                section(manifest, edge, Section.IN, "    ", out);
                section(manifest, edge, Section.IMPLICIT_IN, "    | ", out);
                section(manifest, edge, Section.ORDER_ONLY, "    || ", out);
                if (manifest.count(edge, Section.VALIDATION) > 0) {
                    out.println("  validations:");
                    section(manifest, edge, Section.VALIDATION, "    ", out);
                }
            }
            out.println("  outputs:");
            users(manifest, node, out);
        }
        return 0;
    }

    private static void section(Manifest manifest, int edge, Section section, String prefix, RawOutput out)
            throws IOException {
        for (int i = manifest.start(edge, section); i < manifest.end(edge, section); i++) {
            out.println(prefix + manifest.name(manifest.nodes.get(i)));
        }
    }

    private static void users(Manifest manifest, int node, RawOutput out) throws IOException {
        IntList validated = new IntList(4);
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
                if (manifest.nodes.get(i) == node) {
                    section(manifest, edge, Section.OUT, "    ", out);
                    section(manifest, edge, Section.IMPLICIT_OUT, "    ", out);
                }
            }
            for (int i = manifest.start(edge, Section.VALIDATION); i < manifest.end(edge, Section.VALIDATION); i++) {
                if (manifest.nodes.get(i) == node) {
                    validated.add(edge);
                }
            }
        }
        if (!validated.isEmpty()) {
            out.println("  validation for:");
            for (int edge : validated.toArray()) {
                section(manifest, edge, Section.OUT, "    ", out);
                section(manifest, edge, Section.IMPLICIT_OUT, "    ", out);
            }
        }
    }
}
