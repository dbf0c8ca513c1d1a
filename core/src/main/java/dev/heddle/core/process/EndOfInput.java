package dev.heddle.core.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How a program of the runner's own is ended, each of which ends by itself once its input does. */
final class EndOfInput {

    private EndOfInput() {}

    /** Closes the input of a program and waits until it has ended; one that takes longer than {@code millis} is killed. */
    static void of(Process program, long millis) {
        try {
            program.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!program.waitFor(millis, TimeUnit.MILLISECONDS)) {
                program.destroyForcibly();
            }
        } catch (InterruptedException e) {
            program.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
