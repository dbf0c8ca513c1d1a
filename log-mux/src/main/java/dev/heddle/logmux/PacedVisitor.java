package dev.heddle.logmux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;

/** Gives a view the frames of a journal when their time has come, at a speed, and lets its timers fire in between. */
final class PacedVisitor extends ForwardingVisitor {

    private final ViewDriver driver;
    private final double speed;
    private final LongSupplier ticker;
    private final Pause pause;
    private final long begun;

    /**
     * Begins now.
     *
     * @param speed how many seconds of the journal pass in one
     */
    PacedVisitor(ViewDriver driver, double speed, LongSupplier ticker, Pause pause) {
        super(driver);
        this.driver = driver;
        this.speed = speed;
        this.ticker = ticker;
        this.pause = pause;
        this.begun = ticker.getAsLong();
    }

    @Override
    public void time(long nanos) {
        try {
            awaitTime(nanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(
                    new InterruptedIOException("interrupted while waiting for the recorded time"));
        }
        driver.time(nanos);
    }

    private void awaitTime(long nanos) throws IOException, InterruptedException {
        driver.flush();
        for (long now = now(); now < nanos; now = now()) {
            long next = Math.min(nanos, driver.deadline());
            if (next <= now) {
                driver.advance(now);
                driver.flush();
            } else {
                pause.await((long) Math.ceil((next - now) / speed));
            }
        }
    }

    private long now() {
        return (long) ((ticker.getAsLong() - begun) * speed);
    }
}
