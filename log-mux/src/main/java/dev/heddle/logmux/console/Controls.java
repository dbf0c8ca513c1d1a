package dev.heddle.logmux.console;

import java.io.IOException;
import java.util.List;

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
     * The last lines a task has said so far, in the latest of its jobs.
     *
     * @param task name of the task, or a part of it
     * @param most how many lines to give at most
     * @return the lines, the oldest first, without ends of lines; none if there is no such task
     * @throws IOException if they cannot be read
     */
    List<String> log(String task, int most) throws IOException;
}
