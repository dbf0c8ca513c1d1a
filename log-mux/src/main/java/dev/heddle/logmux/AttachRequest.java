package dev.heddle.logmux;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client says to a server of a journal: one line. The form is that of {@code docs/attach.md}. */
final class AttachRequest {

    /** Longest line in bytes, its end included. */
    static final int LONGEST = 64;
    /** How the answer begins that is no journal. */
    static final String REFUSAL = "heddle-attach refused ";
    /** Longest answer that is no journal, in bytes. */
    static final int MOST_ANSWER = 1024;

    private static final String HEAD = "heddle-attach 1 ";

    private AttachRequest() {}

    /** The line that asks for a journal. */
    static byte[] line(JournalFollower.Start start) {
        return (HEAD + start.name().toLowerCase(Locale.ROOT) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** What a line without its end asks for, or null if it is none of this form. */
    static JournalFollower.@Nullable Start parse(byte[] bytes, int length) {
        String line = new String(bytes, 0, length, StandardCharsets.US_ASCII);
        for (JournalFollower.Start start : JournalFollower.Start.values()) {
            if (line.equals(HEAD + start.name().toLowerCase(Locale.ROOT))) {
                return start;
            }
        }
        return null;
    }

    static byte[] refusal(String reason) {
        return (REFUSAL + reason + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
