package dev.heddle.logmux.sink;

/**
 * What a control sequence does to a terminal, as far as a {@link ControlPolicy} tells such sequences apart. A sequence that
 * none of the others describes is {@link #OTHER}, so that what nobody knows passes only where that was asked for.
 */
public enum ControlCategory {
    /** Colours and attributes of text (SGR). Where they do not pass they are left out. */
    COLOR,
    /** Erases, inserts or deletes within the line: EL, ECH, DCH, ICH. */
    ERASE_IN_LINE,
    /**
     * Moves within the line: carriage return, backspace, CUF, CUB, CHA, HPA. Where these do not pass, a carriage return folds
     * the line to its last state.
     */
    CURSOR_IN_LINE,
    /** Moves anywhere else, or moves the text: CUU, CUD, CUP, scrolling, inserted and deleted lines, saved positions. */
    CURSOR,
    /** Erases or fills the screen, a rectangle of it or what was scrolled away: ED, DECFRA, DECALN. */
    ERASE_SCREEN,
    /** Sets the title of the window or icon: OSC 0, 1 and 2. */
    TITLE,
    /** Begins or ends a hyperlink: OSC 8. One that is open is closed when another source speaks, as colours are. */
    HYPERLINK,
    /** Writes or reads the clipboard: OSC 52. */
    CLIPBOARD,
    /** Notifies the person, or shows progress outside the text: OSC 9, 99 and 777. */
    NOTIFICATION,
    /** Strings for a device or program: DCS, APC, PM, SOS. */
    DEVICE_STRING,
    /** Makes the terminal answer, which looks like typing: DSR, DA, window reports, questions for colours, ENQ. */
    DEVICE_QUERY,
    /** Changes modes: the other screen, mouse, pasting, character sets, key pads, cursor shapes, a reset. */
    MODE,
    /** The controls from U+0080 to U+009F. */
    EIGHT_BIT,
    /** Characters that turn the direction of writing, and the line and paragraph separators. */
    DIRECTION,
    /** All other controls and sequences: NUL, BEL, VT, FF, DEL, OSC for colours, repetition, what is not known. */
    OTHER,
    /**
     * What is not well formed: bytes that are not UTF-8; a sequence that has a control in it, is longer than
     * 256 bytes, or is cut by the end of its source.
     */
    MALFORMED
}
