package dev.heddle.logmux.embedding;

import dev.heddle.logmux.GroupArbiter;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineGrouping;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A strategy as an embedder may write it, with nothing but what is public: paragraphs, which an empty line ends, and a source at a
 * time in turn, as soon as it has said a kilobyte or a tenth of a second has passed.
 */
public final class Paragraphs {

    private static final long PATIENCE = 100_000_000;

    private Paragraphs() {}

    /** The strategy. */
    public static GroupingStrategy strategy() {
        return GroupingStrategy.of("paragraphs", Paragraph::new, Turns::new);
    }

    private static final class Paragraph implements LineGrouping {
        private long held;
        private long oldest;
        private boolean blank;

        @Override
        public long accept(byte[] bytes, int from, int length, long nanos) {
            oldest = held == 0 ? nanos : oldest;
            long pass = 0;
            for (int i = from; i < from + length; i++) {
                held++;
                if (bytes[i] == '\n') {
                    pass = blank ? held : pass;
                    blank = true;
                } else {
                    blank = false;
                }
            }
            held -= pass;
            return pass;
        }

        @Override
        public long deadline() {
            return held == 0 ? NEVER : oldest + PATIENCE;
        }

        @Override
        public long timer(long nanos) {
            long all = held;
            held = 0;
            return all;
        }

        @Override
        public void passed() {
            held = 0;
        }
    }

    private static final class Turns implements GroupArbiter {
        private final Set<Integer> waiting = new LinkedHashSet<>();
        private long since;

        @Override
        public void spoke(int source, long nanos, Stage stage) {
            if (stage.waiting(source) > 1024) {
                waiting.remove(source);
                stage.show(source);
            } else if (stage.waiting(source) > 0) {
                since = waiting.isEmpty() ? nanos : since;
                waiting.add(source);
            }
        }

        @Override
        public void ended(int source, boolean failed, long nanos, Stage stage) {
            waiting.remove(source);
            stage.show(source);
        }

        @Override
        public long deadline() {
            return waiting.isEmpty() ? NEVER : since + PATIENCE;
        }

        @Override
        public void timer(long nanos, Stage stage) {
            List<Integer> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(stage::show);
        }
    }
}
