package dev.heddle.logmux;

import java.io.IOException;

/** Shows every piece as soon as there is one: for {@code raw} and {@code indented}. */
final class AtOnceArbiter extends Arbiter {

    AtOnceArbiter(Output output) {
        super(output);
    }

    @Override
    void spoke(Lane lane, long now) throws IOException {
        show(lane, now);
    }

    @Override
    void ended(Lane lane, long now) throws IOException {
        show(lane, now);
    }

    @Override
    void dump(long now) {}
}
