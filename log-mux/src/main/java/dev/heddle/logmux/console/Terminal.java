package dev.heddle.logmux.console;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A terminal as {@link ConsoleDisplay} needs one: where text goes, how large it is, what a person presses.
 *
 * <p>Until it is {@linkplain #open opened} it is only written to. Two forms: the terminal of this process, and the scripted one
 * among the test fixtures of this module.
 *
 * <p><b>Threads.</b> One thread uses it; {@link #close} may be called from any.
 */
public interface Terminal extends AutoCloseable {

    /**
     * A size in character cells.
     *
     * @param rows at least 1
     * @param columns at least 1
     */
    record Size(int rows, int columns) {
        /** Checks the ranges. */
        public Size {
            if (rows < 1 || columns < 1) {
                throw new IllegalArgumentException(
                        "a terminal has at least one cell: " + rows + " rows, " + columns + " columns");
            }
        }
    }

    /** Asked, one after the other, when someone stops the process from the keyboard. Called on a thread of its own. */
    interface Suspension {
        /** The process is about to stop: returns when the screen is as others expect it. */
        void suspend();

        /** Stops the process as SIGSTOP does, and returns when it goes on. The terminal is as it was found meanwhile. */
        void stop();

        /** The process goes on; what is on the screen is unknown. */
        void resume();
    }

    /** The terminal of this process. Nothing is done to it before it is opened. */
    static Terminal system() {
        return SystemTerminal.INSTANCE;
    }

    /** Where to write. Closing it would close standard output. */
    OutputStream output();

    /** Whether a person watches: standard input and output are terminals. */
    boolean isInteractive();

    /** Whether colours should be written. */
    boolean hasColors();

    /**
     * Gets ready for a display that moves the cursor.
     *
     * @param keys whether keys are wanted one by one and without echo
     * @param suspension asked when someone stops the process from the keyboard, or null to leave that to others
     * @return false if the terminal cannot do it; plain text can still be written
     */
    boolean open(boolean keys, @Nullable Suspension suspension);

    /** Its size now. */
    Size size();

    /** Whether it has said that it can show an update in one go (DEC private mode 2026). */
    boolean updatesAtOnce();

    /**
     * The next key that was pressed, as the character it stands for, or -1 if there is none yet. Never waits.
     *
     * @throws IOException if the terminal is gone
     */
    int key() throws IOException;

    /** Gives the terminal back as it was found. A second close does nothing. */
    @Override
    void close();
}
