package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads the text of a document in the Rich Text Format by the rules of its specification, and which control words it uses. */
final class RtfReader {

    final List<String> paragraphs = new ArrayList<>();
    final Set<String> words = new TreeSet<>();
    private final StringBuilder text = new StringBuilder();
    private final Deque<Boolean> groups = new ArrayDeque<>();
    private boolean hidden;
    private int skip;
    private boolean done;

    static RtfReader read(byte[] document) {
        RtfReader reader = new RtfReader();
        for (byte b : document) {
            assertThat(b).as("ASCII").isBetween((byte) 10, (byte) 0x7E);
        }
        reader.document(new String(document, StandardCharsets.US_ASCII));
        assertThat(reader.groups).as("open groups").isEmpty();
        return reader;
    }

    private void document(String rtf) {
        assertThat(rtf).startsWith("{\\rtf1");
        int at = 0;
        while (at < rtf.length()) {
            char c = rtf.charAt(at++);
            assertThat(done && c != '\n').as("text behind the document").isFalse();
            switch (c) {
                case '{' -> groups.push(hidden);
                case '}' -> {
                    hidden = groups.pop();
                    done = groups.isEmpty();
                }
                case '\n', '\r' -> {}
                case '\\' -> at = control(rtf, at);
                default -> character(c);
            }
        }
    }

    private int control(String rtf, int from) {
        int at = from;
        if (!Character.isLetter(rtf.charAt(at))) {
            assertThat("\\{}").contains(rtf.substring(at, at + 1));
            character(rtf.charAt(at));
            return at + 1;
        }
        while (Character.isLetter(rtf.charAt(at))) {
            at++;
        }
        String word = rtf.substring(from, at);
        int digits = at;
        while (Character.isDigit(rtf.charAt(at)) || (at == digits && rtf.charAt(at) == '-')) {
            at++;
        }
        word(word, digits == at ? 0 : Integer.parseInt(rtf.substring(digits, at)));
        return rtf.charAt(at) == ' ' ? at + 1 : at;
    }

    private void word(String word, int number) {
        words.add(word);
        switch (word) {
            case "fonttbl", "colortbl" -> hidden = true;
            case "par" -> {
                paragraphs.add(text.toString());
                text.setLength(0);
            }
            case "tab" -> character('\t');
            case "u" -> {
                character((char) number);
                skip = 1;
            }
            default -> {}
        }
    }

    private void character(char c) {
        if (skip > 0) {
            skip--;
        } else if (!hidden) {
            text.append(c);
        }
    }
}
