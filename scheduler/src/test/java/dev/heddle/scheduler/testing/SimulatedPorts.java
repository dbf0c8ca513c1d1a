package dev.heddle.scheduler.testing;

import dev.heddle.core.Channel;
import dev.heddle.core.InputTransfer;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Task;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.scheduler.QueuePolicy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** The embedder's side of a simulation, which may break anywhere, and counts what it was given and has not got back. */
final class SimulatedPorts {

    private static final int BREAKS_PERCENT = 2;

    private final Findings findings;
    private final SplittableRandom outputLuck;
    private final SplittableRandom transferLuck;
    private final SplittableRandom checkLuck;
    private final SplittableRandom listenerLuck;
    private final CountDownLatch buildOver = new CountDownLatch(1);
    private final Map<String, Integer> checked = new HashMap<>();
    private int outputs;
    private int holds;

    SimulatedPorts(long seed, Findings findings) {
        this.findings = findings;
        this.outputLuck = Fault.OUTPUT_THROWS.luck(seed);
        this.transferLuck = Fault.TRANSFER_THROWS.luck(seed);
        this.checkLuck = Fault.SOME_UP_TO_DATE.luck(seed);
        this.listenerLuck = Fault.LISTENER_THROWS.luck(seed);
    }

    private static boolean breaks(SplittableRandom luck) {
        return luck.nextInt(100) < BREAKS_PERCENT;
    }

    OutputPort output() {
        return new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                if (breaks(outputLuck)) {
                    throw new IllegalStateException("no output");
                }
                outputs++;
                return new Output();
            }

            @Override
            public void message(Channel channel, String text) {
                // Called by threads of listeners, too, which must not draw from the luck of the others.
                throw new IllegalStateException("no message");
            }
        };
    }

    private final class Output implements JobOutput {
        private boolean finished;
        private boolean closed;

        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            findings.check(!closed, "output", "it is written after its end");
        }

        @Override
        public void finish(Outcome outcome) {
            findings.check(!finished && !closed, "output", "it is finished twice");
            finished = true;
            if (breaks(outputLuck)) {
                throw new IllegalStateException("it cannot be finished");
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                outputs--;
                if (breaks(outputLuck)) {
                    throw new IllegalStateException("it cannot be closed");
                }
            }
        }
    }

    InputTransfer inputs() {
        return new InputTransfer() {
            @Override
            public Hold bring(Task task, String host) throws IOException {
                if (breaks(transferLuck)) {
                    throw new IOException("it cannot be brought");
                }
                holds++;
                boolean[] open = {true};
                return () -> {
                    holds -= open[0] ? 1 : 0; // A second close does nothing.
                    open[0] = false;
                };
            }

            @Override
            public void fetch(Task task, String host) throws IOException {
                if (breaks(transferLuck)) {
                    throw new IOException("it cannot be fetched");
                }
            }
        };
    }

    /** Some tasks need not run, some cannot be checked; which, is drawn once for each. */
    Rebuilder rebuilder(Map<String, KnownTask> tasks, Set<String> adders) {
        return (task, dependencies) -> {
            KnownTask known = tasks.get(task.name());
            int luck = checked.computeIfAbsent(task.name(), name -> checkLuck.nextInt(100));
            if (known != null && known.builtElsewhere) {
                known.upToDate = true;
                return new Rebuilder.Verdict.UpToDate("another one built it");
            }
            if (luck < BREAKS_PERCENT && known != null) {
                known.checkBreaks = true;
                throw new IllegalStateException("it cannot be checked");
            }
            if (luck < 20 && known != null && !adders.contains(task.name())) {
                known.upToDate = true;
                return luck % 2 == 0
                        ? new Rebuilder.Verdict.UpToDate("it is there")
                        : new Rebuilder.Verdict.Substituted("elsewhere");
            }
            return new Rebuilder.Verdict.MustRun("it is not there");
        };
    }

    QueuePolicy brokenPolicy() {
        int[] left = {listenerLuck.split().nextInt(30)};
        QueuePolicy good = QueuePolicy.criticalPath();
        return candidate -> {
            if (--left[0] < 0) {
                throw new IllegalStateException("no order");
            }
            return good.urgency(candidate);
        };
    }

    BuildEventListener throwing() {
        int[] left = {listenerLuck.split().nextInt(100)};
        return event -> {
            if (--left[0] < 0) {
                throw new IllegalStateException("enough of events");
            }
        };
    }

    BuildEventListener blocking() {
        return event -> {
            try {
                buildOver.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Lets listeners go on. */
    void buildOver() {
        buildOver.countDown();
    }

    /** Looks whether all that was given was given back. */
    void checkReturned(int clinging) {
        findings.check(outputs <= clinging, "output", outputs, " outputs were not closed");
        findings.check(holds <= clinging, "inputs", holds, " holds were not let go");
    }
}
