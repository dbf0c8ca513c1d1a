package dev.heddle.bench;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.OutputPort;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.Hosts;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How many jobs a second does a partition of Slurm run for a scheduler, each as a batch job, and all in one allocation?
 *
 * <p>Argument: a partition. The script {@code slurm-rate} starts it.
 */
final class SlurmRate {

    private static final int ROUNDS = 5;
    private static final int SLOTS = 4;
    private static final int BATCH_JOBS = 24;
    private static final int ALLOCATION_JOBS = 1_000;

    private SlurmRate() {}

    /** Prints a line for each mode. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        print(out, args[0], "batch", BATCH_JOBS);
        print(out, args[0], "allocation", ALLOCATION_JOBS);
    }

    private static void print(PrintStream out, String partition, String mode, int jobs) throws IOException {
        HostEntry entry = HostEntry.parse("slurm:" + partition + " jobs=" + SLOTS + " mode=" + mode);
        List<Double> rates = new ArrayList<>();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(Hosts.local(1).open(entry)))
                .output(OutputPort.discard())
                .build()) {
            // The allocation is made by the first.
            rate(scheduler, SLOTS);
            for (int i = 0; i < ROUNDS; i++) {
                rates.add(rate(scheduler, jobs));
            }
        }
        List<Double> sorted = rates.stream().sorted().toList();
        out.printf(
                "mode=%-12s %7.1f jobs/s (median of %d rounds of %d jobs; %.1f to %.1f)%n",
                mode, sorted.get(ROUNDS / 2), ROUNDS, jobs, sorted.get(0), sorted.get(ROUNDS - 1));
    }

    private static double rate(Scheduler scheduler, int jobs) throws IOException {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < jobs; i++) {
            graph.task("t" + i, task -> task.command(Command.of("true")));
        }
        long began = System.nanoTime();
        BuildResult result = scheduler.run(graph.build());
        if (!result.succeeded()) {
            throw new IOException("a job failed: " + result.failures());
        }
        return jobs * 1e9 / (System.nanoTime() - began);
    }
}
