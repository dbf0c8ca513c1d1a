package dev.heddle.samples.ninja;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a compiler says its output depends on, in the form of a makefile: {@code out: in in}, of one or more rules.
 *
 * <p>Backslashes are read as ninja reads them, which follows what gcc and clang write: {@code \ } is a blank in a name,
 * {@code \#} and {@code \:} lose the backslash, {@code $$} is a dollar, any other backslash stays.
 *
 * @param outputs raw names left of a colon, as written
 * @param inputs raw names right of one, as written, each once
 */
record Depfile(List<String> outputs, List<String> inputs) {

    private static final boolean[] PLAIN = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            PLAIN[c] = word || c >= 0x80 || "+?\"'&,/_:.~()}{%=@[]!-".indexOf(c) >= 0;
        }
    }

    /**
     * Reads a depfile.
     *
     * @throws NinjaException if it is none; the message does not name the file
     */
    static Depfile parse(byte[] bytes) throws NinjaException {
        return new Reader(bytes).read();
    }

    private static final class Reader {
        private final byte[] bytes;
        private final ByteSink name = new ByteSink(128);
        private final Set<String> inputs = new LinkedHashSet<>();
        private final Set<String> outputs = new LinkedHashSet<>();
        private int at;
        private boolean lineEnds;
        private boolean targets = true;
        private boolean anyTarget;
        // An input was named as a target: it may stand there, but with nothing behind it.
        private boolean inputAsTarget;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        Depfile read() throws NinjaException {
            while (at < bytes.length) {
                lineEnds = false;
                readName();
                take();
                if (lineEnds) {
                    targets = true;
                    inputAsTarget = false;
                }
            }
            if (!anyTarget) {
                throw new NinjaException("expected ':' in depfile");
            }
            return new Depfile(new ArrayList<>(outputs), new ArrayList<>(inputs));
        }

        private void take() throws NinjaException {
            boolean input = !targets;
            int length = name.length();
            if (length > 0 && name.array()[length - 1] == ':') {
                name.truncate(length - 1);
                targets = false;
                anyTarget = true;
            }
            if (name.length() == 0) {
                return;
            }
            String path = name.raw();
            if (inputs.contains(path)) {
                inputAsTarget |= !input;
            } else if (!input) {
                outputs.add(path);
            } else if (inputAsTarget) {
                throw new NinjaException("inputs may not also have inputs");
            } else {
                inputs.add(path);
            }
        }

        private void readName() {
            name.clear();
            while (at < bytes.length) {
                int c = bytes[at] & 0xff;
                if (PLAIN[c]) {
                    name.put(c);
                    at++;
                } else if (c == '\\') {
                    if (backslashes()) {
                        return;
                    }
                } else if (c == '$' && byteAt(at + 1) == '$') {
                    name.put('$');
                    at += 2;
                } else {
                    at++;
                    lineEnds = c == '\n';
                    if (c == '\r' && byteAt(at) == '\n') {
                        at++;
                        lineEnds = true;
                    }
                    return;
                }
            }
        }

        // Reads backslashes and what they stand before; true if the name ends here.
        private boolean backslashes() {
            int first = at;
            while (byteAt(at) == '\\') {
                at++;
            }
            int count = at - first;
            int c = byteAt(at);
            if (c == ' ') {
                at++;
                if (count % 2 == 0) {
                    putBackslashes(count);
                    return true;
                }
                putBackslashes(count / 2);
                name.put(' ');
                return false;
            }
            if (c == '#') {
                at++;
                putBackslashes(count - 1);
                name.put('#');
                return false;
            }
            if (c == ':') {
                return colon(count);
            }
            if (c == '\n' || c == '\r' || c < 0 || c == 0) {
                // The last backslash joins the lines; a line that is joined ends a name all the same.
                putBackslashes(count - 1);
                at += c == '\r' && byteAt(at + 1) == '\n' ? 2 : c < 0 ? 0 : 1;
                return true;
            }
            putBackslashes(count);
            name.put(c);
            at++;
            return false;
        }

        // A backslash before a colon that ends a target belongs to the name; any other is an escape.
        private boolean colon(int count) {
            int next = byteAt(at + 1);
            at++;
            if (next < 0 || next == 0 || next == ' ' || next == '\t' || next == '\r' || next == '\n') {
                putBackslashes(count);
                name.put(':');
                if (next >= 0) {
                    at++;
                    lineEnds = next == '\n';
                }
                return true;
            }
            putBackslashes(count - 1);
            name.put(':');
            return false;
        }

        private void putBackslashes(int count) {
            for (int i = 0; i < count; i++) {
                name.put('\\');
            }
        }

        private int byteAt(int index) {
            return index < bytes.length ? bytes[index] & 0xff : -1;
        }
    }
}
