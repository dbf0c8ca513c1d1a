package dev.heddle.scheduler;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What dpb lets a slow host have. Tasks that could start are parted into bins by their weight, those without a known one apart. A
 * host's slots, and all slower ones, are given a share of the queued work that is their share of all speed; bins are taken for that
 * from the lightest upwards, for each slot at least one. Of these bins the heaviest that is not empty is served.
 *
 * <p>Owned by the loop's thread.
 */
final class DpbBins {

    private static final double[] BOUNDS = {4, 16, 64, 256, 1024, 4096, 16384, 65536, 1048576, Double.POSITIVE_INFINITY
    };

    private final CriticalPaths paths;

    DpbBins(CriticalPaths paths) {
        this.paths = paths;
    }

    /** The task of a line that a slow host is given, or -1. */
    int pick(Line line, HostState host, List<HostState> hosts) {
        double[] weights = new double[BOUNDS.length];
        int[] first = new int[BOUNDS.length];
        Arrays.fill(first, -1);
        double total = 0;
        for (int place = 0; place < line.tasks.size(); place++) {
            int task = line.tasks.at(place);
            if (paths.isKnown(task)) {
                int bin = binOf(paths.weight(task));
                weights[bin] += paths.weight(task);
                total += paths.weight(task);
                if (first[bin] < 0 || line.tasks.before(task, first[bin])) {
                    first[bin] = task;
                }
            }
        }
        for (int bin = allowed(host, hosts, weights, total) - 1; bin >= 0; bin--) {
            if (first[bin] >= 0) {
                return first[bin];
            }
        }
        return -1;
    }

    private static int binOf(double weight) {
        int bin = 0;
        while (weight > BOUNDS[bin]) {
            bin++;
        }
        return bin;
    }

    /** How many bins, from the lightest, the host may be served from. */
    private static int allowed(HostState host, List<HostState> hosts, double[] weights, double total) {
        List<HostState> up = hosts.stream()
                .filter(HostState::isUp)
                .sorted(Comparator.comparingDouble(HostState::speed))
                .toList();
        double all = up.stream().mapToDouble(h -> h.speed() * h.spec.slots()).sum();
        double share = 0;
        double taken = 0;
        int bins = 0;
        for (HostState slower : up) {
            if (slower.speed() > host.speed()) {
                break;
            }
            for (int slot = 0; slot < slower.spec.slots() && bins < BOUNDS.length; slot++) {
                share += slower.speed();
                do {
                    taken += weights[bins++];
                } while (bins < BOUNDS.length && taken <= total * share / all);
            }
        }
        return bins;
    }
}
