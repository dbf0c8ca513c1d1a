package dev.heddle.samples.ninja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How often and how long what was done, for {@code -d stats}. One thread. */
final class Stats {

    /** Something that is timed. */
    @FunctionalInterface
    interface Timed<T> {
        T get() throws NinjaException;
    }

    private static final class Figure {
        int count;
        long nanos;
    }

    private final Map<String, Figure> figures = new LinkedHashMap<>();

    <T> T time(String what, Timed<T> work) throws NinjaException {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            Figure figure = figures.computeIfAbsent(what, name -> new Figure());
            figure.count++;
            figure.nanos += System.nanoTime() - begin;
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-24s%-8s%-14s%s", "metric", "count", "avg (us)", "total (ms)"));
        figures.forEach((what, figure) -> lines.add(String.format(
                Locale.ROOT,
                "%-24s%-8d%-14.1f%.1f",
                what,
                figure.count,
                figure.nanos / 1e3 / figure.count,
                figure.nanos / 1e6)));
        return lines;
    }
}
