package dice;

import java.util.TreeMap;
import java.util.Random;

/** Throws dice. The same seed throws the same. */
public final class Dice {
    private final Random random;

    public Dice(long seed) {
        random = new Random(seed);
    }

    public TreeMap<Integer, Integer> sums(int throwsWanted, int dice) {
        TreeMap<Integer, Integer> sums = new TreeMap<>();
        for (int i = 0; i < throwsWanted; i++) {
            int sum = 0;
            for (int die = 0; die < dice; die++) {
                sum += 1 + random.nextInt(6);
            }
            sums.merge(sum, 1, Integer::sum);
        }
        return sums;
    }
}
