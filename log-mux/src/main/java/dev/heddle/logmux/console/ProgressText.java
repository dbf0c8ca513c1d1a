package dev.heddle.logmux.console;

/**
 * How far a job says it is, in a line of its output: {@code [12/340]}, {@code (12 of 340)}, {@code 50%}. The last such mark of
 * the line counts.
 */
final class ProgressText {

    private static final int UNKNOWN = -1;
    private static final int MOST_DIGITS = 9;

    private ProgressText() {}

    /** Percent from 0 to 100, or -1 if the line does not say. */
    static int percent(String line) {
        int found = UNKNOWN;
        for (int i = 0; i < line.length(); ) {
            if (!isDigit(line, i)) {
                i++;
                continue;
            }
            int start = i;
            while (isDigit(line, i)) {
                i++;
            }
            int told = told(line, start, i);
            found = told == UNKNOWN ? found : told;
        }
        return found;
    }

    private static int told(String line, int start, int end) {
        if (end - start > MOST_DIGITS || (start > 0 && Character.isLetter(line.charAt(start - 1)))) {
            return UNKNOWN;
        }
        char before = start == 0 ? ' ' : line.charAt(start - 1);
        if (at(line, end) == '%' && before != '.' && before != '-') {
            return atMostHundred(number(line, start, end));
        }
        if (at(line, end) == '.' && isDigit(line, end + 1)) {
            int fraction = end + 1;
            while (isDigit(line, fraction)) {
                fraction++;
            }
            return at(line, fraction) == '%' ? atMostHundred(number(line, start, end)) : UNKNOWN;
        }
        int open = start;
        while (open > 0 && line.charAt(open - 1) == ' ') {
            open--;
        }
        char bracket = open == 0 ? ' ' : line.charAt(open - 1);
        return bracket == '[' || bracket == '(' ? fraction(line, start, end, bracket == '[' ? ']' : ')') : UNKNOWN;
    }

    // "12/340]" or "12 of 340)" from the first digit on.
    private static int fraction(String line, int start, int end, char bracket) {
        int i = end;
        if (at(line, i) == '/') {
            i++;
        } else if (line.startsWith(" of ", i)) {
            i += 4;
        } else {
            return UNKNOWN;
        }
        while (at(line, i) == ' ') {
            i++;
        }
        int second = i;
        while (isDigit(line, i)) {
            i++;
        }
        if (i == second || i - second > MOST_DIGITS || at(line, i) != bracket) {
            return UNKNOWN;
        }
        long done = number(line, start, end);
        long total = number(line, second, i);
        return total == 0 || done > total ? UNKNOWN : (int) (100 * done / total);
    }

    private static int atMostHundred(long value) {
        return value > 100 ? UNKNOWN : (int) value;
    }

    private static long number(String line, int start, int end) {
        return Long.parseLong(line, start, end, 10);
    }

    private static boolean isDigit(String line, int index) {
        char c = at(line, index);
        return c >= '0' && c <= '9';
    }

    private static char at(String line, int index) {
        return index < line.length() ? line.charAt(index) : '\0';
    }
}
