package dev.heddle.scheduler;

import dev.heddle.scheduler.host.HostCheck;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a host is asked about itself, as a script for {@code sh}, and the answer to it.
 *
 * <p>An answer is lines {@code fact NAME VALUE} and {@code library STEM VERSION}, and {@code end} behind them. Nothing else: a
 * host whose shell says more would say it in the output of jobs as well.
 */
final class ProbeScript {

    /** Most bytes of an answer. */
    static final int MAX_BYTES = 1 << 20;
    /** Most characters of a value; of a longer one the beginning counts. */
    static final int MAX_VALUE = 512;

    private static final String LEAD = """
            LC_ALL=C; export LC_ALL
            fact() { printf 'fact %s %s\\n' "$1" "$2"; }
            """;

    /** Processors, architecture, system and limits. */
    static final String HELLO = LEAD + """
            fact arch "$(uname -m)"
            fact system "$(uname -s)"
            fact processors "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null)"
            fact files "$(ulimit -n 2>/dev/null)"
            fact processes "$(ulimit -u 2>/dev/null || ulimit -p 2>/dev/null)"
            fact user "$(id -u 2>/dev/null)"
            echo end
            """;

    private ProbeScript() {}

    /** Whether there is more to ask than {@link #HELLO} does. */
    static boolean asksMore(HostCheck check) {
        return !check.tools().isEmpty() || !check.libraries().isEmpty();
    }

    /** Versions of tools and libraries. */
    static String more(HostCheck check) {
        StringBuilder script = new StringBuilder(LEAD);
        new TreeMap<>(check.tools())
                .forEach((name, command) -> script.append("fact tool.")
                        .append(name)
                        .append(" \"$( { ")
                        .append(command)
                        .append("\n} 2>/dev/null </dev/null | head -n 1)\"\n"));
        for (String directory : check.libraries()) {
            script.append("ls ")
                    .append(directory)
                    .append(
                            " 2>/dev/null | sed -n 's/^\\([A-Za-z0-9._+-]*\\)\\.so\\.\\([0-9][0-9.]*\\)$/library \\1 \\2/p'\n");
        }
        return script.append("echo end\n").toString();
    }

    /** An answer that is none; the message says what is wrong with it. */
    static final class Unintelligible extends Exception {
        private static final long serialVersionUID = 1L;

        Unintelligible(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The facts of an answer, by name; of a library's versions the highest.
     *
     * @throws Unintelligible if it is not one whole answer
     */
    static Map<String, String> read(byte[] answer) throws Unintelligible {
        if (answer.length > MAX_BYTES) {
            throw new Unintelligible("the answer has more than " + MAX_BYTES + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(answer))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unintelligible("the answer is not text in UTF-8");
        }
        Map<String, String> facts = new TreeMap<>();
        int number = 0;
        boolean ended = false;
        for (String line : text.lines().toList()) {
            number++;
            if (ended) {
                throw new Unintelligible("there is more behind the end of the answer, in line " + number);
            }
            ended = line.equals("end");
            if (!ended) {
                take(line, number, facts);
            }
        }
        if (!ended) {
            throw new Unintelligible("the answer ends in the middle, behind line " + number);
        }
        return facts;
    }

    private static void take(String line, int number, Map<String, String> facts) throws Unintelligible {
        String[] words = line.split(" ", 3);
        if (words.length == 3 && words[0].equals("fact") && words[1].matches("[A-Za-z0-9._+-]{1,80}")) {
            if (facts.putIfAbsent(words[1], clean(words[2])) != null) {
                throw new Unintelligible("line " + number + " tells '" + words[1] + "' a second time");
            }
        } else if (words.length == 3 && words[0].equals("library") && words[2].matches("[0-9][0-9.]{0,63}")) {
            facts.merge("lib." + clean(words[1]), words[2], (a, b) -> compare(a, b) >= 0 ? a : b);
        } else {
            throw new Unintelligible("line " + number + " of the answer is no fact: '" + clean(line) + "'");
        }
    }

    /** Compares versions number by number. */
    static int compare(String a, String b) {
        String[] left = a.split("\\.", -1);
        String[] right = b.split("\\.", -1);
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            String x = i < left.length ? withoutZeros(left[i]) : "";
            String y = i < right.length ? withoutZeros(right[i]) : "";
            int order = x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static String withoutZeros(String digits) {
        int from = 0;
        while (from < digits.length() && digits.charAt(from) == '0') {
            from++;
        }
        return digits.substring(from);
    }

    /** What may stand in a message: no control characters, not too much. */
    static String clean(String text) {
        String first = text.length() > MAX_VALUE ? text.substring(0, MAX_VALUE) : text;
        StringBuilder shown = new StringBuilder(first.length());
        first.codePoints().forEach(code -> shown.appendCodePoint(Character.isISOControl(code) ? '?' : code));
        return shown.toString().strip();
    }
}
