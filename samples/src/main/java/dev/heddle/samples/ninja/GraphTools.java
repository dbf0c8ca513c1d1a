package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

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
            // As ninja has it: what a phony edge needs is listed only if another one needs it too.
            if (manifest.isPhony(edge)) {
                continue;
            }
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

    static int query(Workspace workspace, List<String> arguments, RawOutput out, Consumer<String> warnings)
            throws NinjaException, IOException {
        if (arguments.isEmpty()) {
            throw new NinjaException("-t query: expected a target to query");
        }
        Manifest manifest = workspace.manifest();
        DyndepView view = new DyndepView(workspace, warnings);
        for (String argument : arguments) {
            int node = workspace.target(argument);
            out.println(manifest.name(node) + ":");
            int edge = manifest.producer(node);
            if (edge != Manifest.NONE) {
                view.load(edge);
                made(manifest, view.state(), edge, out);
            }
            out.println("  outputs:");
            for (int user : view.users(node)) {
                outputs(view.state(), user, out);
            }
            validated(view.state(), node, out);
        }
        return 0;
    }

    private static void made(Manifest manifest, BuildState state, int edge, RawOutput out) throws IOException {
        int rule = manifest.rules.get(manifest.edgeRule.get(edge)).name();
        out.println("  input: " + manifest.texts.raw(rule));
        int explicit = manifest.count(edge, Section.IN);
        for (int i = 0; i < state.inputCount(edge); i++) {
            String mark = i < explicit ? "" : i < state.countingInputs(edge) ? "| " : "|| ";
            out.println("    " + mark + manifest.name(state.input(edge, i)));
        }
        if (manifest.count(edge, Section.VALIDATION) > 0) {
            out.println("  validations:");
            for (int i = manifest.start(edge, Section.VALIDATION); i < manifest.end(edge, Section.VALIDATION); i++) {
                out.println("    " + manifest.name(manifest.nodes.get(i)));
            }
        }
    }

    private static void outputs(BuildState state, int edge, RawOutput out) throws IOException {
        for (int output : state.outputs(edge)) {
            out.println("    " + state.manifest.name(output));
        }
    }

    private static void validated(BuildState state, int node, RawOutput out) throws IOException {
        Manifest manifest = state.manifest;
        boolean first = true;
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.start(edge, Section.VALIDATION); i < manifest.end(edge, Section.VALIDATION); i++) {
                if (manifest.nodes.get(i) == node) {
                    if (first) {
                        out.println("  validation for:");
                        first = false;
                    }
                    outputs(state, edge, out);
                }
            }
        }
    }
}
