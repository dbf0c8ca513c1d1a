package dev.heddle.logmux.console;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What a person may ask of a build by a key; answered by whoever runs the build.
 *
 * <p>Called on the display's thread: an answer must not wait for the display.
 */
public interface Controls {

    /** Changes how output is grouped, and gives the name of the new way. */
    String regroup();

    /** Shows what is held back. */
    void showHeld();

    /** Starts nothing more for now, or goes on; gives whether the build now pauses. */
    boolean pauseOrGoOn();

    /** Starts nothing more and ends the build when what runs has ended. */
    void quit();

    /**
     * Writes what a task has said so far, in the latest of its jobs. Asked again for each part that is looked at.
     *
     * @param task name of the task, or a part of it
     * @param to what takes it; what it throws, when it has enough, is thrown on
     * @return false if there is no such task
     * @throws IOException if it cannot be read, or {@code to} throws it
     */
    boolean log(String task, OutputStream to) throws IOException;
}
