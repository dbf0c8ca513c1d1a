package dev.heddle.core.event;

/** Where a task stands; the letters are those of OpenBSD's dpb. */
public enum TaskState {
    /** Dependencies are unresolved. */
    WAITING('T'),
    /** Can run as soon as a slot is free. */
    QUEUED('Q'),
    /** A job of it runs. */
    RUNNING('J'),
    /** Built, but not yet known usable: something it needs at run time is missing. */
    BUILT('B'),
    /** Usable, and needed by tasks that are not done. */
    USABLE('I'),
    /** Usable, and needed by nothing more. */
    DONE('P'),
    /** Deliberately not built, or not started because a dependency did not succeed. */
    IGNORED('!'),
    /** Failed. */
    FAILED('E'),
    /** Someone else works on it. */
    LOCKED('L'),
    /** Did not finish: its host may have gone down. It goes back to the queue. */
    UNFINISHED('N'),
    /** Put aside because a job that excludes it runs. */
    HELD('^'),
    /** Back from being put aside. */
    RELEASED('V');

    private final char letter;

    TaskState(char letter) {
        this.letter = letter;
    }

    /** The letter in logs and displays. */
    public char letter() {
        return letter;
    }
}
