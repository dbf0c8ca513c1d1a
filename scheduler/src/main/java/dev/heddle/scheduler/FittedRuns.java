package dev.heddle.scheduler;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The hosts of all known runs, fitted. Different definitions of a task are different works here: where one is long and the other
 * short, that says nothing of the hosts on which they ran.
 */
final class FittedRuns {

    private final SpeedFit fit;
    private final double[] uncertainty;
    private final int[] runs;

    private FittedRuns(SpeedFit fit, int[] runs) {
        this.fit = fit;
        this.uncertainty = fit.uncertainties();
        this.runs = runs;
    }

    static FittedRuns of(KnownRuns known) {
        int count = known.tasks().values().stream().mapToInt(runs -> runs.count).sum();
        int[] work = new int[count];
        int[] host = new int[count];
        double[] logSeconds = new double[count];
        int works = 0;
        int at = 0;
        for (KnownRuns.Runs runs : known.tasks().values()) {
            Map<Long, Integer> byPrint = new HashMap<>();
            for (int i = 0; i < runs.count; i++, at++) {
                Integer number = byPrint.putIfAbsent(runs.print[i], works);
                if (number == null) {
                    number = works++;
                }
                work[at] = number;
                host[at] = runs.host[i];
                logSeconds[at] = runs.logSeconds[i];
            }
        }
        int hosts = known.hosts().size();
        int[] ofHost = new int[hosts];
        Arrays.stream(host).forEach(h -> ofHost[h]++);
        return new FittedRuns(SpeedFit.of(new SpeedFit.Observations(works, hosts, work, host, logSeconds)), ofHost);
    }

    double slowness(int host) {
        return fit.slowness(host);
    }

    int group(int host) {
        return fit.group(host);
    }

    double uncertainty(int host) {
        return uncertainty[host];
    }

    double spread() {
        return fit.spread();
    }

    /** How many known runs a host had. */
    int runs(int host) {
        return runs[host];
    }
}
