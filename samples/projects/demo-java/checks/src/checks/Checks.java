package checks;

import chart.BarChart;
import dice.Dice;
import java.util.List;
import java.util.Map;
import words.Anagrams;
import words.Words;

/** Checks one module, named by the argument; the exit code is 1 when something does not hold. */
public final class Checks {
    private static int broken;

    private Checks() {}

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "words" -> {
                expect("words are counted", Words.count("b a, B").equals(Map.of("a", 1, "b", 2)));
                expect("anagrams are found", Anagrams.groups(List.of("loom", "mool", "x")).size() == 1);
            }
            case "chart" -> expect("the longest bar is as wide as asked", new BarChart(3).draw(Map.of("a", 7)).startsWith("a ### 7"));
            case "dice" -> expect("the same seed throws the same", new Dice(5).sums(9, 2).equals(new Dice(5).sums(9, 2)));
            case "wrong" -> expect("one is two", 1 == 2);
            default -> throw new IllegalArgumentException("no such module: " + arguments[0]);
        }
        System.exit(broken == 0 ? 0 : 1);
    }

    private static void expect(String what, boolean holds) {
        broken += holds ? 0 : 1;
        System.out.println((holds ? "holds: " : "DOES NOT HOLD: ") + what);
    }
}
