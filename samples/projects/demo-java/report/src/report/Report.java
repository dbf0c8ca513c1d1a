package report;

import chart.BarChart;
import dice.Dice;
import java.util.LinkedHashMap;
import java.util.Map;
import words.Words;

/** Puts the other modules together and prints what they make. */
public final class Report {
    private static final String TEXT = "A heddle keeps every warp thread apart while all threads of the warp move at once";

    private Report() {}

    public static void main(String[] arguments) {
        Map<String, Integer> counts = Words.count(TEXT);
        Map<String, Integer> frequent = new LinkedHashMap<>();
        Words.mostFrequent(counts, 4).forEach(word -> frequent.put(word, counts.get(word)));
        BarChart chart = new BarChart(40);
        System.out.print(chart.draw(frequent));
        System.out.println(BarChart.line(48));
        Map<String, Integer> sums = new LinkedHashMap<>();
        new Dice(1).sums(1000, 2).forEach((sum, times) -> sums.put(String.valueOf(sum), times));
        System.out.print(chart.draw(sums));
    }
}
