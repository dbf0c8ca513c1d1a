package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * All valid paths and what keeps which of them alive, as they were at one moment. Paths are indices from 0 on, in the order of
 * their numbers; it takes some 32 bytes for a path and 4 for a reference, names are not in it.
 *
 * <p>Not changed once made; any thread may read.
 */
final class StoreGraph {

    /** What leads from a live path to others that are kept for it. */
    enum Keeping {
        REFERENCES(false, false),
        WITH_OUTPUTS(true, false),
        WITH_DERIVATIONS(false, true),
        WITH_BOTH(true, true);

        private final boolean outputs;
        private final boolean derivations;

        Keeping(boolean outputs, boolean derivations) {
            this.outputs = outputs;
            this.derivations = derivations;
        }

        static Keeping of(boolean outputs, boolean derivations) {
            if (outputs) {
                return derivations ? WITH_BOTH : WITH_OUTPUTS;
            }
            return derivations ? WITH_DERIVATIONS : REFERENCES;
        }

        static Keeping of(StoreSettings settings) {
            return of(settings.keepOutputs(), settings.keepDerivations());
        }
    }

    private final StoreSurvey source;
    private final long[] numbers;
    private final long[] registered;
    private final PathEdges references;
    /** From derivations to their outputs. */
    private final PathEdges outputs;
    /** From outputs to the derivations that made them. */
    private final PathEdges makers;

    private StoreGraph(StoreSurvey source, Draft draft) {
        this.source = source;
        this.numbers = Arrays.copyOf(draft.numbers, draft.size);
        this.registered = Arrays.copyOf(draft.registered, draft.size);
        this.references = draft.references.sealed(draft.size);
        this.outputs = draft.outputs.sealed(draft.size);
        this.makers = draft.made.sealed(draft.size).reversed();
    }

    static StoreGraph of(StoreSurvey source) throws IOException {
        Draft draft = new Draft();
        source.survey(draft);
        return new StoreGraph(source, draft);
    }

    int size() {
        return numbers.length;
    }

    long number(int index) {
        return numbers[index];
    }

    /** When a path was registered, in seconds since the epoch. */
    long registered(int index) {
        return registered[index];
    }

    /** The index of a path, or -1 if it was not valid. */
    int index(StorePath path) throws IOException {
        return indexOf(source.number(path));
    }

    /** The index of the path with this number, or -1. */
    int indexOf(long number) {
        return Math.max(-1, Arrays.binarySearch(numbers, number));
    }

    void forEachReference(int index, IntConsumer each) {
        references.forEach(index, each);
    }

    /** Adds to {@code marked} all that {@code from} keeps alive, itself included. What is marked already is not followed. */
    void mark(BitSet marked, int from, Keeping keeping) {
        IntColumn open = new IntColumn();
        IntConsumer visit = path -> {
            if (!marked.get(path)) {
                marked.set(path);
                open.add(path);
            }
        };
        visit.accept(from);
        while (open.size() > 0) {
            int path = open.pop();
            references.forEach(path, visit);
            if (keeping.outputs) {
                outputs.forEach(path, visit);
            }
            if (keeping.derivations) {
                makers.forEach(path, visit);
            }
        }
    }

    /** The same graph with every way turned round: what is marked then is all that keeps a path alive. */
    StoreGraph reversed() {
        return new StoreGraph(this);
    }

    private StoreGraph(StoreGraph forward) {
        this.source = forward.source;
        this.numbers = forward.numbers;
        this.registered = forward.registered;
        this.references = forward.references.reversed();
        this.outputs = forward.outputs.reversed();
        this.makers = forward.makers.reversed();
    }

    /** What a survey has told so far. */
    private static final class Draft implements StoreSurvey.Surveyor {
        private static final int FIRST = 1024;

        private long[] numbers = new long[FIRST];
        private long[] registered = new long[FIRST];
        private int size;
        private final PathEdges references = new PathEdges();
        private final PathEdges outputs = new PathEdges();
        private final PathEdges made = new PathEdges();

        @Override
        public void path(long number, long seconds) {
            if (size == numbers.length) {
                int more = Math.addExact(size, size >> 1);
                numbers = Arrays.copyOf(numbers, more);
                registered = Arrays.copyOf(registered, more);
            }
            numbers[size] = number;
            registered[size] = seconds;
            size++;
        }

        @Override
        public void reference(long referrer, long reference) {
            if (referrer != reference) {
                references.add(find(referrer), find(reference));
            }
        }

        @Override
        public void output(long derivation, long output, boolean byIt) {
            int from = find(derivation);
            int to = find(output);
            outputs.add(from, to);
            if (byIt) {
                made.add(from, to);
            }
        }

        private int find(long number) {
            int index = Arrays.binarySearch(numbers, 0, size, number);
            if (index < 0) {
                throw new IllegalStateException(
                        "the survey of the store names path " + number + " and did not count it");
            }
            return index;
        }
    }
}
