package dev.heddle.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How slow each host is, from what tasks took on several: {@code log time = work + host}, by robust least squares.
 *
 * <p>The works drop out of the normal equations, as each is the mean of its own observations; what is left, one equation a host,
 * is solved by conjugate gradients. Then observations far off count less (Huber's weights), and it is solved again, a few
 * times. The cost of a step is one pass over the observations.
 *
 * <p>Hosts that have no task in common, not even by way of other hosts, cannot be compared: they form groups, in each of which the
 * mean over the hosts is 0.
 */
final class SpeedFit {

    /** In logarithms, how far times of one work are taken to lie apart where nothing says it. */
    static final double USUAL_SPREAD = 0.3;

    /** Observations that {@link #USUAL_SPREAD} counts for. */
    private static final double USUAL_RUNS = 3;

    private static final int ROUNDS = 8;
    private static final double HUBER = 1.345;
    private static final double LEAST_SPREAD = 0.01;
    private static final double SPREAD_OF_MEDIAN = 1.4826;
    private static final double PRECISE = 1e-18;

    /**
     * What there is to fit. The arrays are not copied.
     *
     * @param works number of works
     * @param hosts number of hosts
     * @param work by observation, the number of its work
     * @param host by observation, the number of its host
     * @param logSeconds by observation, the logarithm of the time
     */
    @SuppressWarnings("ArrayRecordComponent") // Millions of them, handed on once, compared never.
    record Observations(int works, int hosts, int[] work, int[] host, double[] logSeconds) {
        int count() {
            return work.length;
        }
    }

    private final Observations seen;
    private final double[] weight;
    private final double[] slowness;
    private final int[] group;
    private final int[] runs;
    private final double[] hostWeight;
    private final double[] workWeight;
    private final double[] workMean;
    private double spread = USUAL_SPREAD;

    private SpeedFit(Observations seen) {
        this.seen = seen;
        this.weight = new double[seen.count()];
        this.slowness = new double[seen.hosts()];
        this.group = new int[seen.hosts()];
        this.runs = new int[seen.works()];
        this.hostWeight = new double[seen.hosts()];
        this.workWeight = new double[seen.works()];
        this.workMean = new double[seen.works()];
    }

    /** Fits. */
    static SpeedFit of(Observations seen) {
        SpeedFit fit = new SpeedFit(seen);
        fit.findGroups();
        for (int work : seen.work()) {
            fit.runs[work]++;
        }
        Arrays.fill(fit.weight, 1);
        for (int round = 0; round < ROUNDS; round++) {
            fit.solve();
            double[] residuals = fit.residuals();
            fit.judge(residuals);
        }
        fit.solve();
        return fit;
    }

    /** The logarithm of how slow a host is, against the mean of its group. */
    double slowness(int host) {
        return slowness[host];
    }

    /** Hosts of the same group can be compared; groups are numbered by their first host. */
    int group(int host) {
        return group[host];
    }

    /** How far the times of one work lie apart on one host: the standard deviation of their logarithms. */
    double spread() {
        return spread;
    }

    /** What an observation counts, from 0 to 1. */
    double weight(int observation) {
        return weight[observation];
    }

    /** By host, the standard error of {@link #slowness}, roughly; infinite if nothing else ran what this host ran. */
    double[] uncertainties() {
        double[] information = new double[seen.hosts()];
        double[] own = new double[seen.hosts()];
        int[] order = byWork();
        for (int from = 0; from < order.length; ) {
            int work = seen.work()[order[from]];
            int to = from;
            for (; to < order.length && seen.work()[order[to]] == work; to++) {
                own[seen.host()[order[to]]] += weight[order[to]];
            }
            for (int i = from; i < to; i++) {
                int host = seen.host()[order[i]];
                information[host] += own[host] * (1 - own[host] / workWeight[work]);
                own[host] = 0; // Also where the host comes again.
            }
            from = to;
        }
        double[] errors = new double[seen.hosts()];
        Arrays.setAll(
                errors, h -> information[h] < 1e-9 ? Double.POSITIVE_INFINITY : spread / Math.sqrt(information[h]));
        return errors;
    }

    // The numbers of the observations in the order of their works.
    private int[] byWork() {
        int[] next = new int[seen.works() + 1];
        for (int work : seen.work()) {
            next[work + 1]++;
        }
        for (int work = 0; work < seen.works(); work++) {
            next[work + 1] += next[work];
        }
        int[] order = new int[seen.count()];
        for (int i = 0; i < order.length; i++) {
            order[next[seen.work()[i]]++] = i;
        }
        return order;
    }

    // Union of all hosts on which a work ran.
    private void findGroups() {
        Arrays.setAll(group, i -> i);
        int[] first = new int[seen.works()];
        Arrays.fill(first, -1);
        for (int i = 0; i < seen.count(); i++) {
            int work = seen.work()[i];
            if (first[work] < 0) {
                first[work] = seen.host()[i];
            } else {
                int a = root(first[work]);
                int b = root(seen.host()[i]);
                group[Math.max(a, b)] = Math.min(a, b);
            }
        }
        for (int host = 0; host < group.length; host++) {
            group[host] = root(host);
        }
    }

    private int root(int host) {
        int at = host;
        while (group[at] != at) {
            group[at] = group[group[at]];
            at = group[at];
        }
        return at;
    }

    private void solve() {
        Arrays.fill(workWeight, 0);
        Arrays.fill(hostWeight, 0);
        for (int i = 0; i < seen.count(); i++) {
            workWeight[seen.work()[i]] += weight[i];
            hostWeight[seen.host()[i]] += weight[i];
        }
        double[] wanted = centred(seen.logSeconds(), null);
        gradients(wanted);
        centreGroups(slowness);
    }

    // By host, the weighted sum of what its observations lie above the means of their works.
    private double[] centred(double @Nullable [] values, double @Nullable [] ofHost) {
        Arrays.fill(workMean, 0);
        for (int i = 0; i < seen.count(); i++) {
            workMean[seen.work()[i]] += weight[i] * value(i, values, ofHost);
        }
        for (int work = 0; work < workMean.length; work++) {
            workMean[work] = workWeight[work] == 0 ? 0 : workMean[work] / workWeight[work];
        }
        double[] sums = new double[seen.hosts()];
        for (int i = 0; i < seen.count(); i++) {
            sums[seen.host()[i]] += weight[i] * (value(i, values, ofHost) - workMean[seen.work()[i]]);
        }
        return sums;
    }

    private double value(int i, double @Nullable [] values, double @Nullable [] ofHost) {
        return values != null ? values[i] : ofHost != null ? ofHost[seen.host()[i]] : 0;
    }

    // The matrix is singular, but what is wanted lies in its range, where conjugate gradients stay.
    private void gradients(double[] wanted) {
        int hosts = slowness.length;
        double[] applied = centred(null, slowness);
        double[] rest = new double[hosts];
        Arrays.setAll(rest, h -> wanted[h] - applied[h]);
        double[] scaled = scaled(rest);
        double[] direction = scaled.clone();
        double product = dot(rest, scaled);
        double enough = PRECISE * Math.max(1, dot(wanted, scaled(wanted)));
        for (int step = 0; step < 2 * hosts + 10 && product > enough; step++) {
            double[] moved = centred(null, direction);
            double length = dot(direction, moved);
            if (!(length > 0)) {
                return;
            }
            double by = product / length;
            for (int h = 0; h < hosts; h++) {
                slowness[h] += by * direction[h];
                rest[h] -= by * moved[h];
            }
            scaled = scaled(rest);
            double next = dot(rest, scaled);
            for (int h = 0; h < hosts; h++) {
                direction[h] = scaled[h] + next / product * direction[h];
            }
            product = next;
        }
    }

    private double[] scaled(double[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, h -> hostWeight[h] == 0 ? 0 : values[h] / hostWeight[h]);
        return result;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private void centreGroups(double[] values) {
        double[] sum = new double[values.length];
        int[] size = new int[values.length];
        for (int host = 0; host < values.length; host++) {
            sum[group[host]] += values[host];
            size[group[host]]++;
        }
        for (int host = 0; host < values.length; host++) {
            values[host] -= sum[group[host]] / size[group[host]];
        }
    }

    // Observations beyond those that the fit could meet exactly.
    private int freedom() {
        int free = seen.count() - seen.hosts();
        for (int of : runs) {
            free -= of > 0 ? 1 : 0;
        }
        for (int host = 0; host < group.length; host++) {
            free += group[host] == host ? 1 : 0;
        }
        return free;
    }

    private double[] residuals() {
        double[] above = new double[seen.count()];
        for (int i = 0; i < above.length; i++) {
            above[i] = seen.logSeconds()[i] - slowness[seen.host()[i]];
        }
        centred(above, null);
        for (int i = 0; i < above.length; i++) {
            above[i] -= workMean[seen.work()[i]];
        }
        return above;
    }

    // The spread, from works that ran more than once, and what each observation counts by it.
    private void judge(double[] residuals) {
        double[] sizes = new double[residuals.length];
        int count = 0;
        for (int i = 0; i < residuals.length; i++) {
            int of = runs[seen.work()[i]];
            if (of > 1) {
                sizes[count++] = Math.abs(residuals[i]) * Math.sqrt(of / (of - 1.0));
            }
        }
        if (count == 0) {
            return;
        }
        Arrays.sort(sizes, 0, count);
        double free = Math.max(0, freedom());
        double found = SPREAD_OF_MEDIAN * sizes[count / 2];
        double mean = (USUAL_RUNS * USUAL_SPREAD * USUAL_SPREAD + free * found * found) / (USUAL_RUNS + free);
        spread = Math.max(LEAST_SPREAD, Math.sqrt(mean));
        for (int i = 0; i < residuals.length; i++) {
            double off = Math.abs(residuals[i]) / spread;
            weight[i] = off <= HUBER ? 1 : HUBER / off;
        }
    }
}
