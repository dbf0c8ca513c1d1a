package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code -t compdb [-x] [RULE...]}: writes the commands of edges in the form that tools for C read, one object an edge. */
final class CompilationDatabase {

    private CompilationDatabase() {}

    static int write(Workspace workspace, List<String> arguments, RawOutput out) throws NinjaException, IOException {
        List<String> rules = new ArrayList<>(arguments);
        boolean expand = rules.remove("-x");
        rules.replaceAll(Raw::ofText);
        Manifest manifest = workspace.manifest();
        Evaluator evaluator = new Evaluator(manifest);
        String directory = Raw.ofText(workspace.disk().base().toString());
        boolean first = true;
        out.print("[");
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            String rule = manifest.texts.raw(
                    manifest.rules.get(manifest.edgeRule.get(edge)).name());
            boolean chosen = rules.isEmpty() || rules.contains(rule);
            if (firstInput(manifest, edge) == Manifest.NONE || !chosen) {
                continue;
            }
            out.print(first ? "\n  {\n" : ",\n  {\n");
            first = false;
            field(out, "directory", directory, ",\n");
            field(out, "command", command(evaluator, edge, expand), ",\n");
            field(out, "file", manifest.name(firstInput(manifest, edge)), ",\n");
            field(out, "output", manifest.name(manifest.firstOutput(edge)), "\n  }");
        }
        out.println("\n]");
        return 0;
    }

    private static int firstInput(Manifest manifest, int edge) {
        int first = manifest.start(edge, Section.IN);
        return first < manifest.end(edge, Section.ORDER_ONLY) ? manifest.nodes.get(first) : Manifest.NONE;
    }

    // With -x the response file is put where the command names it.
    private static String command(Evaluator evaluator, int edge, boolean expand) throws NinjaException {
        String command = evaluator.quoted(edge, Manifest.COMMAND);
        if (!expand) {
            return command;
        }
        String file = evaluator.plain(edge, Manifest.RSPFILE);
        int at = file.isEmpty() ? -1 : command.indexOf(file);
        if (at <= 0 || command.charAt(at - 1) != '@') {
            return command;
        }
        String content = evaluator.quoted(edge, Manifest.RSPFILE_CONTENT).replace('\n', ' ');
        return command.substring(0, at - 1) + content + command.substring(at + file.length());
    }

    private static void field(RawOutput out, String name, String value, String end) throws IOException {
        out.print("    \"")
                .print(name)
                .print("\": \"")
                .print(escaped(value))
                .print("\"")
                .print(end);
    }

    private static String escaped(String raw) {
        StringBuilder text = new StringBuilder(raw.length() + 8);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return text.toString();
    }
}
