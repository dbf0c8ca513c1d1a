package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/** {@code -t targets}: lists nodes by rule, by depth below the roots, or all of them. */
final class TargetsTool {

    private static final int DEEPEST = 1000;

    private TargetsTool() {}

    static int write(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        Manifest manifest = workspace.manifest();
        String mode = arguments.isEmpty() ? "depth" : arguments.get(0);
        String value = arguments.size() > 1 ? arguments.get(1) : "";
        switch (mode) {
            case "rule" -> {
                if (value.isEmpty()) {
                    sources(manifest, out);
                } else {
                    ofRule(manifest, Raw.ofText(value), out);
                }
            }
            case "depth" -> byDepth(manifest, depth(value), out);
            case "all" -> all(manifest, out);
            default ->
                throw new NinjaException(
                        "unknown target tool mode '" + mode + "'; there are 'rule [NAME]', 'depth [N]' and 'all'");
        }
        return 0;
    }

    private static int depth(String value) throws NinjaException {
        if (value.isEmpty()) {
            return 1;
        }
        try {
            int depth = Integer.parseInt(value);
            return depth <= 0 ? DEEPEST : Math.min(depth, DEEPEST);
        } catch (NumberFormatException e) {
            throw new NinjaException("-t targets depth: '" + value + "' is not a number");
        }
    }

    private static void sources(Manifest manifest, RawOutput out) throws IOException {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
                int node = manifest.nodes.get(i);
                if (manifest.producer(node) == Manifest.NONE) {
                    out.println(manifest.name(node));
                }
            }
        }
    }

    private static void ofRule(Manifest manifest, String rule, RawOutput out) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            if (ruleName(manifest, edge).equals(rule)) {
                for (int i = manifest.start(edge, Section.OUT); i < manifest.end(edge, Section.IMPLICIT_OUT); i++) {
                    names.add(manifest.name(manifest.nodes.get(i)));
                }
            }
        }
        for (String name : names) {
            out.println(name);
        }
    }

    private static void all(Manifest manifest, RawOutput out) throws IOException {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            for (int i = manifest.start(edge, Section.OUT); i < manifest.end(edge, Section.IMPLICIT_OUT); i++) {
                out.println(manifest.name(manifest.nodes.get(i)) + ": " + ruleName(manifest, edge));
            }
        }
    }

    private static void byDepth(Manifest manifest, int depth, RawOutput out) throws NinjaException, IOException {
        IntList nodes = new IntList(64);
        IntList depths = new IntList(64);
        int[] roots = manifest.rootNodes();
        for (int i = roots.length - 1; i >= 0; i--) {
            nodes.add(roots[i]);
            depths.add(0);
        }
        while (!nodes.isEmpty()) {
            int node = nodes.removeLast();
            int level = depths.removeLast();
            int edge = manifest.producer(node);
            String rule = edge == Manifest.NONE ? "" : ": " + ruleName(manifest, edge);
            out.println("  ".repeat(level) + manifest.name(node) + rule);
            if (edge != Manifest.NONE && level + 1 < depth) {
                for (int i = manifest.end(edge, Section.ORDER_ONLY) - 1; i >= manifest.start(edge, Section.IN); i--) {
                    nodes.add(manifest.nodes.get(i));
                    depths.add(level + 1);
                }
            }
        }
    }

    private static String ruleName(Manifest manifest, int edge) {
        return manifest.texts.raw(
                manifest.rules.get(manifest.edgeRule.get(edge)).name());
    }
}
