package dev.heddle.logmux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of secrets, made ready to be found in a stream of bytes: the automaton of Aho and Corasick ("Efficient string
 * matching", CACM 18, 1975), whose states are the beginnings of secrets. It takes time linear in the stream, whatever the
 * number of secrets.
 *
 * <p><b>Limits.</b> A secret has {@value #SHORTEST} to {@value #LONGEST} bytes: a shorter one would be found everywhere, and a
 * longer one would make {@link SecretStream} hold more. All together have at most {@value #MOST_BYTES} bytes, which take about
 * 20 times as much memory.
 *
 * <p>Immutable, so safe for several threads. No message tells a secret or a part of one.
 */
final class Secrets {

    static final int SHORTEST = 4;
    static final int LONGEST = 16 * 1024;
    static final int MOST_BYTES = 256 * 1024;

    /** What stands in the place of a byte of a secret. */
    static final byte MASK = '*';

    /** Secrets as they are given, one after the other; each is checked at once. Not safe for several threads. */
    static final class Given {
        private final List<byte[]> all = new ArrayList<>();
        private int sum;

        /**
         * Takes one more, of which it keeps a copy.
         *
         * @throws IllegalArgumentException if it is too short or too long, or all together are too long
         */
        void add(byte[] secret) {
            if (secret.length < SHORTEST || secret.length > LONGEST) {
                throw new IllegalArgumentException("a secret has " + SHORTEST + " to " + LONGEST + " bytes, not "
                        + secret.length + "; what is shorter would be masked everywhere");
            }
            if (secret.length > MOST_BYTES - sum) {
                throw new IllegalArgumentException("all secrets together have at most " + MOST_BYTES + " bytes");
            }
            sum += secret.length;
            all.add(secret.clone());
        }

        /** Ready to be found, each also in the form that it has in JSON; null if there is none. Doubles are taken once. */
        @Nullable
        Secrets secrets() {
            if (all.isEmpty()) {
                return null;
            }
            List<byte[]> forms = new ArrayList<>(all);
            for (byte[] secret : all) {
                byte[] quoted = quoted(secret);
                if (quoted.length > secret.length) {
                    forms.add(quoted);
                }
            }
            return new Secrets(forms);
        }
    }

    private static final int ROOT = 0;

    private final int longest;
    /** The states that follow the root, by byte. */
    private final int[] first = new int[256];
    /** Which bytes {@link #skip} does not pass over. */
    private final boolean[] stops = new boolean[256];
    /** Edges of all other states: open addressing, key is state and byte. */
    private final int[] edgeKeys;

    private final int[] edgeTargets;
    /** All that follows the states of one byte, where text without secrets mostly is. */
    private final int[] @Nullable [] near;

    /** The state of the longest proper suffix that is a beginning too. */
    private final int[] fallback;

    private final int[] depth;
    /** Length of the longest secret that ends here, or 0. */
    private final int[] found;
    /** Length of the shortest secret that begins so. */
    private final int[] shortest;
    /** How many of the last bytes are more than half of a secret that they begin. */
    private final int[] telling;

    private int states = 1;

    private Secrets(List<byte[]> all) {
        int most = all.stream().mapToInt(secret -> secret.length).sum() + 1;
        int slots = Integer.highestOneBit(most) * 4;
        edgeKeys = new int[slots];
        edgeTargets = new int[slots];
        fallback = new int[most];
        depth = new int[most];
        found = new int[most];
        telling = new int[most];
        shortest = new int[most];
        Arrays.fill(edgeKeys, -1);
        Arrays.fill(shortest, Integer.MAX_VALUE);
        int[] parent = new int[most];
        byte[] last = new byte[most];
        near = new int[most][];
        all.forEach(secret -> enter(secret, parent, last));
        link(parent, last);
        for (int state = 0; state < states; state++) {
            if (depth[state] == 1) {
                near[state] = following(state);
            }
        }
        for (int b = 0; b < stops.length; b++) {
            stops[b] = first[b] != ROOT || b == PaintedText.ESCAPE;
        }
        longest = all.stream().mapToInt(secret -> secret.length).max().orElse(0);
    }

    /** A secret as it stands in JSON, which is how events are recorded and how many tools print it. */
    private static byte[] quoted(byte[] secret) {
        ByteArrayOutputStream quoted = new ByteArrayOutputStream();
        for (byte b : secret) {
            int shorthand = "\"\\\b\f\n\r\t".indexOf(b);
            if (shorthand >= 0) {
                quoted.write('\\');
                quoted.write("\"\\bfnrt".charAt(shorthand));
            } else if (b >= 0 && b < ' ') {
                quoted.writeBytes("\\u%04X".formatted(b).getBytes(StandardCharsets.US_ASCII));
            } else {
                quoted.write(b);
            }
        }
        return quoted.toByteArray();
    }

    private void enter(byte[] secret, int[] parent, byte[] last) {
        int state = ROOT;
        for (byte b : secret) {
            int next = edge(state, b & 0xFF);
            if (next == ROOT) {
                next = states++;
                put(state, b & 0xFF, next);
                parent[next] = state;
                last[next] = b;
                depth[next] = depth[state] + 1;
            }
            state = next;
            shortest[state] = Math.min(shortest[state], secret.length);
        }
        found[state] = secret.length;
    }

    // A state's fallback is not as deep as itself, so states are linked in the order of their depth.
    private void link(int[] parent, byte[] last) {
        int[] order = new int[states];
        int[] begin = new int[Arrays.stream(depth).max().orElse(0) + 2];
        for (int state = 0; state < states; state++) {
            begin[depth[state] + 1]++;
        }
        for (int i = 1; i < begin.length; i++) {
            begin[i] += begin[i - 1];
        }
        for (int state = 0; state < states; state++) {
            order[begin[depth[state]]++] = state;
        }
        for (int state : order) {
            if (depth[state] > 1) {
                fallback[state] = step(fallback[parent[state]], last[state]);
            }
            if (state != ROOT) {
                int back = fallback[state];
                found[state] = Math.max(found[state], found[back]);
                telling[state] = depth[state] * 2 > shortest[state] ? depth[state] : telling[back];
            }
        }
    }

    private int[] following(int state) {
        int[] all = new int[256];
        for (int b = 0; b < all.length; b++) {
            all[b] = step(state, (byte) b);
        }
        return all;
    }

    private int edge(int state, int b) {
        if (state == ROOT) {
            return first[b];
        }
        int key = state << 8 | b;
        for (int at = slot(key); edgeKeys[at] >= 0; at = at + 1 & edgeKeys.length - 1) {
            if (edgeKeys[at] == key) {
                return edgeTargets[at];
            }
        }
        return ROOT;
    }

    private void put(int state, int b, int target) {
        if (state == ROOT) {
            first[b] = target;
            return;
        }
        int key = state << 8 | b;
        int at = slot(key);
        while (edgeKeys[at] >= 0) {
            at = at + 1 & edgeKeys.length - 1;
        }
        edgeKeys[at] = key;
        edgeTargets[at] = target;
    }

    private int slot(int key) {
        int mixed = key * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & edgeKeys.length - 1;
    }

    /** The state after one more byte. The state at the beginning is 0. */
    int step(int state, byte b) {
        int @Nullable [] all = near[state];
        if (all != null) {
            return all[b & 0xFF];
        }
        int at = state;
        while (true) {
            int next = edge(at, b & 0xFF);
            if (next != ROOT || at == ROOT) {
                return next;
            }
            at = fallback[at];
        }
    }

    /** The first index at which a secret or a control sequence may begin, or {@code to}. */
    int skip(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !stops[bytes[at] & 0xFF]) {
            at++;
        }
        return at;
    }

    /** How many of the last bytes may be the beginning of a secret. */
    int depth(int state) {
        return depth[state];
    }

    /** Length of the longest secret that ends here, or 0. */
    int found(int state) {
        return found[state];
    }

    /** How many of the last bytes are more than half of the shortest secret that they begin, or 0. */
    int telling(int state) {
        return telling[state];
    }

    /** Length of the longest secret. */
    int longest() {
        return longest;
    }

    /** What is shown in the place of a byte: ends of lines stay, so that a line stays a line. */
    static byte masked(byte b) {
        return b == '\n' || b == '\r' ? b : MASK;
    }
}
