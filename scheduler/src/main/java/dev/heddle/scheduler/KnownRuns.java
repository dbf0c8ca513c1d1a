package dev.heddle.scheduler;

import dev.heddle.scheduler.TimedRun.StepTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest runs of each task that count, in memory: at most {@value #USED} for each of {@value #MOST_TASKS} tasks. Not safe for
 * several threads while it is filled.
 */
final class KnownRuns {

    /** Runs of a task that an estimate is made of, as many as dpb takes. */
    static final int USED = 10;

    /** Most tasks that are kept; of further ones nothing is known. */
    static final int MOST_TASKS = 1_000_000;

    /** A run takes at least this long: of less, clocks tell nothing, and there is no logarithm of nothing. */
    static final double LEAST_SECONDS = 0.001;

    /** Runs of one task, the oldest first. */
    static final class Runs {
        private static final String[] NO_NAMES = {};

        int count;
        int[] host = new int[1];
        float[] logSeconds = new float[1];
        long[] print = new long[1];
        long logBytes;
        long lastEpochSeconds;
        /** Names of the steps of the newest run. */
        String[] stepNames = NO_NAMES;
        /** By run that had these steps, seconds of each; null for runs that had others, or none. */
        float[] @Nullable [] steps = new float[1][];

        void add(int hostNumber, TimedRun run) {
            if (count == USED) {
                System.arraycopy(host, 1, host, 0, USED - 1);
                System.arraycopy(logSeconds, 1, logSeconds, 0, USED - 1);
                System.arraycopy(print, 1, print, 0, USED - 1);
                System.arraycopy(steps, 1, steps, 0, USED - 1);
                count--;
            } else if (count == host.length) {
                int room = Math.min(USED, count * 2);
                host = Arrays.copyOf(host, room);
                logSeconds = Arrays.copyOf(logSeconds, room);
                print = Arrays.copyOf(print, room);
                steps = Arrays.copyOf(steps, room);
            }
            host[count] = hostNumber;
            logSeconds[count] =
                    (float) Math.log(Math.max(LEAST_SECONDS, run.took().seconds()));
            print[count] = run.how().print();
            addSteps(run.took().steps());
            count++;
            logBytes = run.took().logBytes();
            lastEpochSeconds = Math.max(lastEpochSeconds, run.how().epochSeconds());
        }

        private void addSteps(List<StepTime> times) {
            String[] names = times.stream().map(StepTime::name).toArray(String[]::new);
            if (!Arrays.equals(names, stepNames)) {
                Arrays.fill(steps, null);
                stepNames = names;
            }
            float[] seconds = new float[names.length];
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = (float) times.get(i).seconds();
            }
            steps[count] = seconds;
        }
    }

    private final Map<String, Runs> tasks = new LinkedHashMap<>();
    private final Map<String, Integer> hostNumbers = new HashMap<>();
    private final List<String> hosts = new ArrayList<>();

    /** Takes a run into account if it counts. */
    void add(TimedRun run) {
        if (!run.counts()) {
            return;
        }
        Runs runs = tasks.get(run.task());
        if (runs == null) {
            if (tasks.size() == MOST_TASKS) {
                return;
            }
            runs = new Runs();
            tasks.put(run.task(), runs);
        }
        String host = run.where().host();
        Integer number = hostNumbers.putIfAbsent(host, hosts.size());
        if (number == null) {
            number = hosts.size();
            hosts.add(host);
        }
        runs.add(number, run);
    }

    @Nullable
    Runs of(String task) {
        return tasks.get(task);
    }

    Map<String, Runs> tasks() {
        return tasks;
    }

    /** The number of a host, or -1. */
    int hostNumber(String host) {
        return hostNumbers.getOrDefault(host, -1);
    }

    /** Names of hosts, by number. */
    List<String> hosts() {
        return hosts;
    }
}
