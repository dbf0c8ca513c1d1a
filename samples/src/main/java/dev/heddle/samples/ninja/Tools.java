package dev.heddle.samples.ninja;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The tools of {@code -t}: each says something about a build, or tidies up after it, and builds nothing. */
final class Tools {

    private interface Tool {
        int run(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException;
    }

    private static final Set<String> CHANGING = Set.of("clean", "cleandead", "recompact", "restat");

    private final boolean dryRun;
    private final Map<String, Tool> tools = new TreeMap<>();
    private final Map<String, String> descriptions = new TreeMap<>();

    Tools(boolean verbose, boolean quiet, boolean dryRun, Consumer<String> warnings) {
        this.dryRun = dryRun;
        add("clean", "clean built files", (w, a, out) -> new CleanTool(w, out, verbose, quiet, dryRun).run(a));
        add(
                "cleandead",
                "clean built files that are no longer produced by the manifest",
                (w, a, out) -> new CleanTool(w, out, verbose, quiet, dryRun).cleanDead());
        add("commands", "list all commands required to rebuild given targets", GraphTools::commands);
        add("compdb", "dump JSON compilation database to stdout", CompilationDatabase::write);
        add("deps", "show dependencies stored in the deps log", GraphTools::deps);
        add("graph", "output graphviz dot file for targets", (w, a, out) -> DotTool.write(w, a, out, warnings));
        add("inputs", "list all inputs required to rebuild given targets", GraphTools::inputs);
        add("query", "show inputs/outputs for a path", (w, a, out) -> GraphTools.query(w, a, out, warnings));
        add("recompact", "recompacts the logs", (w, a, out) -> recompact(w));
        add("restat", "restats all outputs in the build log", (w, a, out) -> restat(w, a));
        add("rules", "list all rules", (w, a, out) -> rules(w, a, out));
        add("targets", "list targets by their rule or depth in the DAG", TargetsTool::write);
    }

    /** Whether a tool changes files, so that no build may run beside it. */
    static boolean changes(String name) {
        return CHANGING.contains(name);
    }

    private void add(String name, String description, Tool tool) {
        tools.put(name, tool);
        descriptions.put(name, description);
    }

    /** Lists the tools. */
    void list(RawOutput out) throws IOException {
        out.println("heddle ninja subtools:");
        for (Map.Entry<String, String> each : descriptions.entrySet()) {
            out.println(" ".repeat(Math.max(0, 11 - each.getKey().length())) + each.getKey() + "  " + each.getValue());
        }
    }

    /** Checks that there is a tool of a name. */
    void require(String name) throws NinjaException {
        if (!tools.containsKey(name)) {
            String near = Suggestion.nearest(name, tools.keySet());
            throw new NinjaException("unknown tool '" + name + "'"
                    + (near.isEmpty() ? "" : ", did you mean '" + near + "'?") + " (-t list names them all)");
        }
    }

    /** Runs a tool that exists and gives the exit code. */
    int run(String name, Workspace workspace, List<String> arguments, RawOutput out)
            throws NinjaException, IOException {
        require(name);
        Tool tool = tools.get(name);
        if (tool == null) {
            throw new AssertionError("BUG: tool " + name);
        }
        return tool.run(workspace, arguments, out);
    }

    private static int recompact(Workspace workspace) throws IOException {
        workspace.log().rewrite();
        workspace.deps().rewrite();
        return 0;
    }

    private int restat(Workspace workspace, List<String> targets) throws NinjaException, IOException {
        CommandLog log = workspace.log();
        int[] nodes = log.nodes();
        if (!targets.isEmpty()) {
            nodes = new int[targets.size()];
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = workspace.target(targets.get(i));
            }
        }
        for (int node : nodes) {
            if (log.has(node)) {
                log.retime(node, workspace.disk().mtime(workspace.manifest().name(node)));
            }
        }
        if (!dryRun) {
            log.rewrite();
        }
        return 0;
    }

    private static int rules(Workspace workspace, List<String> arguments, RawOutput out)
            throws NinjaException, IOException {
        List<String> options = new ArrayList<>(arguments);
        boolean descriptions = options.remove("-d");
        if (!options.isEmpty()) {
            throw new NinjaException("-t rules takes only -d, not " + options);
        }
        Manifest manifest = workspace.manifest();
        TreeSet<String> lines = new TreeSet<>();
        for (Rule rule : manifest.rules) {
            Template description = rule.template(Manifest.DESCRIPTION);
            String name = manifest.texts.raw(rule.name());
            lines.add(descriptions && description != null ? name + ": " + source(manifest, description) : name);
        }
        for (String line : lines) {
            out.println(line);
        }
        return 0;
    }

    private static String source(Manifest manifest, Template template) {
        StringBuilder text = new StringBuilder();
        for (int part : template.parts()) {
            if (part >= 0) {
                text.append(manifest.texts.raw(part).replace("$", "$$"));
            } else {
                text.append("${").append(manifest.texts.raw(-1 - part)).append('}');
            }
        }
        return text.toString();
    }
}
