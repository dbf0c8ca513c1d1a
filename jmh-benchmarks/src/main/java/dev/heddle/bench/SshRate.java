package dev.heddle.bench;

import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.transport.SshCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many jobs a second does one ssh connection carry, and how many does plain {@code ssh HOST true}?
 *
 * <p>Arguments: a host, and a file for ssh in place of ssh_config. The script {@code ssh-rate} starts it.
 */
final class SshRate {

    private static final int ROUNDS = 5;
    private static final int JOBS = 1_000;
    private static final int PLAIN_JOBS = 10;
    /** Agents that one connection carries beside its keeper. */
    private static final int AGENTS = SshCommand.SESSIONS - 1;

    private SshRate() {}

    /** Prints a line for each way. */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        SshCommand ssh = SshCommand.to(args[0]);
        if (args.length > 1) {
            ssh = ssh.config(Path.of(args[1]));
        }
        try (ProcessRunner runner = ProcessRunner.builder().buildFar(ssh)) {
            for (int slots : new int[] {1, AGENTS}) {
                List<Double> rates = new ArrayList<>();
                rate(runner, slots);
                for (int i = 0; i < ROUNDS; i++) {
                    rates.add(rate(runner, slots));
                }
                print(out, "one connection, " + slots + (slots == 1 ? " slot" : " slots"), rates);
            }
        }
        List<Double> plain = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            plain.add(plain(args));
        }
        print(out, "plain ssh, one after the other", plain);
    }

    private static double rate(ProcessRunner runner, int slots) throws IOException, InterruptedException {
        Semaphore free = new Semaphore(slots);
        AtomicInteger failed = new AtomicInteger();
        long began = System.nanoTime();
        for (int i = 0; i < JOBS; i++) {
            free.acquire();
            JobOutput output = OutputPort.discard().open(new JobInfo(i + 1, "true", null, "", "far", 1));
            var unused = runner.start(Command.of("true"), output).ended().thenAccept(end -> {
                if (!end.exitedWith(0)) {
                    failed.incrementAndGet();
                }
                free.release();
            });
        }
        free.acquire(slots);
        if (failed.get() > 0) {
            throw new IOException(failed.get() + " of " + JOBS + " jobs failed");
        }
        return JOBS * 1e9 / (System.nanoTime() - began);
    }

    private static double plain(String[] args) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("ssh", "-T", "-oBatchMode=yes"));
        if (args.length > 1) {
            argv.addAll(List.of("-F", args[1]));
        }
        argv.addAll(List.of("--", args[0], "true"));
        long began = System.nanoTime();
        for (int i = 0; i < PLAIN_JOBS; i++) {
            if (new ProcessBuilder(argv).inheritIO().start().waitFor() != 0) {
                throw new IOException("plain ssh failed");
            }
        }
        return PLAIN_JOBS * 1e9 / (System.nanoTime() - began);
    }

    private static void print(PrintStream out, String way, List<Double> rates) {
        List<Double> sorted = rates.stream().sorted().toList();
        out.printf(
                "%-32s %7.1f jobs/s (median of %d; %.1f to %.1f)%n",
                way, sorted.get(sorted.size() / 2), sorted.size(), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}
