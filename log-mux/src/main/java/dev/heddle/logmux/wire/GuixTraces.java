package dev.heddle.logmux.wire;

/**
 * The stream in which a Guix daemon tells a client what it builds and what the builders print, as daemons of protocol 1.99
 * (0x163) and later write it with the option {@code multiplexed-build-output}.
 *
 * <pre>
 * stream    = (trace | fragment | text)*
 * trace     = "@ " NAME (" " FIELD)* LF                      fields are parted by one space and may be empty
 * fragment  = "@ build-log " PID " " LEN LF, LEN bytes       what the builder PID printed; nothing follows the bytes
 * text      = bytes to the end of a line                     the daemon's own words
 *
 * framed    = (WORD | string)*                               the worker protocol, as a server writes it
 * NEXT      = 6f6c6d67, string                               a piece of a stream
 * WRITE     = 64617416, string     READ = 64617461, WORD     ERROR = 63787470, string, WORD     LAST = 616c7473
 * string    = WORD length, bytes, zeros up to a multiple of 8; a WORD has 8 bytes, the lowest first
 * </pre>
 *
 * <p>The mail that proposed the format calls the fragments {@code build-output}; daemons write {@code build-log}. {@link
 * GuixReader} takes both, {@link GuixWriter} writes either.
 *
 * <p>Not compatible on purpose: where Guix's own client dies, loses text or believes a builder, {@link GuixReader} does not;
 * {@code docs/guix.md} lists the cases.
 */
public final class GuixTraces {

    /** Longest line, in bytes, that is looked at as a trace; a longer one is text. */
    public static final int MAX_LINE = 4096;
    /** Longest string of a NEXT or ERROR frame in bytes; a longer one is taken for damage. */
    public static final int MAX_FRAME = 1 << 20;

    /** What lies around the stream. */
    public enum Framing {
        /** Nothing. */
        BARE,
        /** The worker protocol. */
        WORKER
    }

    /** The name under which fragments are written. */
    public enum Keyword {
        /** As daemons write it. */
        BUILD_LOG("build-log"),
        /** As it was proposed. */
        BUILD_OUTPUT("build-output");

        private final String text;

        Keyword(String text) {
            this.text = text;
        }

        /** The name as it is written. */
        public String text() {
            return text;
        }
    }

    static final int WORD = 8;
    static final long SERVER_MAGIC = 0x6478696FL;
    static final long NEXT = 0x6F6C6D67L;
    static final long READ = 0x64617461L;
    static final long WRITE = 0x64617416L;
    static final long ERROR = 0x63787470L;
    static final long LAST = 0x616C7473L;

    private GuixTraces() {}

    /** Whether a word begins a frame of an operation. */
    static boolean isTag(long word) {
        return word == NEXT || word == READ || word == WRITE || word == ERROR || word == LAST;
    }

    /** Whether a stream that begins with this word is framed. */
    static boolean beginsFramed(long word) {
        return word == SERVER_MAGIC || isTag(word);
    }

    /** Whether a stream whose first {@code length} bytes are the lowest of {@code word} can still turn out to be framed. */
    static boolean mayBeginFramed(long word, int length) {
        long mask = length >= WORD ? -1L : (1L << (8 * length)) - 1;
        for (long tag : new long[] {SERVER_MAGIC, NEXT, READ, WRITE, ERROR, LAST}) {
            if ((tag & mask) == word) {
                return true;
            }
        }
        return false;
    }
}
