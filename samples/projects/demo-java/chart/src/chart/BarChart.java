package chart;

import java.util.Map;

/** Draws numbers as bars of text. */
public final class BarChart {
    private final int width;

    public BarChart(int width) {
        this.width = width;
    }

    public String draw(Map<String, Integer> values) {
        int most = values.values().stream().mapToInt(Integer::intValue).max().orElse(1);
        int label = values.keySet().stream().mapToInt(String::length).max().orElse(1);
        StringBuilder drawn = new StringBuilder();
        values.forEach((name, value) -> drawn.append(String.format(
                "%-" + label + "s %s %d%n", name, "#".repeat(Math.max(1, value * width / most)), value)));
        return drawn.toString();
    }

    /** Kept for its warning: a caller of it is told that it is going away. */
    @Deprecated
    public static String line(int length) {
        return "-".repeat(length);
    }
}
