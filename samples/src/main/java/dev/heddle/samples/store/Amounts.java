package dev.heddle.samples.store;

import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import java.time.Duration;
import java.util.Locale;

/** Sizes and times as people write them, and sizes as they read them. */
final class Amounts {

    private static final String SIZES = "KMGT";
    private static final int STEP_BITS = 10;

    private Amounts() {}

    /**
     * A number of bytes: digits, and K, M, G or T for powers of 1024.
     *
     * @throws UserError if it is none
     */
    static long bytes(String option, String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        int power = upper.isEmpty() ? -1 : SIZES.indexOf(upper.charAt(upper.length() - 1));
        String digits = power < 0 ? upper : upper.substring(0, upper.length() - 1);
        long number = number(digits);
        int shift = (power + 1) * STEP_BITS;
        if (number < 0 || number > Long.MAX_VALUE >> shift) {
            throw wrong(option, text, "a number of bytes, such as 500M or 2G");
        }
        return number << shift;
    }

    /**
     * A time: digits, and s, m, h, d or w; seconds without.
     *
     * @throws UserError if it is none
     */
    static Duration time(String option, String text) {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        long seconds = switch (last) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 24 * 3600;
            case 'w' -> 7 * 24 * 3600;
            default -> 0;
        };
        long number = number(seconds == 0 ? text : text.substring(0, text.length() - 1));
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw wrong(option, text, "a time, such as 90s, 12h or 30d");
        }
        return Duration.ofSeconds(number * Math.max(seconds, 1));
    }

    /** The size for people: three digits and a unit. */
    static String shown(long bytes) {
        if (bytes < 1 << STEP_BITS) {
            return counted(bytes, "byte");
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= 1 << STEP_BITS && unit < SIZES.length() - 1) {
            amount /= 1 << STEP_BITS;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", amount, SIZES.charAt(unit));
    }

    /** How many of something: the word gets an s where there is not one of it. */
    static String counted(long count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    // -1 for what is no number
    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(digits);
    }

    private static UserError wrong(String option, String text, String wanted) {
        return new UserError(option, "'" + Printable.oneLine(text) + "' is not " + wanted, null);
    }
}
