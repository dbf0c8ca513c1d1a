package dev.heddle.samples.ninja;

/**
 * Cuts a manifest or dyndep file into tokens.
 *
 * <p>The bytes are read in place: names, paths and values come out as ranges. A value keeps its {@code $} escapes, which were
 * checked here and are resolved by {@link Template}.
 */
final class ManifestLexer {

    /** What a token is. */
    enum Token {
        BUILD("'build'"),
        COLON("':'"),
        DEFAULT("'default'"),
        EQUALS("'='"),
        IDENT("identifier"),
        INCLUDE("'include'"),
        INDENT("indent"),
        NEWLINE("newline"),
        PIPE("'|'"),
        PIPE2("'||'"),
        PIPE_AT("'|@'"),
        POOL("'pool'"),
        RULE("'rule'"),
        SUBNINJA("'subninja'"),
        EOF("end of file");

        private final String shown;

        Token(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }

    private final ManifestText text;
    private final byte[] bytes;
    private int at;
    private int tokenStart;
    private int valueStart;
    private int valueEnd;
    private boolean valuePlain;

    ManifestLexer(ManifestText text) {
        this.text = text;
        this.bytes = text.bytes();
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            at = 3;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** An error at the last token. */
    NinjaException error(String what) {
        return text.error(tokenStart, what);
    }

    NinjaException errorAt(int offset, String what) {
        return text.error(offset, what);
    }

    int tokenStart() {
        return tokenStart;
    }

    /** Where reading goes on. */
    int position() {
        return at;
    }

    /** Makes this place the value's, for errors about a value that is still to be read. */
    void markValue() {
        valueStart = at;
    }

    /** Makes the last token come again. */
    void unread() {
        at = tokenStart;
    }

    /** Start of the last name, path or value read. */
    int valueStart() {
        return valueStart;
    }

    int valueEnd() {
        return valueEnd;
    }

    /** Whether the last path or value has no {@code $} in it. */
    boolean valuePlain() {
        return valuePlain;
    }

    /** The next token. */
    Token next() throws NinjaException {
        while (true) {
            tokenStart = at;
            int blanks = at;
            while (at < bytes.length && bytes[at] == ' ') {
                at++;
            }
            if (at < bytes.length && bytes[at] == '#') {
                skipComment();
                continue;
            }
            int newline = newlineLength(at);
            if (newline > 0) {
                at += newline;
                return Token.NEWLINE;
            }
            if (at > blanks && at < bytes.length) {
                return Token.INDENT;
            }
            if (at == bytes.length) {
                return Token.EOF;
            }
            Token token = oneToken();
            skipBlanks();
            return token;
        }
    }

    private Token oneToken() throws NinjaException {
        byte c = bytes[at];
        if (c == '=' || c == ':') {
            at++;
            return c == '=' ? Token.EQUALS : Token.COLON;
        }
        if (c == '|') {
            at++;
            if (at < bytes.length && (bytes[at] == '|' || bytes[at] == '@')) {
                return bytes[at++] == '|' ? Token.PIPE2 : Token.PIPE_AT;
            }
            return Token.PIPE;
        }
        if (!isName(c)) {
            throw badByte(c);
        }
        valueStart = at;
        while (at < bytes.length && isName(bytes[at])) {
            at++;
        }
        valueEnd = at;
        return keyword(valueStart, at);
    }

    private NinjaException badByte(byte c) {
        if (c == '\t') {
            return errorAt(at, "tabs are not allowed, use spaces");
        }
        if (c == 0) {
            return errorAt(at, "a NUL byte, which no build file has");
        }
        if (c == '\r') {
            return errorAt(at, "a carriage return that ends no line");
        }
        String shown = c > ' ' && c < 0x7f ? "'" + (char) c + "'" : String.format("byte 0x%02x", c & 0xff);
        return errorAt(at, "unexpected " + shown);
    }

    private Token keyword(int start, int end) {
        return switch (end - start) {
            case 4 -> is(start, "rule") ? Token.RULE : is(start, "pool") ? Token.POOL : Token.IDENT;
            case 5 -> is(start, "build") ? Token.BUILD : Token.IDENT;
            case 7 -> is(start, "default") ? Token.DEFAULT : is(start, "include") ? Token.INCLUDE : Token.IDENT;
            case 8 -> is(start, "subninja") ? Token.SUBNINJA : Token.IDENT;
            default -> Token.IDENT;
        };
    }

    private boolean is(int start, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (bytes[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void skipComment() throws NinjaException {
        while (at < bytes.length && bytes[at] != '\n') {
            if (bytes[at] == 0) {
                throw badByte((byte) 0);
            }
            at++;
        }
        at = Math.min(bytes.length, at + 1);
    }

    // 0, or the length of an end of line at a place.
    private int newlineLength(int place) {
        if (place < bytes.length && bytes[place] == '\n') {
            return 1;
        }
        return place + 1 < bytes.length && bytes[place] == '\r' && bytes[place + 1] == '\n' ? 2 : 0;
    }

    /** Takes the token if it is the next one. */
    boolean peek(Token wanted) throws NinjaException {
        if (next() == wanted) {
            return true;
        }
        unread();
        return false;
    }

    /** Takes a token that must come. */
    void expect(Token wanted) throws NinjaException {
        Token got = next();
        if (got != wanted) {
            String hint = wanted == Token.COLON ? " ($ also escapes ':')" : "";
            throw error("expected " + wanted.shown() + ", got " + got.shown() + hint);
        }
    }

    /** Reads a name; its range is the value. */
    boolean readName() {
        int start = at;
        while (at < bytes.length && isName(bytes[at])) {
            at++;
        }
        if (at == start) {
            return false;
        }
        tokenStart = start;
        valueStart = start;
        valueEnd = at;
        skipBlanks();
        return true;
    }

    /** Reads a path, perhaps an empty one; its range is the value. */
    void readPath() throws NinjaException {
        scan(true);
        skipBlanks();
    }

    /** Reads the rest of the line; its range, without the end of line, is the value. */
    void readValue() throws NinjaException {
        scan(false);
        int newline = newlineLength(at);
        if (newline == 0) {
            throw errorAt(at, "unexpected end of file: the line has no end");
        }
        at += newline;
    }

    private void scan(boolean path) throws NinjaException {
        valueStart = at;
        valuePlain = true;
        while (at < bytes.length) {
            byte c = bytes[at];
            if (c == '$') {
                valuePlain = false;
                at += escapeLength();
            } else if (c == '\n' || (path && (c == ' ' || c == ':' || c == '|'))) {
                break;
            } else if (c == '\r') {
                if (newlineLength(at) == 0) {
                    throw badByte(c);
                }
                break;
            } else if (c == 0) {
                throw badByte(c);
            } else {
                at++;
            }
        }
        valueEnd = at;
        if (at == bytes.length) {
            throw errorAt(at, "unexpected end of file: the line has no end");
        }
    }

    private int escapeLength() throws NinjaException {
        if (at + 1 < bytes.length) {
            byte c = bytes[at + 1];
            if (c == '$' || c == ' ' || c == ':') {
                return 2;
            }
            if (newlineLength(at + 1) > 0) {
                int end = at + 1 + newlineLength(at + 1);
                while (end < bytes.length && bytes[end] == ' ') {
                    end++;
                }
                return end - at;
            }
            if (c == '{') {
                int end = at + 2;
                while (end < bytes.length && isName(bytes[end])) {
                    end++;
                }
                if (end > at + 2 && end < bytes.length && bytes[end] == '}') {
                    return end + 1 - at;
                }
            } else if (isSimpleName(c)) {
                int end = at + 1;
                while (end < bytes.length && isSimpleName(bytes[end])) {
                    end++;
                }
                return end - at;
            }
        }
        throw errorAt(at, "bad $-escape (literal $ must be written as $$)");
    }

    // Blanks, and ends of line that a '$' joins.
    private void skipBlanks() {
        while (at < bytes.length) {
            if (bytes[at] == ' ') {
                at++;
            } else if (bytes[at] == '$' && newlineLength(at + 1) > 0) {
                at += 1 + newlineLength(at + 1);
            } else {
                return;
            }
        }
    }

    static boolean isName(byte c) {
        return isSimpleName(c) || c == '.';
    }

    static boolean isSimpleName(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
