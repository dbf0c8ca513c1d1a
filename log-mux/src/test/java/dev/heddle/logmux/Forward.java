package dev.heddle.logmux;

import dev.heddle.logmux.wire.FrameVisitor;

/** Hands on everything, so that a test can add something of its own. */
class Forward extends ForwardingVisitor implements JournalScanner.Target {

    Forward(FrameVisitor to) {
        super(to);
    }
}
