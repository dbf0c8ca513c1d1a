package dev.heddle.logmux;

import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose pieces are shown next: the half of a strategy that looks at all sources. A pure machine: time is an
 * argument, and {@link #deadline} says when it wants to be asked again. It never sees the engine's own words nor a source
 * that has the stage to itself; these are shown as they come.
 */
abstract class Arbiter {

    /** Shows pieces. */
    interface Output {
        /** Shows everything in the lane's queue and empties it. */
        void show(Lane lane, long now) throws IOException;
    }

    private final Output output;
    /** Takes what this one held when it is replaced and nothing may be shown; null otherwise. */
    private @Nullable Consumer<Lane> receiver;

    Arbiter(Output output) {
        this.output = output;
    }

    /** A source began. */
    void opened(Lane lane) {}

    /** A source spoke; its queue may have got new pieces or still be empty. */
    abstract void spoke(Lane lane, long now) throws IOException;

    /** A source ended; its queue holds the rest. */
    abstract void ended(Lane lane, long now) throws IOException;

    /** Shows all queues now, oldest first. */
    abstract void dump(long now) throws IOException;

    /** Gives up all queues, in the order in which {@link #dump} would show them; they are shown or, if told so, only handed over. */
    final void handOver(@Nullable Consumer<Lane> receiver, long now) throws IOException {
        this.receiver = receiver;
        dump(now);
    }

    /** Puts a lane where its oldest byte belongs among those that wait. */
    static void await(Set<Lane> waiting, Lane lane) {
        if (!waiting.contains(lane) || lane.oldest() < lane.waitingSince) {
            waiting.remove(lane);
            lane.waitingSince = lane.oldest();
            waiting.add(lane);
        }
    }

    final void show(Lane lane, long now) throws IOException {
        if (receiver == null) {
            output.show(lane, now);
        } else {
            receiver.accept(lane);
        }
    }

    /** When {@link #timer} wants to be called, or {@link Assembler#NEVER}. */
    long deadline() {
        return Assembler.NEVER;
    }

    /** Does what is due. */
    void timer(long now) throws IOException {}
}
