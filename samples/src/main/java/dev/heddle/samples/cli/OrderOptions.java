package dev.heddle.samples.cli;

import dev.heddle.core.Channel;
import dev.heddle.core.OutputPort;
import dev.heddle.scheduler.QueuePolicy;
import dev.heddle.scheduler.Scheduler;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which of the tasks that could start goes first. */
public final class OrderOptions {

    private static final String RANDOM = "random";

    @Option(
            names = "--order",
            paramLabel = "NAME[:SEED]",
            description =
                    "Which of the tasks that are ready goes first: critical-path (the heaviest chain of dependents; the"
                            + " default), fifo, longest, dpb (the most work that waits for it), or random, whose seed is told and"
                            + " repeats it.")
    private @Nullable String order;

    @Option(names = "-r", description = "The same as --order random: finds dependencies that are missing.")
    private boolean random;

    /** Made by picocli. */
    public OrderOptions() {}

    /**
     * Checks the options before anything is started.
     *
     * @throws UserError if an order is not known
     */
    public void check() {
        if (random && order != null && !isRandom(order)) {
            throw new UserError("-r", "cannot be used with --order " + order, "leave one of them out");
        }
        if (order != null) {
            policy(order, 0);
        }
    }

    /** Tells a scheduler what was asked for, and the user the seed that was drawn. */
    public void apply(Scheduler.Builder builder, OutputPort port) {
        builder.policy(chosen(port));
    }

    /** The order that was asked for; tells the user the seed that was drawn. */
    public QueuePolicy chosen(OutputPort port) {
        String asked = order != null ? order : random ? RANDOM : null;
        if (asked == null) {
            return QueuePolicy.criticalPath();
        }
        long drawn = 0;
        if (asked.equals(RANDOM)) {
            drawn = new SecureRandom().nextInt(Integer.MAX_VALUE);
            port.message(Channel.MESSAGE, "the order is random; --order " + RANDOM + ":" + drawn + " repeats it");
        }
        return policy(asked, drawn);
    }

    private static boolean isRandom(String order) {
        return order.equals(RANDOM) || order.startsWith(RANDOM + ":");
    }

    private static QueuePolicy policy(String order, long drawn) {
        return switch (order) {
            case "critical-path" -> QueuePolicy.criticalPath();
            case "fifo" -> QueuePolicy.fifo();
            case "longest" -> QueuePolicy.longest();
            case "dpb" -> QueuePolicy.dpb();
            case RANDOM -> QueuePolicy.random(drawn);
            default -> QueuePolicy.random(seed(order));
        };
    }

    private static long seed(String order) {
        if (isRandom(order)) {
            try {
                return Long.parseLong(order.substring(RANDOM.length() + 1));
            } catch (NumberFormatException e) {
                throw new UserError("--order", "the seed is not a number: '" + order + "'", null);
            }
        }
        throw new UserError(
                "--order",
                "no such order: '" + order + "'",
                "known are critical-path, fifo, longest, dpb and random, the last with :SEED behind it if wanted");
    }
}
