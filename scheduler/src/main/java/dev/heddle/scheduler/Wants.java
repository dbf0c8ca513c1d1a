package dev.heddle.scheduler;

import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells at the start of a build which tasks no host that is there can ever run, and what is missing: hours before they would fail for it.
 *
 * <p>At most {@value #TOLD} are told by name. Owned by the loop's thread.
 */
@SuppressWarnings("ReferenceEquality") // Nearly all tasks share these objects, and are passed over fast.
final class Wants {

    private static final int TOLD = 10;

    private final LiveGraph graph;
    private final Desk desk;
    private final Events events;

    Wants(LiveGraph graph, Desk desk, Events events) {
        this.graph = graph;
        this.desk = desk;
        this.events = events;
    }

    /** Looks at all tasks that are wanted by now. */
    void tell() {
        TaskStates states = desk.states();
        int found = 0;
        for (int i = 0; i < states.size(); i++) {
            if (states.is(i, TaskStates.WANTED) && isMissing(graph.task(i), i) && ++found <= TOLD) {
                events.warning(
                        "no host that there is can ever run '" + graph.task(i).name() + "': "
                                + missing(graph.task(i), desk.dispatcher().hosts()));
            }
        }
        if (found > TOLD) {
            events.warning("nor " + (found - TOLD) + " more tasks");
        }
    }

    private boolean isMissing(Task task, int index) {
        boolean modest = task.resources() == Resources.DEFAULT && task.constraints() == HostConstraints.NONE;
        return !modest && !task.steps().isEmpty() && !desk.dispatcher().isPossible(index);
    }

    /** What no host has that a task needs. */
    static String missing(Task task, List<HostState> hosts) {
        HostConstraints constraints = task.constraints();
        List<HostState> fit = hosts.stream()
                .filter(host -> host.spec.couldRun(0, Map.of(), constraints))
                .toList();
        if (fit.isEmpty()) {
            return "none is the host or has the properties that it demands";
        }
        List<String> missing = new ArrayList<>();
        int slots = task.resources().slots();
        int most = fit.stream().mapToInt(host -> host.spec.slots()).max().orElse(0);
        if (slots != Resources.ALL && slots > most) {
            missing.add("it needs " + slots + " slots, and the most that one has is " + most);
        }
        new TreeMap<>(task.resources().needs()).forEach((name, amount) -> {
            long there =
                    fit.stream().mapToLong(host -> host.spec.amount(name)).max().orElse(0);
            if (amount > there) {
                missing.add("it needs " + JobKind.amount(name, amount) + ", and "
                        + (there == 0 ? "none has any" : "the most that one has is " + JobKind.amount(name, there)));
            }
        });
        return missing.isEmpty()
                ? "each thing that it needs is there, but not all of it on one host"
                : String.join("; ", missing);
    }
}
