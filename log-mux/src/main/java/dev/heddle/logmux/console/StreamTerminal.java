package dev.heddle.logmux.console;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A stream that is no terminal. */
record StreamTerminal(OutputStream output, boolean isInteractive) implements Terminal {
    @Override
    public boolean hasColors() {
        return false;
    }

    @Override
    public boolean open(boolean keys, @Nullable Suspension suspension) {
        return false;
    }

    @Override
    public Size size() {
        return new Size(24, 80);
    }

    @Override
    public boolean updatesAtOnce() {
        return false;
    }

    @Override
    public int key() {
        return -1;
    }

    @Override
    public void close() {}
}
