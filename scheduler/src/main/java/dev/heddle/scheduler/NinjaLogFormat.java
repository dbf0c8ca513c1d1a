package dev.heddle.scheduler;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lines of a {@code .ninja_log} of the versions 5 to 7: {@code start TAB end TAB mtime TAB output TAB hash}, the first two in
 * milliseconds, the third in nanoseconds since 1970. An output is taken for a task of its name on the host
 * {@value #HOST}.
 */
final class NinjaLogFormat {

    /** What the first line begins with. */
    static final String SIGNATURE = "# ninja log v";

    private static final String HOST = "local";
    private static final long MOST_MILLIS = 1_000_000_000_000L;

    private NinjaLogFormat() {}

    /** Checks the first line. */
    static void readSignature(LogLine line) {
        String version = line.text().substring(SIGNATURE.length());
        if (!version.equals("5") && !version.equals("6") && !version.equals("7")) {
            throw line.error(
                    SIGNATURE.length(),
                    "version '" + LogLine.shown(version) + "' of ninja's log is not known",
                    "known are 5, 6 and 7");
        }
    }

    /** Reads any other line. */
    static TimedRun read(LogLine line) {
        int at = 0;
        long start = line.number(line.field("the start", false), at, 0, MOST_MILLIS);
        at = line.at();
        long end = line.number(line.field("the end", false), at, 0, MOST_MILLIS);
        if (end < start) {
            throw line.error(at, "the end is before the start", null);
        }
        at = line.at();
        long time = line.number(line.field("the time of the output", false), at, 0, Long.MAX_VALUE);
        at = line.at();
        String output = line.utf8(line.field("the output", false), at);
        at = line.at();
        String hash = line.field("the hash", true);
        if (hash.isEmpty() || hash.length() > 16 || !hash.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw line.error(at, "'" + LogLine.shown(hash) + "' is not 1 to 16 hexadecimal digits", null);
        }
        return new TimedRun(
                output,
                new Where(HOST, 0, 1),
                new Took((end - start) / 1000.0, 0, List.of()),
                new How(false, false, TimeUnit.NANOSECONDS.toSeconds(time), 0));
    }
}
