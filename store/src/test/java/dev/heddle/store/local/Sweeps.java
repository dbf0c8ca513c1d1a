package dev.heddle.store.local;

import java.io.IOException;

/** What tests of other packages must know of the sweep that a store begins when it is opened. */
public final class Sweeps {

    private Sweeps() {}

    /** Waits until what dead processes left behind is gone. */
    public static void await(LocalStore store) throws IOException {
        store.awaitSweep();
    }
}
