package dev.heddle.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks wait for one another, so that none of them can ever start. The message names the whole cycle. */
public final class CycleException extends GraphException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an immutable list of strings
    private final List<String> cycle;

    CycleException(List<String> cycle, @Nullable String place) {
        super(describe(cycle), cycle.get(0), place);
        this.cycle = List.copyOf(cycle);
    }

    /** Names of the tasks on the cycle, each once: every one depends on the next, and the last on the first. */
    public List<String> cycle() {
        return cycle;
    }

    @Override
    GraphException at(String where) {
        return place().isPresent() ? this : new CycleException(cycle, where);
    }

    private static String describe(List<String> cycle) {
        List<String> closed = new ArrayList<>(cycle);
        closed.add(cycle.get(0));
        return "dependency cycle: " + String.join(" -> ", closed);
    }
}
