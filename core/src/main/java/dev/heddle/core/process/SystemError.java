package dev.heddle.core.process;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words for what the system refuses, as the JDK puts them for its own starts. */
final class SystemError {

    private static final Pattern NUMBER = Pattern.compile("error=(\\d{1,9})");

    /** Of Linux and macOS: EAGAIN, which is 35 there, ENOMEM, ENFILE, EMFILE. */
    private static final Set<String> SHORTAGES = Set.of("11", "35", "12", "23", "24");

    private SystemError() {}

    /** Whether the machine is short of something, by the number in a message of the JDK: its words are of the user's language. */
    static boolean isShortage(String said) {
        Matcher number = NUMBER.matcher(said);
        String last = "";
        // Names of programs and directories, which may hold anything, stand in front.
        while (number.find()) {
            last = number.group(1);
        }
        return SHORTAGES.contains(last);
    }

    /** Linux, {@code errno-base.h}: those that a start of a process can have; the numbers differ elsewhere above 34. */
    static String text(int errno) {
        String said = "error=" + errno;
        return switch (errno) {
            case 2 -> said + ", No such file or directory";
            case 7 -> said + ", Argument list too long";
            case 8 -> said + ", Exec format error";
            case 11 -> said + ", Resource temporarily unavailable";
            case 12 -> said + ", Cannot allocate memory";
            case 13 -> said + ", Permission denied";
            case 20 -> said + ", Not a directory";
            case 23, 24 -> said + ", Too many open files";
            case 26 -> said + ", Text file busy";
            default -> said;
        };
    }
}
