package dev.heddle.scheduler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of tasks that failed or are locked, the first {@value #MOST}, for people. Owned by the loop's thread. */
final class Troubled {

    private static final int MOST = 20;

    private final Set<String> names = new LinkedHashSet<>();

    void add(String task) {
        if (names.size() < MOST) {
            names.add(task);
        }
    }

    /** It is so no more. */
    void remove(String task) {
        names.remove(task);
    }

    List<String> names() {
        return List.copyOf(names);
    }
}
