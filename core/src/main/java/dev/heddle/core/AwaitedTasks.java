package dev.heddle.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Edges of a {@link GrowingGraph} to tasks that did not come yet, by the number of the name they wait for, and where each was
 * read. Belongs to one thread.
 */
final class AwaitedTasks {

    /** An edge that waits, the name it waits for, and the place where it was read. */
    record Waiting(int edge, int name, String place) {}

    private final IntLists waiting = new IntLists(); // by name: edges, each followed by its place
    private final List<String> places = new ArrayList<>();

    void ensureNames(int count) {
        waiting.ensureLists(count);
    }

    /** Begins a place; edges that are added from now on were read there. */
    void beginPlace(String place) {
        places.add(place);
    }

    /** Takes back the last place, which no edge has. */
    void removePlace() {
        places.remove(places.size() - 1);
    }

    void add(int name, int edge) {
        waiting.push(name, edge);
        waiting.push(name, places.size() - 1);
    }

    /** Takes back the last {@link #add} of a name. */
    void removeLast(int name) {
        waiting.pop(name);
        waiting.pop(name);
    }

    /** Gives each edge that waits for a name. */
    void forEach(int name, IntConsumer edge) {
        for (int i = 0; i < waiting.length(name); i += 2) {
            edge.accept(waiting.get(name, i));
        }
    }

    /** Nothing waits for a name any more: its task is here. */
    void clear(int name) {
        waiting.clear(name);
    }

    /** Takes out all that wait for one of the first {@code nameCount} names, in the order of their edges. */
    List<Waiting> takeAll(int nameCount) {
        List<Waiting> all = new ArrayList<>();
        for (int name = 0; name < nameCount; name++) {
            for (int i = 0; i < waiting.length(name); i += 2) {
                all.add(new Waiting(waiting.get(name, i), name, places.get(waiting.get(name, i + 1))));
            }
            waiting.clear(name);
        }
        places.clear();
        all.sort(Comparator.comparingInt(Waiting::edge));
        return all;
    }
}
