package dev.heddle.samples.ninja;

import dev.heddle.samples.ninja.ManifestLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A dyndep file: inputs and outputs of build statements that were found while building. Version 1.
 *
 * @param entries one for each build statement of the file
 */
record DyndepFile(List<Entry> entries) {

    /**
     * What was found about one build statement.
     *
     * @param place offset of its output in the file
     * @param edge the statement
     * @param outputs further outputs
     * @param inputs further inputs
     * @param restat whether its outputs are looked at after it ran
     */
    record Entry(int place, int edge, List<Integer> outputs, List<Integer> inputs, boolean restat) {}

    /** Reads a dyndep file; new names are added to the manifest's paths. */
    static DyndepFile parse(ManifestText text, Manifest manifest) throws NinjaException {
        return new Reader(new ManifestLexer(text), manifest).read();
    }

    private static final class Reader {
        private final ManifestLexer lexer;
        private final Manifest manifest;
        private final EdgeParser values;
        private final Scope scope = new Scope(null, 0);
        private final Set<Integer> seen = new HashSet<>();
        private final List<Entry> entries = new ArrayList<>();

        Reader(ManifestLexer lexer, Manifest manifest) {
            this.lexer = lexer;
            this.manifest = manifest;
            this.values = new EdgeParser(manifest, warning -> {}, false);
        }

        DyndepFile read() throws NinjaException {
            boolean versioned = false;
            while (true) {
                Token token = lexer.next();
                switch (token) {
                    case BUILD -> {
                        if (!versioned) {
                            throw lexer.error("expected 'ninja_dyndep_version = ...'");
                        }
                        entry();
                    }
                    case IDENT -> {
                        if (versioned) {
                            throw lexer.error("unexpected " + token.shown());
                        }
                        version();
                        versioned = true;
                    }
                    case NEWLINE -> {}
                    case EOF -> {
                        if (!versioned) {
                            throw lexer.error("expected 'ninja_dyndep_version = ...'");
                        }
                        return new DyndepFile(List.copyOf(entries));
                    }
                    default -> throw lexer.error("unexpected " + token.shown());
                }
            }
        }

        private void version() throws NinjaException {
            lexer.unread();
            int place = lexer.tokenStart();
            String name = manifest.texts.raw(values.assignment(lexer));
            String value = manifest.texts.raw(values.value(lexer, scope));
            if (!name.equals("ninja_dyndep_version")) {
                throw lexer.errorAt(place, "expected 'ninja_dyndep_version = ...'");
            }
            if (!value.equals("1") && !value.startsWith("1.0")) {
                throw lexer.errorAt(place, "unsupported 'ninja_dyndep_version = " + Raw.text(value) + "'");
            }
        }

        private void entry() throws NinjaException {
            lexer.readPath();
            int place = lexer.valueStart();
            if (place == lexer.valueEnd()) {
                throw lexer.errorAt(place, "expected path");
            }
            String path = CanonicalPath.rewrite(nonEmptyPath());
            int node = manifest.paths.find(path);
            int edge = node < 0 ? Manifest.NONE : manifest.producer(node);
            if (edge == Manifest.NONE) {
                throw lexer.errorAt(place, "no build statement exists for '" + Raw.text(path) + "'");
            }
            if (!seen.add(edge)) {
                throw lexer.errorAt(place, "multiple statements for '" + Raw.text(path) + "'");
            }
            refusePath("explicit outputs not supported");
            List<Integer> outputs = lexer.peek(Token.PIPE) ? paths() : List.of();
            lexer.expect(Token.COLON);
            if (!lexer.readName()
                    || !Raw.of(lexer.bytes(), lexer.valueStart(), lexer.valueEnd() - lexer.valueStart())
                            .equals("dyndep")) {
                throw lexer.errorAt(lexer.position(), "expected build command name 'dyndep'");
            }
            refusePath("explicit inputs not supported");
            List<Integer> inputs = lexer.peek(Token.PIPE) ? paths() : List.of();
            if (lexer.peek(Token.PIPE2)) {
                throw lexer.error("order-only inputs not supported");
            }
            lexer.expect(Token.NEWLINE);
            entries.add(new Entry(place, edge, outputs, inputs, restat()));
        }

        private boolean restat() throws NinjaException {
            if (!lexer.peek(Token.INDENT)) {
                return false;
            }
            int name = values.assignment(lexer);
            if (name != Manifest.RESTAT) {
                throw lexer.error("binding is not 'restat'");
            }
            return manifest.texts.length(values.value(lexer, scope)) > 0;
        }

        private void refusePath(String what) throws NinjaException {
            lexer.readPath();
            if (lexer.valueStart() < lexer.valueEnd()) {
                throw lexer.errorAt(lexer.valueStart(), what);
            }
        }

        private List<Integer> paths() throws NinjaException {
            List<Integer> nodes = new ArrayList<>();
            lexer.readPath();
            while (lexer.valueStart() < lexer.valueEnd()) {
                nodes.add(manifest.paths.add(CanonicalPath.rewrite(nonEmptyPath())));
                lexer.readPath();
            }
            return nodes;
        }

        private String nonEmptyPath() throws NinjaException {
            int place = lexer.valueStart();
            String path = values.path(lexer, scope);
            if (path.isEmpty()) {
                throw lexer.errorAt(place, "empty path");
            }
            return path;
        }
    }
}
