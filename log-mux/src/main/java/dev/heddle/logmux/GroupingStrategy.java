package dev.heddle.logmux;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How bytes become groups, and whose group is shown next. Immutable; the same strategy may be given to several views, each
 * of which makes its own machine of it.
 *
 * <table>
 * <caption>The strategies</caption>
 * <tr><th>name</th><th>a group is shown when</th><th>longest delay of a byte</th></tr>
 * <tr><td>{@code raw}</td><td>bytes arrive, while one job runs; like {@code line} otherwise</td><td>none; 2 s for a half
 * line beside other jobs</td></tr>
 * <tr><td>{@code line}</td><td>a line is complete; a source that is just talking is not interrupted for 150 ms</td><td>150
 * ms; 2 s for a half line</td></tr>
 * <tr><td>{@code indented}</td><td>a line begins that is not indented, the channel changes, 250 ms of silence, 1 s of
 * age</td><td>1 s; 2 s for a half line</td></tr>
 * <tr><td>{@code diagnostic}</td><td>what a tool complains about is complete, 250 ms of silence, 1 s of age; other lines as
 * with {@code line}</td><td>1.2 s; 2 s for a half line</td></tr>
 * <tr><td>{@code task}</td><td>the task ends</td><td>until the task ends</td></tr>
 * <tr><td>{@code stage}</td><td>its source has the stage; it gets it when the owner is quiet for 250 ms, or after 3 s; ended
 * tasks are shown whole in between</td><td>5 s</td></tr>
 * </table>
 *
 * <p>A sink that {@linkplain LiveSink#showsHalfLines shows half lines} itself is given none before they end, other than of a
 * strategy of the embedder's own.
 *
 * <p>In every strategy a source opened {@linkplain OutputMultiplexer#openLive live} is shown byte by byte, and the others
 * wait until it ends.
 */
public final class GroupingStrategy {

    /** The order in which {@link #task(Order)} shows tasks. */
    public enum Order {
        /** As they end. */
        END,
        /** As they were opened: a task that has ended waits for all that were opened before it. */
        GRAPH
    }

    private enum Kind {
        RAW,
        LINE,
        INDENTED,
        DIAGNOSTIC,
        TASK,
        TASK_IN_ORDER,
        STAGE,
        COLLECTING,
        CUSTOM
    }

    private static final MatcherSet NO_MATCHERS = new MatcherSet(List.of());
    private static final GroupingStrategy RAW = new GroupingStrategy("raw", Kind.RAW);
    private static final GroupingStrategy LINE = new GroupingStrategy("line", Kind.LINE);
    private static final GroupingStrategy INDENTED = new GroupingStrategy("indented", Kind.INDENTED);
    private static final GroupingStrategy DIAGNOSTIC =
            new GroupingStrategy("diagnostic", Kind.DIAGNOSTIC, new MatcherSet(DiagnosticMatcher.common()));
    private static final GroupingStrategy TASK = new GroupingStrategy("task", Kind.TASK);
    private static final GroupingStrategy TASK_IN_ORDER = new GroupingStrategy("task", Kind.TASK_IN_ORDER);
    private static final GroupingStrategy STAGE = new GroupingStrategy("stage", Kind.STAGE);
    private static final GroupingStrategy COLLECTING = new GroupingStrategy("collecting", Kind.COLLECTING);
    private static final List<GroupingStrategy> ALL = List.of(RAW, LINE, INDENTED, DIAGNOSTIC, TASK, STAGE);

    private final String name;
    private final Kind kind;
    private final MatcherSet matchers;
    private final @Nullable Supplier<? extends LineGrouping> groupings;
    private final @Nullable Supplier<? extends GroupArbiter> arbiters;

    private GroupingStrategy(String name, Kind kind) {
        this(name, kind, NO_MATCHERS);
    }

    private GroupingStrategy(String name, Kind kind, MatcherSet matchers) {
        this.name = name;
        this.kind = kind;
        this.matchers = matchers;
        this.groupings = null;
        this.arbiters = null;
    }

    private GroupingStrategy(
            String name, Supplier<? extends LineGrouping> groupings, Supplier<? extends GroupArbiter> arbiters) {
        this.name = Objects.requireNonNull(name, "name");
        this.kind = Kind.CUSTOM;
        this.matchers = NO_MATCHERS;
        this.groupings = Objects.requireNonNull(groupings, "groupings");
        this.arbiters = Objects.requireNonNull(arbiters, "arbiters");
    }

    /** Bytes as they come: for one job at a time, with its progress bars. */
    public static GroupingStrategy raw() {
        return RAW;
    }

    /** Whole lines as they come. */
    public static GroupingStrategy line() {
        return LINE;
    }

    /** A line together with the indented lines behind it. */
    public static GroupingStrategy indented() {
        return INDENTED;
    }

    /** What a tool complains about in one piece, other lines as they come; for the tools of {@link DiagnosticMatcher#common}. */
    public static GroupingStrategy diagnostic() {
        return DIAGNOSTIC;
    }

    /** What a tool complains about in one piece, as these matchers find it, other lines as they come. */
    public static GroupingStrategy diagnostic(List<DiagnosticMatcher> matchers) {
        return new GroupingStrategy("diagnostic", Kind.DIAGNOSTIC, new MatcherSet(matchers));
    }

    /** Tasks whole, in the order of their ends. */
    public static GroupingStrategy task() {
        return TASK;
    }

    /** Tasks whole, in the order given. */
    public static GroupingStrategy task(Order order) {
        return order == Order.END ? TASK : TASK_IN_ORDER;
    }

    /** One task live, the others in whole blocks in between. */
    public static GroupingStrategy stage() {
        return STAGE;
    }

    /**
     * A strategy of the embedder's own: a pair of pure machines. Whatever they do, every byte is shown once and in order, the
     * engine's words are shown as they come, and a live source has the stage to itself.
     *
     * @param name what to call it; {@link #byName} does not know it
     * @param groupings makes the machine for a source and channel that says what may pass
     * @param arbiters makes the machine for a sink that says whose turn it is
     */
    public static GroupingStrategy of(
            String name, Supplier<? extends LineGrouping> groupings, Supplier<? extends GroupArbiter> arbiters) {
        return new GroupingStrategy(name, groupings, arbiters);
    }

    /** Whole lines at once, half lines not before their ends: for sinks that read and do not show. */
    static GroupingStrategy collecting() {
        return COLLECTING;
    }

    /** All strategies that have a name. */
    public static List<GroupingStrategy> all() {
        return ALL;
    }

    /**
     * The strategy with a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static GroupingStrategy byName(String name) {
        for (GroupingStrategy strategy : ALL) {
            if (strategy.name.equals(name)) {
                return strategy;
            }
        }
        String names = ALL.stream().map(GroupingStrategy::name).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("no strategy is called '" + name + "'; there are " + names);
    }

    /** The name, as {@link #byName} takes it. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return kind == Kind.TASK_IN_ORDER ? "task in the order of the graph" : name;
    }

    Arbiter arbiter(Arbiter.Output output) {
        return switch (kind) {
            case RAW, INDENTED, COLLECTING -> new AtOnceArbiter(output);
            case LINE, DIAGNOSTIC -> new LineArbiter(output);
            case TASK -> new TaskArbiter(output, false);
            case TASK_IN_ORDER -> new TaskArbiter(output, true);
            case STAGE -> new StageArbiter(output);
            case CUSTOM -> new CustomArbiter(output, made(arbiters));
        };
    }

    Assembler assembler(Lane lane, int channel, Grouping grouping) {
        if (grouping.isLive(lane)) {
            return new LineAssembler(lane, channel, Assembler.NEVER, () -> true);
        }
        if (lane.isEngine()) {
            return new LineAssembler(lane, channel, Timing.HALF_LINE_NANOS, () -> false);
        }
        long halfLineNanos = grouping.halfLineNanos();
        return switch (kind) {
            case RAW -> new LineAssembler(lane, channel, halfLineNanos, () -> grouping.isAlone(lane));
            case INDENTED -> new IndentAssembler(lane, channel, halfLineNanos);
            case CUSTOM -> new CustomAssembler(lane, channel, made(groupings));
            case DIAGNOSTIC -> new DiagnosticAssembler(lane, channel, matchers, halfLineNanos);
            case TASK, TASK_IN_ORDER, COLLECTING -> new LineAssembler(lane, channel, Assembler.NEVER, () -> false);
            case LINE, STAGE -> new LineAssembler(lane, channel, halfLineNanos, () -> false);
        };
    }

    private static <T> T made(@Nullable Supplier<? extends T> maker) {
        return Objects.requireNonNull(maker, "BUG: not a strategy of an embedder")
                .get();
    }
}
