package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.function.LongSupplier;

/**
 * Leaves out what a sink that is for a person cannot keep up with, and tells it how much that was. Only data is left out,
 * whole frames of it; beginnings and ends of sources always pass. Owned by the view's thread.
 */
final class LagFilter extends ForwardingVisitor {

    private final ViewDriver driver;
    private final LongSupplier published;
    private final long mostLag;
    private final BitSet sources = new BitSet();
    private long skipped;
    private boolean skipping;

    LagFilter(ViewDriver driver, LongSupplier published, long mostLag) {
        super(driver);
        this.driver = driver;
        this.published = published;
        this.mostLag = mostLag;
    }

    @Override
    public void data(int source, Channel channel, long offset, Slice bytes) {
        long lag = published.getAsLong() - offset;
        try {
            if (!skipping && lag > mostLag) {
                skipping = true;
                driver.dump();
            } else if (skipping && lag < mostLag / 2) {
                endSkipping();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (skipping) {
            skipped += bytes.length();
            sources.set(source);
            boolean midLine = bytes.array()[bytes.from() + bytes.length() - 1] != '\n';
            driver.leftOut(source, CompactFormat.code(channel), midLine);
        } else {
            driver.data(source, channel, offset, bytes);
        }
    }

    /** The sink has caught up: tells it what it missed. */
    void endSkipping() throws IOException {
        if (skipping) {
            skipping = false;
            driver.skipped(skipped, sources.cardinality());
            skipped = 0;
            sources.clear();
        }
    }
}
