package dev.heddle.core;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Finds the name that somebody meant. May be used from any thread. */
public final class Suggestions {

    private Suggestions() {}

    /** {@code "; did you mean 'x'?"}, or an empty text if no name is near. Costs one pass over the names. */
    static String among(NameTable names, IntPredicate candidate, String wanted) {
        int limit = Math.min(wanted.length(), 32) / 4 + 1;
        int best = -1;
        for (int id = 0; id < names.size() && limit > 0; id++) {
            if (candidate.test(id)) {
                int distance = distance(wanted, names.name(id), limit);
                if (distance < limit || (distance == limit && best < 0)) {
                    best = id;
                    limit = distance;
                }
            }
        }
        return best < 0 ? "" : "; did you mean '" + names.name(best) + "'?";
    }

    /**
     * {@code "; did you mean 'x'?"} with the nearest of the names, or an empty text if none is near: at most a quarter of the
     * wanted name's letters, and one, may be put in, taken out or replaced.
     */
    public static String among(Iterable<String> names, String wanted) {
        NameTable table = new NameTable();
        names.forEach(table::intern);
        return among(table, id -> true, wanted);
    }

    /** Insertions, deletions and replacements from {@code a} to {@code b}; more than {@code limit} if there are more than that. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            int least = i;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], diagonal) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > limit) {
                return limit + 1;
            }
        }
        return row[b.length()];
    }
}
