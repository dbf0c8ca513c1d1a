package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Tells which of many rules a line may be for, by the words that each of them needs: an automaton after Aho and Corasick, one
 * step a byte, whatever the number of words. Letters of ASCII are the same in both cases. Without it every line of a build would
 * be searched for every pattern. Immutable.
 */
final class Literals {

    /** Rules that have a bit of their own; those beyond are always taken to be possible. */
    private static final int MOST_RULES = 63;

    private static final int OTHER = 0;

    private final byte[] classes = new byte[256];
    private final int[] next;
    private final long[] found;
    private final int width;
    private final long always;

    /**
     * Rules.
     *
     * @param rules of each rule the words of which one must stand in a line; none means that any line will do
     */
    Literals(List<? extends Collection<String>> rules) {
        int used = OTHER;
        long any = 0;
        for (int rule = 0; rule < rules.size(); rule++) {
            if (rules.get(rule).isEmpty() || rule >= MOST_RULES) {
                any |= bit(rule);
            }
            for (String word : rules.get(rule)) {
                for (byte b : bytes(word)) {
                    if (classes[b & 0xFF] == OTHER && used < Byte.MAX_VALUE) {
                        classes[b & 0xFF] = (byte) ++used;
                    }
                }
            }
        }
        for (int letter = 'a'; letter <= 'z'; letter++) {
            classes[letter - 'a' + 'A'] = classes[letter];
        }
        this.always = any;
        this.width = used + 1;
        List<int[]> trie = new ArrayList<>(List.of(newState()));
        List<Long> ends = new ArrayList<>(List.of(0L));
        for (int rule = 0; rule < Math.min(rules.size(), MOST_RULES); rule++) {
            for (String word : rules.get(rule)) {
                add(word, bit(rule), trie, ends);
            }
        }
        this.next = new int[trie.size() * width];
        this.found = new long[trie.size()];
        link(trie, ends);
    }

    private static byte[] bytes(String word) {
        return word.toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    /** The bit that stands for a rule in what {@link #in} returns. */
    static long bit(int rule) {
        return 1L << Math.min(rule, MOST_RULES);
    }

    private int[] newState() {
        int[] state = new int[width];
        java.util.Arrays.fill(state, -1);
        return state;
    }

    private void add(String word, long bit, List<int[]> trie, List<Long> ends) {
        int state = 0;
        for (byte b : bytes(word)) {
            int by = classes[b & 0xFF];
            if (trie.get(state)[by] < 0) {
                trie.get(state)[by] = trie.size();
                trie.add(newState());
                ends.add(0L);
            }
            state = trie.get(state)[by];
        }
        ends.set(state, ends.get(state) | bit);
    }

    // Breadth first, so that the state to fall back to is done before those that need it.
    private void link(List<int[]> trie, List<Long> ends) {
        int[] fallback = new int[trie.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(0));
        while (!queue.isEmpty()) {
            int state = queue.remove();
            found[state] = ends.get(state) | (state == 0 ? 0 : found[fallback[state]]);
            for (int by = 0; by < width; by++) {
                int child = trie.get(state)[by];
                int without = state == 0 ? 0 : next[fallback[state] * width + by];
                if (child >= 0) {
                    fallback[child] = without;
                    queue.add(child);
                }
                next[state * width + by] = child >= 0 ? child : without;
            }
        }
    }

    /** The bits of all rules of which a word stands in the line. */
    long in(Slice line) {
        byte[] array = line.array();
        int end = line.from() + line.length();
        long hits = always;
        int state = 0;
        for (int i = line.from(); i < end; i++) {
            state = next[state * width + classes[array[i] & 0xFF]];
            hits |= found[state];
        }
        return hits;
    }
}
