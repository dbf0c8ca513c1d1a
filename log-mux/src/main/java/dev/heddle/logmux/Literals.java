package dev.heddle.logmux;

import dev.heddle.logmux.wire.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Tells which of many rules some text may be for, by the words that each of them needs. Letters of ASCII are the same in both
 * cases. Without it every line of a build would be searched for every pattern. Immutable.
 *
 * <p>Nearly no line has such a word, and all output comes by here, so text is looked at in pairs of bytes, each beginning at an
 * even index, and not byte by byte. Of each word three neighbouring bytes are chosen that are rare in the output of builds.
 * Wherever the word stands, one of the two pairs in these is looked at; a table tells for which pairs words are to be compared.
 */
final class Literals {

    /** What {@link #find} gives where no word stands. */
    static final int NONE = -1;

    /** Rules that have a bit of their own; those beyond are always taken to be possible. */
    private static final int MOST_RULES = 63;

    private static final String ESCAPE = "\u001b";
    /** Pairs that recorded builds print most often, in small letters, the most frequent first. */
    private static final String FREQUENT =
            "   -in[kc ..echecllee.ngo /modulesmodualg -wredechrae kion sckcostll.clilu[mr . tcertrjencrcort/maib"
                    + " oatexso fistecteds/ude/-carceccurdioma obbjoul xtsi/t-oth.oyec/-  cfolo-owawe-iii--~~nts- yta/locan"
                    + "etn /cmpio.h ta/ilti iigem/stofirotsribrrykl: en==un/dnes nius ws.nosrgey/pagnit || semedandcaepicea";

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PAIR = 0xFFFF;
    private static final int BUCKETS = 255;
    /** Of each pair how often it is printed, beside others. */
    private static final byte[] OFTEN = often();

    /** A word, in small letters, and the bit of its rule. */
    private static final class Word {
        private final byte[] text;
        private final long rule;

        Word(byte[] text, long rule) {
            this.text = text;
            this.rule = rule;
        }

        boolean standsAt(byte[] bytes, int at, int from, int to) {
            if (at < from || at > to - text.length) {
                return false;
            }
            for (int i = 0; i < text.length; i++) {
                if (small(bytes[at + i]) != text[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Where in a word a pair begins: at -1 if only the pair's second byte is the word's. */
    private record Spot(Word word, int at) {
        // The comparison that the compiler makes for a record takes milliseconds at its first use.
        boolean isLike(Spot other) {
            return at == other.at && word.equals(other.word);
        }
    }

    /** Of each pair, the first byte in the low bits, the number of its bucket; 0 if no word has it. */
    private final byte[] buckets = new byte[PAIR + 1];

    private final Spot[][] spots = new Spot[BUCKETS + 1][0];
    private final long always;

    /**
     * Rules.
     *
     * @param rules of each rule the words of which one must stand in a line; none, or an empty one, means that any line will do
     */
    Literals(List<? extends Collection<String>> rules) {
        long any = 0;
        for (int rule = 0; rule < rules.size(); rule++) {
            Collection<String> needed = rules.get(rule);
            any |= isForAll(needed) || rule >= MOST_RULES ? bit(rule) : 0;
            for (String text : needed) {
                put(new Word(bytes(text), bit(rule)));
            }
        }
        if (!rules.isEmpty()) {
            put(new Word(bytes(ESCAPE), 0));
        }
        this.always = any;
    }

    private static boolean isForAll(Collection<String> needed) {
        return needed.isEmpty() || needed.contains("");
    }

    /** One rule, however many there are, for text that may be for any of these. */
    static Literals anyOf(List<? extends Collection<String>> rules) {
        List<String> all = new ArrayList<>();
        for (Collection<String> needed : rules) {
            all.addAll(isForAll(needed) ? List.of("") : needed);
        }
        return new Literals(rules.isEmpty() ? List.of() : List.of(all));
    }

    /** The bit that stands for a rule in what {@link #in} returns. */
    static long bit(int rule) {
        return 1L << Math.min(rule, MOST_RULES);
    }

    private static byte[] bytes(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = small(bytes[i]);
        }
        return bytes;
    }

    private static byte small(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 'a' - 'A') : b;
    }

    private void put(Word word) {
        int length = word.text.length;
        if (length >= 3) {
            int at = rarest(word.text);
            put(word, at);
            put(word, at + 1);
        } else {
            for (int at = length == 0 ? 0 : -1; at < length; at++) {
                put(word, at);
            }
        }
    }

    private static int rarest(byte[] word) {
        int best = 0;
        for (int at = 1; at + 3 <= word.length; at++) {
            best = cost(word, at) < cost(word, best) ? at : best;
        }
        return best;
    }

    private static int cost(byte[] word, int at) {
        return often(word[at], word[at + 1]) + often(word[at + 1], word[at + 2]);
    }

    private static int often(byte first, byte second) {
        return OFTEN[(first & 0xFF) | ((second & 0xFF) << 8)];
    }

    private static byte[] often() {
        byte[] table = new byte[PAIR + 1];
        for (int i = 0; i < FREQUENT.length(); i += 2) {
            table[FREQUENT.charAt(i) | FREQUENT.charAt(i + 1) << 8] = (byte) ((FREQUENT.length() - i) / 3);
        }
        return table;
    }

    private void put(Word word, int at) {
        Spot spot = new Spot(word, at);
        for (int first : bytesAt(word, at)) {
            for (int second : bytesAt(word, at + 1)) {
                put(first, second, spot);
            }
        }
    }

    // The letter in both cases; where the pair's byte is not the word's, any.
    private static int[] bytesAt(Word word, int at) {
        if (at < 0 || at >= word.text.length) {
            int[] any = new int[256];
            for (int b = 0; b < any.length; b++) {
                any[b] = b;
            }
            return any;
        }
        int small = word.text[at] & 0xFF;
        return small >= 'a' && small <= 'z' ? new int[] {small, small - 'a' + 'A'} : new int[] {small};
    }

    // Several pairs share a bucket, and it does no harm if it has more spots than one of them needs: words are
    // compared.
    private void put(int first, int second, Spot spot) {
        int bucket = 1 + (small((byte) first) * 31 + small((byte) second) & Integer.MAX_VALUE) % BUCKETS;
        buckets[first | second << 8] = (byte) bucket;
        Spot[] known = spots[bucket];
        if (known.length == 0 || !known[known.length - 1].isLike(spot)) {
            Spot[] more = Arrays.copyOf(known, known.length + 1);
            more[known.length] = spot;
            spots[bucket] = more;
        }
    }

    /** The bits of all rules of which a word stands in the line. */
    long in(Slice line) {
        byte[] bytes = line.array();
        int end = line.from() + line.length();
        long hits = always;
        for (int at = pair(bytes, line.from(), end); at < end; at = pair(bytes, at + 2, end)) {
            for (Spot spot : spotsAt(bytes, at, line.from(), end)) {
                if (spot.word.standsAt(bytes, at - spot.at, line.from(), end)) {
                    hits |= spot.word.rule;
                }
            }
        }
        return hits;
    }

    /**
     * Looks for lines that a rule may be for, in text that need not be whole lines.
     *
     * @return index of a byte before which no line ends that any rule may be for, or {@link #NONE} if there is no such line; where
     *     an escape character stands one is taken to be, since it may stand inside a word
     */
    int find(byte[] bytes, int from, int to) {
        if (always != 0 && from < to) {
            return from;
        }
        for (int at = pair(bytes, from, to); at < to; at = pair(bytes, at + 2, to)) {
            for (Spot spot : spotsAt(bytes, at, from, to)) {
                int start = at - spot.at;
                if (spot.word.standsAt(bytes, start, from, to)) {
                    return start;
                }
            }
        }
        return NONE;
    }

    private Spot[] spotsAt(byte[] bytes, int at, int from, int to) {
        return spots[buckets[pairAt(bytes, at, from, to)] & 0xFF];
    }

    // A byte of the pair that is not there is as good as any: the words are compared.
    private static int pairAt(byte[] bytes, int at, int from, int to) {
        int first = at >= from ? bytes[at] & 0xFF : 0;
        int second = at + 1 < to ? bytes[at + 1] & 0xFF : 0;
        return first | second << 8;
    }

    // Index of the first pair, from the one in which `from` is on, that a word has; at least `to` if there is none.
    private int pair(byte[] bytes, int from, int to) {
        int at = from & ~1;
        while (at < to) {
            // A long that is not aligned is put together byte by byte until the optimising compiler has come.
            if ((at & 7) == 0 && at >= from) {
                at = longOfPair(bytes, at, to);
            }
            int end = Math.min(to, (at | 7) + 1);
            while (at < end) {
                if (buckets[pairAt(bytes, at, from, to)] != 0) {
                    return at;
                }
                at += 2;
            }
        }
        return at;
    }

    // Index of the first of the longs from `from` on in which a pair is that a word has, or where there are no more.
    private int longOfPair(byte[] bytes, int from, int to) {
        byte[] table = buckets;
        int at = from;
        while (at + 8 <= to) {
            long four = (long) WORDS.get(bytes, at);
            int any = table[(int) four & PAIR]
                    | table[(int) (four >>> 16) & PAIR]
                    | table[(int) (four >>> 32) & PAIR]
                    | table[(int) (four >>> 48)];
            if (any != 0) {
                return at;
            }
            at += 8;
        }
        return at;
    }
}
