package dev.heddle.core;

import java.io.IOException;

/**
 * Brings the inputs of a task to the host that will run it, and what it made back.
 *
 * <p>Both calls may block for as long as data moves; they are made on a worker thread that holds the job's slot.
 */
public interface InputTransfer {

    /**
     * Makes the declared inputs of {@code task} present on {@code host}.
     *
     * @return a hold on the inputs that keeps them from being collected until it is closed
     * @throws IOException if an input is missing or could not be moved
     */
    Hold bring(Task task, String host) throws IOException, InterruptedException;

    /**
     * Fetches the declared outputs of {@code task} from {@code host}.
     *
     * @throws IOException if an output is missing or could not be moved
     */
    void fetch(Task task, String host) throws IOException, InterruptedException;

    /** Keeps inputs from being collected. */
    interface Hold extends AutoCloseable {
        /** Lets go. A second close does nothing. */
        @Override
        void close();
    }
}
