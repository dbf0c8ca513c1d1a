package dev.heddle.scheduler;

import dev.heddle.core.GraphView;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** An order in which some tasks, and all they need, are raised: {@link QueuePolicy#headStart}. */
final class HeadStart implements QueuePolicy {

    private final QueuePolicy other;
    /** By number of the task; later tasks have none. */
    private final double[] raised;

    HeadStart(QueuePolicy other, GraphView graph, Map<String, Double> headStarts) {
        this.other = other;
        this.raised = new double[graph.size()];
        headStarts.forEach((task, number) -> {
            if (!(number >= 0) || Double.isInfinite(number)) {
                throw new IllegalArgumentException(
                        "the head start of '" + task + "' must be a number of at least 0: " + number);
            }
            BitSet needed = graph.closure(List.of(task));
            for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
                raised[i] = Math.max(raised[i], number);
            }
        });
    }

    @Override
    public double urgency(Candidate candidate) {
        int task = candidate.task().index();
        return other.urgency(candidate) + (task < raised.length ? raised[task] : 0);
    }

    @Override
    public SlowHosts slowHosts() {
        return other.slowHosts();
    }
}
