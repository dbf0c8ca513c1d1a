package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.ManifestLexer.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads manifest files into a {@link Manifest}: the language of ninja 1.11.
 *
 * <p>Files that are included are read in turn, at most {@link #DEEPEST} inside one another. The first error ends the reading.
 */
final class ManifestParser {

    /** The newest version of the language that is understood, as {@code ninja_required_version} names it. */
    static final int MAJOR = 1;

    static final int MINOR = 11;

    private static final int DEEPEST = 100;

    private final Manifest manifest;
    private final Disk disk;
    private final EdgeParser edges;
    private int depth;

    private ManifestParser(Manifest manifest, Disk disk, Consumer<String> warnings, boolean phonyCycleIsError) {
        this.manifest = manifest;
        this.disk = disk;
        this.edges = new EdgeParser(manifest, warnings, phonyCycleIsError);
    }

    /**
     * Reads a manifest and all that it includes.
     *
     * @param file raw name of the main file
     * @param warnings takes what a person should know although the manifest can be used
     * @param phonyCycleIsError whether a phony edge that names itself is an error, or warned about and mended
     */
    static Manifest parse(Disk disk, String file, Consumer<String> warnings, boolean phonyCycleIsError)
            throws NinjaException {
        Manifest manifest = new Manifest(new Places(disk), 4096);
        ManifestParser parser = new ManifestParser(manifest, disk, warnings, phonyCycleIsError);
        ManifestText text;
        try {
            text = ManifestText.read(disk.path(file), Raw.text(file));
        } catch (IOException e) {
            throw new NinjaException(
                    "loading '" + Raw.text(file) + "': " + Disk.reason(e) + "; -C and -f say where the manifest is");
        }
        manifest.files.add(file);
        parser.file(text, manifest.root());
        return manifest;
    }

    // Reads the file that was named last.
    private void file(ManifestText text, Scope scope) throws NinjaException {
        int number = manifest.files.size() - 1;
        edges.file(number);
        ManifestLexer lexer = new ManifestLexer(text);
        while (true) {
            Token token = lexer.next();
            switch (token) {
                case POOL -> pool(lexer, scope);
                case BUILD -> edges.edge(lexer, scope);
                case RULE -> rule(lexer, scope);
                case DEFAULT -> defaults(lexer, scope);
                case IDENT -> variable(lexer, scope, number);
                case INCLUDE, SUBNINJA -> {
                    include(lexer, scope, token == Token.SUBNINJA);
                    edges.file(number);
                }
                case NEWLINE -> {}
                case EOF -> {
                    return;
                }
                default -> throw lexer.error("unexpected " + token.shown());
            }
        }
    }

    private void variable(ManifestLexer lexer, Scope scope, int file) throws NinjaException {
        lexer.unread();
        int name = edges.assignment(lexer);
        int place = lexer.valueStart();
        int value = edges.value(lexer, scope);
        scope.set(name, value);
        if (name == Manifest.REQUIRED_VERSION) {
            checkVersion(lexer, place, manifest.texts.text(value));
        } else if (name == Manifest.BUILDDIR && scope == manifest.root()) {
            manifest.buildDirPlace.clear();
            manifest.buildDirPlace.add(file);
            manifest.buildDirPlace.add(place);
        }
    }

    private static void checkVersion(ManifestLexer lexer, int place, String version) throws NinjaException {
        String[] parts = version.split("\\.", -1);
        int major = leadingInt(parts[0]);
        int minor = parts.length > 1 ? leadingInt(parts[1]) : 0;
        if (major > MAJOR || (major == MAJOR && minor > MINOR)) {
            throw lexer.errorAt(
                    place,
                    "this manifest needs version " + version + " of the language; understood is " + MAJOR + "."
                            + MINOR);
        }
    }

    private static int leadingInt(String text) {
        int value = 0;
        for (int i = 0; i < text.length() && i < 9 && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            value = value * 10 + text.charAt(i) - '0';
        }
        return value;
    }

    private void pool(ManifestLexer lexer, Scope scope) throws NinjaException {
        int name = name(lexer, "pool name");
        if (manifest.pool(name) >= 0) {
            throw lexer.error("duplicate pool '" + manifest.texts.text(name) + "'");
        }
        lexer.expect(Token.NEWLINE);
        int depth = -1;
        while (lexer.peek(Token.INDENT)) {
            int variable = edges.assignment(lexer);
            if (!manifest.texts.raw(variable).equals("depth")) {
                throw lexer.errorAt(
                        edges.nameStart(),
                        "unexpected variable '" + manifest.texts.text(variable) + "'; a pool has a depth");
            }
            int place = lexer.valueStart();
            String value = manifest.texts.raw(edges.value(lexer, scope));
            depth = depth(value);
            if (depth < 0) {
                throw lexer.errorAt(
                        place,
                        "invalid pool depth '" + Raw.text(value) + "'; it is a number, and 0 stands for no bound");
            }
        }
        if (depth < 0) {
            throw lexer.error("expected 'depth =' line");
        }
        manifest.addPool(name, depth);
    }

    private static int depth(String value) {
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private int name(ManifestLexer lexer, String what) throws NinjaException {
        if (!lexer.readName()) {
            throw lexer.errorAt(lexer.position(), "expected " + what);
        }
        return manifest.texts.add(lexer.bytes(), lexer.valueStart(), lexer.valueEnd() - lexer.valueStart());
    }

    private void rule(ManifestLexer lexer, Scope scope) throws NinjaException {
        int place = lexer.tokenStart();
        int name = name(lexer, "rule name");
        if (!scope.addRule(name, manifest.rules.size())) {
            throw lexer.error("duplicate rule '" + manifest.texts.text(name) + "'");
        }
        lexer.expect(Token.NEWLINE);
        List<Integer> variables = new ArrayList<>();
        List<Template> templates = new ArrayList<>();
        while (lexer.peek(Token.INDENT)) {
            int variable = edges.assignment(lexer);
            if (variable < Manifest.COMMAND || variable > Manifest.MSVC_DEPS_PREFIX) {
                throw lexer.errorAt(
                        edges.nameStart(),
                        "unexpected variable '" + manifest.texts.text(variable)
                                + "'; a rule has only command, description, depfile, deps, dyndep, generator, msvc_deps_prefix,"
                                + " pool, restat, rspfile and rspfile_content");
            }
            lexer.readValue();
            Template template = Template.of(lexer.bytes(), lexer.valueStart(), lexer.valueEnd(), manifest.texts);
            int known = variables.indexOf(variable);
            if (known >= 0) {
                templates.set(known, template);
            } else {
                variables.add(variable);
                templates.add(template);
            }
        }
        boolean file = hasContent(variables, templates, Manifest.RSPFILE);
        boolean content = hasContent(variables, templates, Manifest.RSPFILE_CONTENT);
        if (file != content) {
            throw lexer.errorAt(place, "rspfile and rspfile_content need to be both specified");
        }
        if (!hasContent(variables, templates, Manifest.COMMAND)) {
            throw lexer.errorAt(place, "expected 'command =' line in rule '" + manifest.texts.text(name) + "'");
        }
        manifest.rules.add(new Rule(name, variables, templates));
    }

    private static boolean hasContent(List<Integer> variables, List<Template> templates, int variable) {
        int at = variables.indexOf(variable);
        return at >= 0 && templates.get(at).parts().length > 0;
    }

    private void defaults(ManifestLexer lexer, Scope scope) throws NinjaException {
        lexer.readPath();
        if (lexer.valueStart() == lexer.valueEnd()) {
            throw lexer.errorAt(lexer.valueStart(), "expected target name");
        }
        do {
            int place = lexer.valueStart();
            String path = edges.path(lexer, scope);
            if (path.isEmpty()) {
                throw lexer.errorAt(place, "empty path");
            }
            int node = manifest.paths.find(CanonicalPath.rewrite(path));
            if (node < 0) {
                throw lexer.errorAt(place, "unknown target '" + Raw.text(path) + "'");
            }
            manifest.defaults.add(node);
            lexer.readPath();
        } while (lexer.valueStart() < lexer.valueEnd());
        lexer.expect(Token.NEWLINE);
    }

    private void include(ManifestLexer lexer, Scope scope, boolean ownScope) throws NinjaException {
        lexer.readPath();
        int place = lexer.valueStart();
        String path = edges.path(lexer, scope);
        if (path.isEmpty()) {
            throw lexer.errorAt(place, "expected the name of a file");
        }
        if (depth == DEEPEST) {
            throw lexer.errorAt(
                    place,
                    "files are included more than " + DEEPEST + " deep; does '" + Raw.text(path) + "' include itself?");
        }
        ManifestText text;
        try {
            text = ManifestText.read(disk.path(path), Raw.text(path));
        } catch (IOException e) {
            throw lexer.errorAt(place, "loading '" + Raw.text(path) + "': " + Disk.reason(e));
        }
        lexer.expect(Token.NEWLINE);
        manifest.files.add(path);
        Scope inner = scope;
        if (ownScope) {
            inner = new Scope(scope, manifest.scopes.size());
            manifest.scopes.add(inner);
        }
        depth++;
        file(text, inner);
        depth--;
    }
}
