package dev.heddle.samples.ninja;

/** Finds what somebody may have meant: the known name with the fewest letters changed, at most three. */
final class Suggestion {

    private static final int MOST_CHANGES = 3;

    private Suggestion() {}

    /** The nearest of many names, or the empty string. */
    static String nearest(String wanted, ByteStrings names) {
        String best = "";
        int least = MOST_CHANGES + 1;
        for (int i = 0; i < names.size() && least > 1; i++) {
            if (Math.abs(names.length(i) - wanted.length()) < least) {
                String name = names.raw(i);
                int distance = distance(wanted, name, least - 1);
                if (distance < least) {
                    least = distance;
                    best = name;
                }
            }
        }
        return best;
    }

    /** The nearest of a few names, or the empty string. */
    static String nearest(String wanted, Iterable<String> names) {
        ByteStrings table = new ByteStrings(16, 256);
        names.forEach(table::add);
        return nearest(wanted, table);
    }

    // How many letters have to be put in, taken out or replaced; anything above most is as good as most + 1.
    private static int distance(String a, String b, int most) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            int least = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return most + 1;
            }
        }
        return row[b.length()];
    }
}
