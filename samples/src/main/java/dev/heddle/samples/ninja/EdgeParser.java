package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.Manifest.Section;
import dev.heddle.samples.ninja.ManifestLexer.Token;
import java.util.function.Consumer;

/**
 * Reads build statements, and the assignments that all kinds of statements share.
 *
 * <p>Paths are evaluated after the bindings that follow them, since they may name those. They are kept as ranges of the file
 * until then: most have no variable and go from the file into the table of paths without a string.
 */
final class EdgeParser {

    private final Manifest manifest;
    private final Evaluator evaluator;
    private final Consumer<String> warnings;
    private final boolean phonyCycleIsError;
    private final ByteSink scratch = new ByteSink(256);

    // The paths of the statement being read: start, end, and whether there is no '$', three ints each.
    private final IntList ranges = new IntList(64);
    private int nameStart;
    private int file;
    private final int[] sectionEnd = new int[Manifest.SECTIONS];

    EdgeParser(Manifest manifest, Consumer<String> warnings, boolean phonyCycleIsError) {
        this.manifest = manifest;
        this.evaluator = new Evaluator(manifest);
        this.warnings = warnings;
        this.phonyCycleIsError = phonyCycleIsError;
    }

    /** Says which of the manifest's files the next statements are in. */
    void file(int number) {
        file = number;
    }

    /** Reads {@code name =} and gives the number of the name; the value is next. */
    int assignment(ManifestLexer lexer) throws NinjaException {
        if (!lexer.readName()) {
            throw lexer.errorAt(lexer.position(), "expected variable name");
        }
        nameStart = lexer.valueStart();
        int name = manifest.texts.add(lexer.bytes(), nameStart, lexer.valueEnd() - nameStart);
        lexer.expect(Token.EQUALS);
        lexer.markValue();
        return name;
    }

    /** Where the name of the last assignment is. */
    int nameStart() {
        return nameStart;
    }

    /** Reads the value of an assignment and gives the number of its text. */
    int value(ManifestLexer lexer, Scope scope) throws NinjaException {
        lexer.readValue();
        int start = lexer.valueStart();
        int end = lexer.valueEnd();
        if (lexer.valuePlain()) {
            return manifest.texts.add(lexer.bytes(), start, end - start);
        }
        scratch.clear();
        Template.expand(lexer.bytes(), start, end, scratch, evaluator.variables(-1, scope));
        return manifest.texts.add(scratch.array(), 0, scratch.length());
    }

    /** The path that was just read, evaluated in a scope. */
    String path(ManifestLexer lexer, Scope scope) throws NinjaException {
        scratch.clear();
        Template.expand(lexer.bytes(), lexer.valueStart(), lexer.valueEnd(), scratch, evaluator.variables(-1, scope));
        return scratch.raw();
    }

    /** Reads a build statement, the word {@code build} of which has been read. */
    void edge(ManifestLexer lexer, Scope scope) throws NinjaException {
        ranges.clear();
        paths(lexer, Section.OUT);
        if (ranges.isEmpty()) {
            throw lexer.errorAt(lexer.valueStart(), "expected path");
        }
        optionalPaths(lexer, Token.PIPE, Section.IMPLICIT_OUT);
        lexer.expect(Token.COLON);
        int rule = rule(lexer, scope);
        paths(lexer, Section.IN);
        optionalPaths(lexer, Token.PIPE, Section.IMPLICIT_IN);
        optionalPaths(lexer, Token.PIPE2, Section.ORDER_ONLY);
        optionalPaths(lexer, Token.PIPE_AT, Section.VALIDATION);
        lexer.expect(Token.NEWLINE);
        while (lexer.peek(Token.INDENT)) {
            int name = assignment(lexer);
            int value = value(lexer, scope);
            manifest.bindingName.add(name);
            manifest.bindingValue.add(value);
        }
        int edge = manifest.edgeCount();
        manifest.edgeRule.add(rule);
        manifest.edgeScope.add(scope.index());
        manifest.edgePool.add(Manifest.DEFAULT_POOL);
        manifest.edgeDyndep.add(Manifest.NONE);
        manifest.edgeFile.add(file);
        manifest.edgeOffset.add(ranges.get(0));
        manifest.bindingStart.add(manifest.bindingName.size());
        addNodes(lexer, scope, edge);
        if (rule == Manifest.PHONY) {
            dropSelfReference(lexer, edge);
        }
        choosePool(lexer, edge);
        findDyndep(lexer, edge);
        checkDeps(lexer, edge);
    }

    private int rule(ManifestLexer lexer, Scope scope) throws NinjaException {
        if (!lexer.readName()) {
            throw lexer.errorAt(lexer.position(), "expected build command name");
        }
        int length = lexer.valueEnd() - lexer.valueStart();
        int name = manifest.texts.find(lexer.bytes(), lexer.valueStart(), length);
        int rule = name < 0 ? -1 : scope.rule(name);
        if (rule < 0) {
            throw lexer.error("unknown build rule '" + Raw.text(Raw.of(lexer.bytes(), lexer.valueStart(), length))
                    + "'; rules are defined before they are used");
        }
        return rule;
    }

    private void paths(ManifestLexer lexer, Section section) throws NinjaException {
        while (true) {
            lexer.readPath();
            if (lexer.valueStart() == lexer.valueEnd()) {
                sectionEnd[section.place()] = ranges.size();
                return;
            }
            ranges.add(lexer.valueStart());
            ranges.add(lexer.valueEnd());
            ranges.add(lexer.valuePlain() ? 1 : 0);
        }
    }

    private void optionalPaths(ManifestLexer lexer, Token mark, Section section) throws NinjaException {
        if (lexer.peek(mark)) {
            paths(lexer, section);
        } else {
            sectionEnd[section.place()] = ranges.size();
        }
    }

    private void addNodes(ManifestLexer lexer, Scope scope, int edge) throws NinjaException {
        int range = 0;
        for (Section section : Section.values()) {
            for (; range < sectionEnd[section.place()]; range += 3) {
                int node = node(lexer, scope, edge, range);
                if (section.place() <= Section.IMPLICIT_OUT.place()) {
                    if (manifest.producer(node) != Manifest.NONE) {
                        throw lexer.errorAt(ranges.get(range), "multiple rules generate " + manifest.paths.text(node))
                                .hint("the other statement for it is at " + manifest.place(manifest.producer(node)));
                    }
                    manifest.setProducer(node, edge);
                }
                manifest.nodes.add(node);
            }
            manifest.bounds.add(manifest.nodes.size());
        }
    }

    private int node(ManifestLexer lexer, Scope scope, int edge, int range) throws NinjaException {
        int start = ranges.get(range);
        int end = ranges.get(range + 1);
        scratch.clear();
        if (ranges.get(range + 2) == 1) {
            scratch.put(lexer.bytes(), start, end - start);
        } else {
            Template.expand(lexer.bytes(), start, end, scratch, evaluator.variables(edge, scope));
            if (scratch.length() == 0) {
                throw lexer.errorAt(start, "empty path");
            }
        }
        int length = CanonicalPath.rewrite(scratch.array(), 0, scratch.length());
        return manifest.paths.add(scratch.array(), 0, length);
    }

    // CMake 2.8.12 and 3.0 wrote phony statements that name themselves.
    private void dropSelfReference(ManifestLexer lexer, int edge) throws NinjaException {
        int out = manifest.firstOutput(edge);
        boolean simple = manifest.count(edge, Section.OUT) == 1
                && manifest.count(edge, Section.IMPLICIT_OUT) == 0
                && manifest.count(edge, Section.IMPLICIT_IN) == 0;
        if (!simple || !names(edge, out)) {
            return;
        }
        if (phonyCycleIsError) {
            throw lexer.errorAt(
                    ranges.get(0),
                    "dependency cycle: " + manifest.paths.text(out) + " -> " + manifest.paths.text(out)
                            + " [-w phonycycle=err]");
        }
        manifest.selfNamed.add(out);
        int from = manifest.start(edge, Section.IN);
        int to = from;
        for (int section = Section.IN.place(); section < Manifest.SECTIONS; section++) {
            int end = manifest.bounds.get(edge * Manifest.SECTIONS + section + 1);
            for (; from < end; from++) {
                int node = manifest.nodes.get(from);
                if (node != out || section == Section.VALIDATION.place()) {
                    manifest.nodes.set(to++, node);
                }
            }
            manifest.bounds.set(edge * Manifest.SECTIONS + section + 1, to);
        }
        manifest.nodes.truncate(to);
        warnings.accept("phony target '" + manifest.paths.text(out)
                + "' names itself as an input; ignoring [-w phonycycle=warn]");
    }

    private boolean names(int edge, int node) {
        for (int i = manifest.start(edge, Section.IN); i < manifest.end(edge, Section.ORDER_ONLY); i++) {
            if (manifest.nodes.get(i) == node) {
                return true;
            }
        }
        return false;
    }

    private void choosePool(ManifestLexer lexer, int edge) throws NinjaException {
        String name = evaluator.plain(edge, Manifest.POOL);
        if (!name.isEmpty()) {
            int text = manifest.texts.find(name);
            int pool = text < 0 ? -1 : manifest.pool(text);
            if (pool < 0) {
                throw lexer.errorAt(ranges.get(0), "unknown pool name '" + Raw.text(name) + "'");
            }
            manifest.edgePool.set(edge, pool);
        }
    }

    private void findDyndep(ManifestLexer lexer, int edge) throws NinjaException {
        String path = evaluator.plain(edge, Manifest.DYNDEP);
        if (path.isEmpty()) {
            return;
        }
        String canonical = CanonicalPath.rewrite(path);
        int node = manifest.paths.find(canonical);
        if (node < 0 || !names(edge, node)) {
            throw lexer.errorAt(ranges.get(0), "dyndep '" + Raw.text(canonical) + "' is not an input");
        }
        manifest.edgeDyndep.set(edge, node);
    }

    // Ninja finds these out when the command has run.
    private void checkDeps(ManifestLexer lexer, int edge) throws NinjaException {
        String kind = evaluator.plain(edge, Manifest.DEPS);
        if (kind.isEmpty() || kind.equals("msvc") || manifest.isPhony(edge)) {
            return;
        }
        if (!kind.equals("gcc")) {
            throw lexer.errorAt(ranges.get(0), "unknown deps type '" + Raw.text(kind) + "'; there are gcc and msvc");
        }
        if (!evaluator.isSet(edge, Manifest.DEPFILE)) {
            throw lexer.errorAt(ranges.get(0), "edge with deps=gcc but no depfile makes no sense");
        }
    }
}
