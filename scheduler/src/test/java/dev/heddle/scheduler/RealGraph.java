package dev.heddle.scheduler;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * The graph of a real project with the time that each of its tasks takes on the fastest host, in seconds. Times of such projects
 * are not published: these come from the size of the sources, as the head of each file tells.
 */
final class RealGraph {

    private static final int STEPS = 60;

    private final String name;
    private final int[][] dependencies;
    private final double[] seconds;

    private RealGraph(String name, int[][] dependencies, double[] seconds) {
        this.name = name;
        this.dependencies = dependencies;
        this.seconds = seconds;
    }

    /** What people call the project. */
    String name() {
        return name;
    }

    /** Numbers of the tasks that a task depends on. */
    int[] dependencies(int task) {
        return dependencies[task];
    }

    /** How long a task takes. */
    double seconds(int task) {
        return seconds[task];
    }

    @Override
    public String toString() {
        return name;
    }

    /** Packages of OpenBSD: 8,676 tasks, 33 levels. */
    static RealGraph ports() {
        List<String[]> rows = rows("openbsd-ports-2016");
        Map<String, Integer> numbers = new HashMap<>();
        rows.forEach(row -> numbers.put(row[0], numbers.size()));
        int[][] dependencies = new int[rows.size()][];
        double[] seconds = new double[rows.size()];
        // Few small ones and a long tail: sources in MB to the power of 0.75, and a factor that is spread like those of
        // real builds.
        Random random = new Random(1);
        for (int task = 0; task < rows.size(); task++) {
            String[] row = rows.get(task);
            String[] names = row[1].isEmpty() ? new String[0] : row[1].split(",");
            dependencies[task] = new int[names.length];
            for (int i = 0; i < names.length; i++) {
                dependencies[task][i] = numbers.getOrDefault(names[i], -1);
            }
            double megabytes = Double.parseDouble(row[2]) / 1e6;
            seconds[task] = 6 + 12 * Math.pow(megabytes, 0.75) * Math.exp(0.8 * random.nextGaussian());
        }
        return new RealGraph("OpenBSD ports", dependencies, seconds);
    }

    /** Source packages of Debian 12: 34,288 tasks. */
    static RealGraph debian() {
        return weighted("Debian 12", "debian12-src");
    }

    /** Modules of Apache Camel Quarkus: 1,585 tasks. */
    static RealGraph maven() {
        return weighted("Camel Quarkus", "maven-camel-quarkus");
    }

    private static RealGraph weighted(String name, String file) {
        List<String[]> rows = rows(file);
        int[][] dependencies = new int[rows.size()][];
        double[] seconds = new double[rows.size()];
        for (String[] row : rows) {
            int task = Integer.parseInt(row[0]);
            String[] needed = row[5].equals("-") || row[5].isEmpty() ? new String[0] : row[5].split(",");
            dependencies[task] = new int[needed.length];
            for (int i = 0; i < needed.length; i++) {
                dependencies[task][i] = Integer.parseInt(needed[i]);
            }
            seconds[task] = Double.parseDouble(row[1]) / 1000;
        }
        return new RealGraph(name, dependencies, seconds);
    }

    private static List<String[]> rows(String file) {
        List<String[]> rows = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        Objects.requireNonNull(RealGraph.class.getResourceAsStream("graphs/" + file + ".tsv.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    rows.add(line.split("\t", -1));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    int size() {
        return seconds.length;
    }

    /**
     * What a build must take at least. The longest chain, on the fastest host. And for any two times: what is before every task
     * that cannot begin earlier than the one, then all of those tasks that have more than the other after them on all hosts
     * together, then what is after each of them. With both times 0 that is all the work.
     *
     * @param power of all slots together, where one on the fastest host is 1
     */
    double bound(double power) {
        double[] heads = heads();
        double[] tails = tails();
        double bound = 0;
        for (int task = 0; task < size(); task++) {
            bound = Math.max(bound, heads[task] + seconds[task] + tails[task]);
        }
        double[] fromTails = steps(tails);
        for (double head : steps(heads)) {
            double[] work = new double[fromTails.length];
            for (int task = 0; task < size(); task++) {
                for (int i = 0; heads[task] >= head && i < fromTails.length && tails[task] >= fromTails[i]; i++) {
                    work[i] += seconds[task];
                }
            }
            for (int i = 0; i < work.length; i++) {
                bound = work[i] == 0 ? bound : Math.max(bound, head + work[i] / power + fromTails[i]);
            }
        }
        return bound;
    }

    /** Some of the values, in order, 0 among them. */
    private static double[] steps(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] steps = new double[STEPS];
        for (int i = 1; i < STEPS; i++) {
            steps[i] = sorted[(int) ((long) i * (sorted.length - 1) / (STEPS - 1))];
        }
        return steps;
    }

    /** When each task can begin at the earliest. */
    private double[] heads() {
        double[] heads = new double[size()];
        for (int task : order()) {
            for (int dependency : dependencies[task]) {
                heads[task] = Math.max(heads[task], heads[dependency] + seconds[dependency]);
            }
        }
        return heads;
    }

    /** The longest chain after each task. */
    private double[] tails() {
        double[] tails = new double[size()];
        int[] order = order();
        for (int i = order.length - 1; i >= 0; i--) {
            for (int dependency : dependencies[order[i]]) {
                tails[dependency] = Math.max(tails[dependency], tails[order[i]] + seconds[order[i]]);
            }
        }
        return tails;
    }

    /** All tasks, each after those it depends on. */
    private int[] order() {
        int[] order = new int[size()];
        int[] level = new int[size()];
        int placed = 0;
        for (int task = 0; task < size(); task++) {
            placed = place(task, order, placed, level);
        }
        return order;
    }

    // Chains are some dozens of tasks long.
    private int place(int task, int[] order, int placed, int[] seen) {
        int next = placed;
        if (seen[task] == 0) {
            seen[task] = 1;
            for (int dependency : dependencies[task]) {
                next = place(dependency, order, next, seen);
            }
            order[next++] = task;
        }
        return next;
    }
}
