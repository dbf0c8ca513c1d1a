package dev.heddle.core.process;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A job's output in memory. */
class Collected implements JobOutput {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByteArrayOutputStream warnings = new ByteArrayOutputStream();
    private boolean guessed;

    @Override
    public synchronized void write(Channel channel, byte[] bytes, int offset, int length) {
        (channel == Channel.STDERR ? err : channel == Channel.WARNING ? warnings : out).write(bytes, offset, length);
        notifyAll();
    }

    synchronized byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    synchronized String warnings() {
        return warnings.toString(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void orderGuessed() {
        guessed = true;
    }

    synchronized boolean isOrderGuessed() {
        return guessed;
    }

    synchronized byte[] errBytes() {
        return err.toByteArray();
    }

    synchronized String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Waits until the standard output contains {@code text}; the timeout of the test is its bound. */
    synchronized void await(String text) throws InterruptedException {
        while (!out().contains(text)) {
            wait();
        }
    }

    @Override
    public void finish(Outcome outcome) {}

    @Override
    public void close() {}
}
