package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Slots;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.Work;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import dev.heddle.scheduler.testing.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random builds in imagined time whose jobs take every slot that they are lent and give each back after a while. */
@Timeout(120)
final class RandomLendingTest {

    private static final int SEEDS = Integer.getInteger("heddle.seeds", 200);

    private final ManualTicker ticker = ManualTicker.jumping();

    /** A host whose jobs work in pieces, each on a slot of its own, and which counts the slots in use. */
    private final class CountingHost implements HostBackend {
        private final HostSpec spec;
        private final SplittableRandom random;
        private int inUse;
        private int mostInUse;
        private int taken;

        CountingHost(HostSpec spec, SplittableRandom random) {
            this.spec = spec;
            this.random = random;
        }

        /** A job that has so many pieces of work left, besides those that are being done. */
        private final class Job implements RunningStep {
            private final HostJob job;
            private final StepObserver observer;
            private final int own;
            private int pieces;
            private int doing;
            private boolean over;

            Job(HostJob job, StepObserver observer) {
                this.job = job;
                this.observer = observer;
                this.own = job.lease().slots();
                this.pieces = random.nextInt(60);
            }

            void begin() {
                use(own);
                goOn();
            }

            private void goOn() {
                Slots slots = job.slots();
                while (pieces > 0 && slots.tryTake()) {
                    pieces--;
                    taken += doing(1);
                    ticker.in(time(), () -> {
                        doing(-1);
                        slots.giveBack();
                    });
                }
                ticker.in(time(), this::ownPiece);
            }

            /** Its own slots are in use all the time: it works on one, and takes the others like those that it is lent. */
            private int doing(int more) {
                int before = Math.max(own, 1 + doing);
                doing += more;
                int further = Math.max(own, 1 + doing) - before;
                use(further);
                return further;
            }

            private void ownPiece() {
                if (pieces-- > 0) {
                    goOn();
                } else if (doing > 0) {
                    ticker.in(time(), this::ownPiece);
                } else if (!over) {
                    over = true;
                    use(-own);
                    observer.ended(new StepEnd.Returned());
                }
            }

            private Duration time() {
                return Duration.ofMillis(1 + random.nextInt(2_000));
            }

            @Override
            public void terminate(Duration grace) {}
        }

        private void use(int slots) {
            inUse += slots;
            mostInUse = Math.max(mostInUse, inUse);
        }

        @Override
        public HostSpec spec() {
            return spec;
        }

        @Override
        public RunningStep start(HostJob job, Work work, StepObserver observer) {
            Job run = new Job(job, observer);
            observer.started(0);
            run.begin();
            return run;
        }

        @Override
        public void close() {}
    }

    @Test
    void slotsInUseAreNeverMoreThanTheHostHasAndWhoWaitsGetsThem() {
        int lent = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<HostBackend> hosts = new ArrayList<>();
            for (int h = 0; h <= random.nextInt(3); h++) {
                hosts.add(new CountingHost(HostSpec.of("h" + h, 4 + random.nextInt(8)), random.split()));
            }
            TaskSpec.Builder[] tasks = new TaskSpec.Builder[1 + random.nextInt(40)];
            for (int i = 0; i < tasks.length; i++) {
                tasks[i] = TaskSpec.named("t" + i).action(job -> {}).weight(random.nextInt(5));
                int least = 1 + random.nextInt(4);
                tasks[i].slots(least, random.nextBoolean() ? least : least + random.nextInt(12));
                if (i > 0 && random.nextBoolean()) {
                    tasks[i].dependsOn("t" + random.nextInt(i));
                }
            }
            try (Scheduler scheduler = Scheduler.builder()
                    .hosts(Hosts.of(hosts.toArray(HostBackend[]::new)))
                    .ticker(ticker)
                    .clock(ticker)
                    .build()) {
                assertThat(scheduler.run(graphOf(tasks)).succeeded())
                        .as("seed %s", seed)
                        .isTrue();
            }
            for (HostBackend host : hosts) {
                CountingHost counted = (CountingHost) host;
                assertThat(counted.mostInUse).as("seed %s", seed).isLessThanOrEqualTo(counted.spec.slots());
                assertThat(counted.inUse).as("seed %s", seed).isZero();
                lent += counted.taken;
            }
        }
        assertThat(lent).isGreaterThan(SEEDS);
    }
}
