package dev.heddle.samples.ninja;

/** A value of a manifest that is evaluated later: texts and names of variables in a row. */
final class Template {

    private final int[] parts;

    /**
     * Takes parts.
     *
     * @param parts numbers of texts in the manifest's table; a name of a variable is held as {@code -1 - number}
     */
    Template(int[] parts) {
        this.parts = parts;
    }

    /** The parts, not to be changed. */
    int[] parts() {
        return parts;
    }

    /** Where the names and texts of a template go or come from. */
    @FunctionalInterface
    interface Variables {
        /** Appends the value of a variable; an unknown one has the empty value. */
        void append(byte[] bytes, int offset, int length, ByteSink out) throws NinjaException;
    }

    /** Makes a template of a checked range of a manifest, adding its texts to a table. */
    static Template of(byte[] bytes, int start, int end, ByteStrings texts) throws NinjaException {
        IntList parts = new IntList(4);
        ByteSink literal = new ByteSink(end - start);
        expand(bytes, start, end, literal, (name, offset, length, out) -> {
            if (out.length() > 0) {
                parts.add(texts.add(out.array(), 0, out.length()));
                out.clear();
            }
            parts.add(-1 - texts.add(name, offset, length));
        });
        if (literal.length() > 0) {
            parts.add(texts.add(literal.array(), 0, literal.length()));
        }
        return new Template(parts.toArray());
    }

    /** Appends a checked range of a manifest with its escapes resolved. */
    static void expand(byte[] bytes, int start, int end, ByteSink out, Variables variables) throws NinjaException {
        int at = start;
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != '$') {
                stop++;
            }
            out.put(bytes, at, stop - at);
            at = stop;
            if (at < end) {
                at = expandEscape(bytes, at, end, out, variables);
            }
        }
    }

    private static int expandEscape(byte[] bytes, int dollar, int end, ByteSink out, Variables variables)
            throws NinjaException {
        int at = dollar + 1;
        byte c = bytes[at];
        if (c == '$' || c == ' ' || c == ':') {
            out.put(c);
            return at + 1;
        }
        if (c == '\n' || c == '\r') {
            at += c == '\r' ? 2 : 1;
            while (at < end && bytes[at] == ' ') {
                at++;
            }
            return at;
        }
        boolean braces = c == '{';
        int start = braces ? at + 1 : at;
        int stop = start;
        while (stop < end && (braces ? ManifestLexer.isName(bytes[stop]) : ManifestLexer.isSimpleName(bytes[stop]))) {
            stop++;
        }
        variables.append(bytes, start, stop - start, out);
        return braces ? stop + 1 : stop;
    }
}
