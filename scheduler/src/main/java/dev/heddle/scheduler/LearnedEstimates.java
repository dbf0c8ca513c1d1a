package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.scheduler.host.HostSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What tasks will take, judged by what they took: in seconds, on the fastest host. Immutable once made; costs memory by runs that
 * are known, nothing by tasks of the graph.
 */
final class LearnedEstimates implements Estimates {

    /** What a run of another definition of the task counts against one of the same. */
    static final double OTHER_WORK = 0.25;

    /** Runs that the usual spread counts for when that of a task is judged. */
    private static final double USUAL_RUNS = 3;

    /** Of the normal distribution, what one of ten lies above. */
    private static final double ONE_OF_TEN = 1.2816;

    /** A host's speed is believed when the standard error of its logarithm is at most this. */
    private static final double CERTAIN = 0.15;

    /** What a task without steps takes. */
    private static final double NOTHING = 1e-6;

    private final KnownRuns known;
    private final FittedRuns fitted;
    /** By group of hosts, the logarithm of how slow its fastest host is. */
    private final Map<Integer, Double> fastest = new HashMap<>();

    private final Map<List<String>, Double> longestOfKind = new HashMap<>();
    private double hintUnit;
    /** What the fastest host declares as its speed, or would. */
    private double speedUnit = 1;

    private LearnedEstimates(KnownRuns known, Set<String> hosts) {
        this.known = known;
        this.fitted = FittedRuns.of(known);
        for (int host = 0; host < known.hosts().size(); host++) {
            if (hosts.isEmpty() || hosts.contains(known.hosts().get(host))) {
                fastest.merge(fitted.group(host), fitted.slowness(host), Math::min);
            }
        }
        for (int host = 0; host < known.hosts().size(); host++) {
            // A group of which no host is there any more is judged by its mean.
            fastest.putIfAbsent(fitted.group(host), 0.0);
        }
    }

    /**
     * Estimates for a build.
     *
     * @param known what is known
     * @param hosts the hosts of the build; none for all that are known
     * @param graph what is known of the tasks at the beginning
     */
    static LearnedEstimates of(KnownRuns known, List<HostSpec> hosts, @Nullable GraphView graph) {
        LearnedEstimates estimates =
                new LearnedEstimates(known, hosts.stream().map(HostSpec::name).collect(Collectors.toSet()));
        estimates.compareWith(hosts);
        if (graph != null) {
            estimates.compareWith(graph);
        }
        return estimates;
    }

    // Finds what the declared speeds are against the learned ones.
    private void compareWith(List<HostSpec> hosts) {
        List<Double> units = new ArrayList<>();
        for (HostSpec host : hosts) {
            double learned = learnedSpeed(host.name());
            if (learned > 0 && host.speed() > 0) {
                units.add(host.speed() / learned);
            }
        }
        Collections.sort(units);
        speedUnit = units.isEmpty()
                ? hosts.stream()
                        .mapToDouble(HostSpec::speed)
                        .filter(speed -> speed > 0)
                        .max()
                        .orElse(1)
                : units.get(units.size() / 2);
    }

    // Finds what the hints of the graph are in seconds, and the longest task of each kind.
    private void compareWith(GraphView graph) {
        List<Double> ratios = new ArrayList<>();
        double longest = 0;
        double largestHint = 0;
        for (int i = 0; i < graph.size(); i++) {
            Task task = graph.task(i);
            Estimate estimate = estimate(task);
            if (estimate != null) {
                longest = Math.max(longest, estimate.seconds());
                longestOfKind.merge(kind(task), estimate.seconds(), Math::max);
                if (task.weight() > 0) {
                    ratios.add(estimate.seconds() / task.weight());
                }
            }
            largestHint = Math.max(largestHint, task.weight());
        }
        Collections.sort(ratios);
        if (!ratios.isEmpty()) {
            hintUnit = ratios.get(ratios.size() / 2);
        } else if (longest > 0 && largestHint > 0) {
            hintUnit = longest / largestHint; // Nothing tells the unit: the largest hint is taken for the longest task.
        } else {
            hintUnit = 1;
        }
    }

    /** Tasks with the same steps are of one kind. */
    private static List<String> kind(Task task) {
        return task.steps().stream().map(Step::name).toList();
    }

    /**
     * What is thought of a task.
     *
     * @param log mean of the logarithm of its seconds on the fastest host
     * @param spread standard deviation of what its next run will be from that
     */
    record Estimate(double log, double spread) {
        double seconds() {
            return Math.exp(log);
        }

        double margin() {
            return Math.exp(ONE_OF_TEN * spread);
        }
    }

    /** What is thought of a task of which runs are known, otherwise null. */
    @Nullable
    Estimate estimate(Task task) {
        KnownRuns.Runs runs = known.of(task.name());
        return runs == null ? null : estimate(runs, WorkPrint.of(task));
    }

    /** The same of a task that has a {@link WorkPrint}, or 0 where it is to count as that of every run. */
    Estimate estimate(KnownRuns.Runs runs, long print) {
        double middle = median(runs);
        double sum = 0;
        double count = 0;
        for (int i = 0; i < runs.count; i++) {
            double weight = weight(runs, i, print, middle);
            sum += weight * onFastest(runs, i);
            count += weight;
        }
        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < runs.count; i++) {
            double off = onFastest(runs, i) - mean;
            squares += weight(runs, i, print, middle) * off * off;
        }
        double usual = fitted.spread() * fitted.spread();
        // One run says nothing of how far runs lie apart.
        double variance = (USUAL_RUNS * usual + squares) / (USUAL_RUNS + Math.max(0, count - 1));
        return new Estimate(mean, Math.sqrt(variance * (1 + 1 / count)));
    }

    private double median(KnownRuns.Runs runs) {
        double[] values = new double[runs.count];
        Arrays.setAll(values, i -> onFastest(runs, i));
        Arrays.sort(values);
        return values[values.length / 2];
    }

    // A run counts less if it was one of another definition, or lies far off the others.
    private double weight(KnownRuns.Runs runs, int i, long print, double middle) {
        boolean same = print == 0 || runs.print[i] == print;
        double off = Math.abs(onFastest(runs, i) - middle) / (2 * fitted.spread());
        return (same ? 1 : OTHER_WORK) / Math.max(1, off);
    }

    private double onFastest(KnownRuns.Runs runs, int i) {
        int host = runs.host[i];
        return runs.logSeconds[i] - fitted.slowness(host) + fastest.getOrDefault(fitted.group(host), 0.0);
    }

    @Override
    public double weight(Task task) {
        Estimate estimate = task.steps().isEmpty() ? null : estimate(task);
        return estimate != null ? estimate.seconds() : task.weight() * hintUnit;
    }

    @Override
    public @Nullable String lastHost(Task task) {
        KnownRuns.Runs runs = known.of(task.name());
        return runs == null ? null : known.hosts().get(runs.host[runs.count - 1]);
    }

    @Override
    public double guess(Task task) {
        return task.steps().isEmpty() ? NOTHING : longestOfKind.getOrDefault(kind(task), 0.0);
    }

    @Override
    public double margin(Task task) {
        Estimate estimate = estimate(task);
        return estimate == null ? HINT_MARGIN : estimate.margin();
    }

    @Override
    public boolean inSeconds() {
        return !known.tasks().isEmpty();
    }

    @Override
    public double speed(HostSpec host) {
        double learned = learnedSpeed(host.name());
        return learned > 0 ? learned * speedUnit : Estimates.super.speed(host);
    }

    /** How fast a host is, where 1 is the fastest; 0 if too little is known. */
    double learnedSpeed(String host) {
        int number = known.hostNumber(host);
        if (number < 0 || fitted.uncertainty(number) > CERTAIN) {
            return 0;
        }
        return relativeSpeed(number);
    }

    /** How fast a known host is against the fastest of its group, however little is known. */
    double relativeSpeed(int host) {
        return Math.exp(fastest.getOrDefault(fitted.group(host), 0.0) - fitted.slowness(host));
    }

    FittedRuns fitted() {
        return fitted;
    }
}
