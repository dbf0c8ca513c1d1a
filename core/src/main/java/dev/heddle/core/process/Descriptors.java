package dev.heddle.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many descriptors this process may still open, so that no start is begun that must fail for want of one: the JDK may
 * close descriptors twice when a start fails half-way, and the second time they may belong to somebody else.
 *
 * <p>What others in the process hold is counted, in {@code /proc/self/fd}; each time while few are left, rarely otherwise.
 * They may take more at any moment, so {@value #SPARE} are never granted. Where there is no {@code /proc}, all is granted.
 *
 * <p>May be used from any thread.
 */
final class Descriptors {

    /** What {@link ProcessBuilder#start} opens for a moment: two files, a pipe for input, two to its helper. */
    static final int START = 8;

    /** Kept for the rest of the program: files that it opens meanwhile, and programs that are started on the way. */
    static final int SPARE = 16;

    /** As long as so many are left, what was counted before is near enough. */
    private static final long FEW = 256;

    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+|unlimited) ");

    private final Path self;
    private final long limit;

    // Guarded by this.
    private long counted;
    private long used;
    private long pending;

    /**
     * Looks up the limit.
     *
     * @param self where the system tells of this process: {@code /proc/self}
     */
    Descriptors(Path self) {
        this.self = self;
        this.limit = limit(self.resolve("limits"));
        this.used = limit;
    }

    private static long limit(Path limits) {
        try {
            Matcher line = LIMIT.matcher(Files.readString(limits, StandardCharsets.US_ASCII));
            return line.find() && !line.group(1).equals("unlimited") ? Long.parseLong(line.group(1)) : Long.MAX_VALUE;
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether {@code count} more can be opened; if so they are taken, until {@link #opened} says that they are open. */
    synchronized boolean take(int count) {
        if (limit == Long.MAX_VALUE) {
            return true;
        }
        if (left() - count < Math.max(FEW, (limit - counted) / 2)) {
            counted = count();
            used = counted;
        }
        if (left() - count < SPARE) {
            return false;
        }
        pending += count;
        return true;
    }

    /** Of those that were taken, {@code kept} have been opened and the others will not be. */
    synchronized void opened(int taken, int kept) {
        pending -= taken;
        used += kept;
    }

    /** So many that were kept are open no longer. */
    synchronized void closed(int count) {
        used -= count;
    }

    private long left() {
        return limit - used - pending;
    }

    private long count() {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(self.resolve("fd"))) {
            long number = 0;
            for (Iterator<Path> each = open.iterator(); each.hasNext(); each.next()) {
                number++;
            }
            return number;
        } catch (IOException e) {
            // There is none left to look with.
            return limit;
        }
    }

    /** The facts, for messages. */
    synchronized String facts() {
        return "this process may have " + limit + " files open at once (ulimit -n), and has " + (used + pending);
    }

    /** Why {@code count} were not to be had, and what to do about it. */
    String shortage(int count) {
        return "too many open files: " + facts() + "; to start a command, " + (count + SPARE)
                + " more must be possible; raise the limit";
    }
}
