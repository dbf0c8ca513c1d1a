package dev.heddle.scheduler.host;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code sbatch}, {@code squeue} and {@code scancel}. May be used from any thread.
 *
 * <p><b>Bounds.</b> Of an answer at most {@value #MAX_ANSWER} bytes are kept, and one that is longer is no answer; a program
 * that takes longer than {@value #PATIENCE_SECONDS} seconds is killed.
 */
final class SlurmPrograms {

    static final int MAX_ANSWER = 4 << 20;
    static final int PATIENCE_SECONDS = 60;

    /** Of an error, what is worth telling. */
    private static final int MAX_SAID = 4096;

    /** What Slurm's programs need of the environment; an allocation around this process is not for them to know. */
    private static final List<String> VARIABLES =
            List.of("PATH", "HOME", "USER", "LOGNAME", "LD_LIBRARY_PATH", "SLURM_CONF", "SLURM_CLUSTERS");

    /**
     * What a program answered.
     *
     * @param exitCode of it, or -1 if it could not be run to its end
     * @param out what it printed
     * @param said what it said of errors
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int exitCode, byte[] out, String said) {

        boolean succeeded() {
            return exitCode == 0;
        }
    }

    private final ProcessRunner processes;
    private final ScheduledExecutorService timer;
    private final Map<String, String> environment;

    /**
     * Names what it needs.
     *
     * @param timer ends what takes too long
     */
    SlurmPrograms(ProcessRunner processes, ScheduledExecutorService timer) {
        this.processes = processes;
        this.timer = timer;
        this.environment = inherited();
    }

    /** What the runner gives to commands that say nothing of it, which need not be what this process has. */
    private Map<String, String> inherited() {
        Answer answer = run(Command.of("env", "-0")).join();
        if (!answer.succeeded()) {
            return System.getenv();
        }
        Map<String, String> variables = new TreeMap<>();
        for (String line : new String(answer.out(), StandardCharsets.UTF_8).split("\0", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        variables.remove("_");
        return variables;
    }

    /** The environment of commands of this machine that say nothing of it. */
    Map<String, String> environment() {
        return environment;
    }

    /** Starts a program; its answer comes without fail. */
    CompletableFuture<Answer> run(List<String> argv) {
        Command command = Command.of(argv).cleanEnv();
        for (String name : VARIABLES) {
            String value = environment.get(name);
            if (value != null) {
                command = command.env(name, value);
            }
        }
        return run(command);
    }

    private CompletableFuture<Answer> run(Command command) {
        Collector collector = new Collector();
        RunningProcess process;
        try {
            process = processes.start(command.capture(Command.Capture.LABELLED), collector);
        } catch (IOException | IllegalStateException e) {
            return CompletableFuture.completedFuture(new Answer(-1, new byte[0], String.valueOf(e.getMessage())));
        }
        Future<?> late = timer.schedule(() -> process.terminate(Duration.ZERO), PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.ended().thenApply(end -> {
            late.cancel(false);
            return collector.answer(end);
        });
    }

    private static final class Collector implements JobOutput {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private boolean overflown;

        @Override
        public synchronized void write(Channel channel, byte[] bytes, int offset, int length) {
            if (channel == Channel.STDOUT) {
                overflown |= out.size() + length > MAX_ANSWER;
                out.write(bytes, offset, Math.min(length, MAX_ANSWER - out.size()));
            } else if (channel == Channel.STDERR) {
                err.write(bytes, offset, Math.min(length, MAX_SAID - err.size()));
            }
        }

        synchronized Answer answer(ProcessEnd end) {
            String problem = end.problem();
            String said = err.toString(StandardCharsets.UTF_8);
            if (problem != null) {
                return new Answer(-1, out.toByteArray(), problem);
            }
            if (end.signal() != 0) {
                return new Answer(-1, out.toByteArray(), "timed out; " + said);
            }
            return overflown
                    ? new Answer(-1, new byte[0], "the answer is longer than " + MAX_ANSWER + " bytes")
                    : new Answer(end.exitCode(), out.toByteArray(), said);
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }
}
