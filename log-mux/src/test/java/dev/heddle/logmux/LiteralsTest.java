package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The words of rules, against a search of each word at each place. */
class LiteralsTest {

    private static final int ALPHABET = 6;

    @Test
    void everyWordIsFoundWhereverItStands() {
        Random random = new Random(1);
        for (int round = 0; round < 3000; round++) {
            List<List<String>> rules = rules(random);
            byte[] text = text(random, random.nextInt(60));
            int from = random.nextInt(text.length + 1);
            int to = from + random.nextInt(text.length - from + 1);
            long wanted = naive(rules, text, from, to);
            assertThat(new Literals(rules).in(new Slice(text, from, to - from)))
                    .as("%s in %s from %d to %d", rules, latin1(text), from, to)
                    .isEqualTo(wanted);
        }
    }

    @Test
    void noLineWithAWordEndsBeforeTheFirstThatIsFound() {
        Random random = new Random(2);
        for (int round = 0; round < 3000; round++) {
            List<List<String>> rules = rules(random);
            byte[] text = text(random, random.nextInt(80));
            int from = random.nextInt(text.length + 1);
            int found = Literals.anyOf(rules).find(text, from, text.length);
            String seen = latin1(text) + " of " + rules + " from " + from;
            if (found == Literals.NONE) {
                assertThat(naive(rules, text, from, text.length)).as(seen).isZero();
            } else {
                int line = lineStart(text, from, found);
                assertThat(naive(rules, text, from, line)).as(seen).isZero();
                assertThat(naive(rules, text, found, text.length)).as(seen).isNotZero();
            }
        }
    }

    @Test
    void anEscapeCharacterIsFoundLikeAWord() {
        byte[] text = "a line\n one \u001b[31mmore".getBytes(StandardCharsets.UTF_8);
        Literals literals = new Literals(List.of(List.of("nothing")));
        assertThat(literals.find(text, 0, text.length)).isEqualTo(12);
        assertThat(literals.in(new Slice(text, 0, text.length))).isZero();
    }

    @Test
    void withoutRulesNothingIsFound() {
        byte[] text = "\u001b[31merror: ".getBytes(StandardCharsets.UTF_8);
        assertThat(Literals.anyOf(List.of()).find(text, 0, text.length)).isEqualTo(Literals.NONE);
    }

    @Test
    void aRuleWithoutWordsIsForEveryLine() {
        byte[] text = "abc".getBytes(StandardCharsets.UTF_8);
        List<List<String>> rules = List.of(List.of("x"), List.of());
        assertThat(new Literals(rules).in(new Slice(text, 0, 3))).isEqualTo(Literals.bit(1));
        assertThat(Literals.anyOf(rules).find(text, 1, 3)).isEqualTo(1);
        assertThat(Literals.anyOf(rules).find(text, 3, 3)).isEqualTo(Literals.NONE);
    }

    @Test
    void rulesBeyondThoseWithABitAreAlwaysPossible() {
        List<List<String>> rules = new ArrayList<>(Collections.nCopies(64, List.of("rare")));
        byte[] text = "nothing".getBytes(StandardCharsets.UTF_8);
        assertThat(new Literals(rules).in(new Slice(text, 0, text.length))).isEqualTo(Literals.bit(63));
        assertThat(Literals.anyOf(rules).find(text, 0, text.length)).isEqualTo(Literals.NONE);
    }

    @Test
    void lettersBeyondAsciiStandForThemselves() {
        byte[] text = "\u00c9CHEC Erreur".getBytes(StandardCharsets.UTF_8);
        Literals literals = new Literals(List.of(List.of("\u00c9chec"), List.of("\u00e9chec"), List.of("eRREUR")));
        assertThat(literals.in(new Slice(text, 0, text.length))).isEqualTo(0b101);
    }

    @Test
    void anEmptyWordStandsInEveryLine() {
        byte[] text = "abc".getBytes(StandardCharsets.UTF_8);
        List<List<String>> rules = List.of(List.of("x"), List.of("x", ""));
        assertThat(new Literals(rules).in(new Slice(text, 0, 3))).isEqualTo(Literals.bit(1));
        assertThat(Literals.anyOf(rules).find(text, 0, 3)).isZero();
    }

    private static List<List<String>> rules(Random random) {
        List<List<String>> rules = new ArrayList<>();
        for (int rule = 1 + random.nextInt(4); rule > 0; rule--) {
            List<String> words = new ArrayList<>();
            for (int word = 1 + random.nextInt(3); word > 0; word--) {
                StringBuilder text = new StringBuilder();
                for (int length = 1 + random.nextInt(6); length > 0; length--) {
                    text.append((char) ('a' + random.nextInt(ALPHABET)));
                }
                words.add(text.toString());
            }
            rules.add(words);
        }
        return rules;
    }

    private static byte[] text(Random random, int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            int letter = random.nextInt(ALPHABET + 1);
            text[i] = (byte) (letter == ALPHABET ? '\n' : (random.nextBoolean() ? 'a' : 'A') + letter);
        }
        return text;
    }

    private static long naive(List<List<String>> rules, byte[] text, int from, int to) {
        String within = latin1(text).substring(from, Math.max(from, to)).toLowerCase(Locale.ROOT);
        long found = 0;
        for (int rule = 0; rule < rules.size(); rule++) {
            found |= rules.get(rule).stream().anyMatch(within::contains) ? Literals.bit(rule) : 0;
        }
        return found;
    }

    private static int lineStart(byte[] text, int from, int at) {
        int start = at;
        while (start > from && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static String latin1(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
