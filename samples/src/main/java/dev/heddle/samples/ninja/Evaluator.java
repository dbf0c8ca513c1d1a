package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;

/**
 * Evaluates the variables of edges.
 *
 * <p>A name is looked for in the edge's own bindings, then in its rule, then in the scope of its file and the enclosing ones.
 * An edge without bindings of its own is looked at from its file's scope, whose variables then go before the rule's: an
 * accident of ninja that manifests may rely on.
 *
 * <p>One thread at a time.
 */
final class Evaluator {

    private static final int DEEPEST = 200;

    private final Manifest manifest;
    private final ByteSink scratch = new ByteSink(256);
    private final int[] open = new int[DEEPEST];
    private int depth;

    Evaluator(Manifest manifest) {
        this.manifest = manifest;
    }

    /** The value of a variable with {@code $in} and {@code $out} as they are, for names of files. */
    String plain(int edge, int name) throws NinjaException {
        scratch.clear();
        append(edge, name, scratch, false);
        return scratch.length() == 0 ? "" : scratch.raw();
    }

    /** The value of a variable with {@code $in} and {@code $out} quoted for the shell. */
    String quoted(int edge, int name) throws NinjaException {
        scratch.clear();
        append(edge, name, scratch, true);
        return scratch.length() == 0 ? "" : scratch.raw();
    }

    /** Whether a variable has a value that is not empty. */
    boolean isSet(int edge, int name) throws NinjaException {
        scratch.clear();
        append(edge, name, scratch, false);
        return scratch.length() > 0;
    }

    /** What a change of is a reason to run again: the command, with the content of its response file. */
    long commandHash(int edge, CommandHash hash) throws NinjaException {
        scratch.clear();
        append(edge, Manifest.COMMAND, scratch, true);
        int command = scratch.length();
        scratch.put(";rspfile=");
        int content = scratch.length();
        append(edge, Manifest.RSPFILE_CONTENT, scratch, true);
        return hash.of(scratch.array(), scratch.length() == content ? command : scratch.length());
    }

    /** Appends the value of a variable, by the number of its name. */
    void append(int edge, int name, ByteSink out, boolean quote) throws NinjaException {
        if (name <= Manifest.OUT) {
            appendNodes(edge, name, out, quote);
            return;
        }
        Scope scope = manifest.scopes.get(manifest.edgeScope.get(edge));
        int own = binding(edge, name);
        boolean bare = manifest.bindingStart.get(edge) == manifest.bindingStart.get(edge + 1);
        if (own == Scope.UNSET && bare) {
            own = scope.own(name);
        }
        if (own != Scope.UNSET) {
            manifest.texts.appendTo(out, own);
            return;
        }
        Template template = manifest.rules.get(manifest.edgeRule.get(edge)).template(name);
        if (template != null) {
            appendTemplate(edge, name, template, out, quote);
            return;
        }
        Scope from = bare ? scope.parent() : scope;
        int value = from == null ? Scope.UNSET : from.lookup(name);
        if (value != Scope.UNSET) {
            manifest.texts.appendTo(out, value);
        }
    }

    /** The variables that a path or a value of a manifest may name: an edge's bindings, if there is an edge, and a scope's. */
    Template.Variables variables(int edge, Scope scope) {
        return (bytes, offset, length, out) -> {
            int name = manifest.texts.find(bytes, offset, length);
            if (name < 0) {
                return;
            }
            int value = edge < 0 ? Scope.UNSET : binding(edge, name);
            if (value == Scope.UNSET) {
                value = scope.lookup(name);
            }
            if (value != Scope.UNSET) {
                manifest.texts.appendTo(out, value);
            }
        };
    }

    private int binding(int edge, int name) {
        int first = manifest.bindingStart.get(edge);
        for (int i = manifest.bindingStart.get(edge + 1) - 1; i >= first; i--) {
            if (manifest.bindingName.get(i) == name) {
                return manifest.bindingValue.get(i);
            }
        }
        return Scope.UNSET;
    }

    private void appendTemplate(int edge, int name, Template template, ByteSink out, boolean quote)
            throws NinjaException {
        for (int i = 0; i < depth; i++) {
            if (open[i] == name) {
                throw cycle(edge, i, name);
            }
        }
        if (depth == DEEPEST) {
            throw manifest.errorAt(edge, "rule variables are nested more than " + DEEPEST + " deep");
        }
        open[depth++] = name;
        try {
            for (int part : template.parts()) {
                if (part >= 0) {
                    manifest.texts.appendTo(out, part);
                } else {
                    append(edge, -1 - part, out, quote);
                }
            }
        } finally {
            depth--;
        }
    }

    private NinjaException cycle(int edge, int from, int name) {
        StringBuilder text = new StringBuilder("cycle in rule variables: ");
        for (int i = from; i < depth; i++) {
            text.append(manifest.texts.text(open[i])).append(" -> ");
        }
        return manifest.errorAt(edge, text.append(manifest.texts.text(name)).toString());
    }

    private void appendNodes(int edge, int name, ByteSink out, boolean quote) {
        Section section = name == Manifest.OUT ? Section.OUT : Section.IN;
        int first = manifest.start(edge, section);
        for (int i = first; i < manifest.end(edge, section); i++) {
            if (i > first) {
                out.put(name == Manifest.IN_NEWLINE ? '\n' : ' ');
            }
            if (quote) {
                appendQuoted(manifest.nodes.get(i), out);
            } else {
                manifest.paths.appendTo(out, manifest.nodes.get(i));
            }
        }
    }

    private void appendQuoted(int node, ByteSink out) {
        int from = out.length();
        manifest.paths.appendTo(out, node);
        for (int i = from; i < out.length(); i++) {
            if (!isSafe(out.array()[i])) {
                String path = manifest.name(node);
                out.truncate(from);
                out.put('\'');
                out.put(path.replace("'", "'\\''"));
                out.put('\'');
                return;
            }
        }
    }

    // What a shell takes as it is, by ninja's list; a command's hash depends on it.
    private static boolean isSafe(byte c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '+'
                || c == '-'
                || c == '.'
                || c == '/';
    }
}
