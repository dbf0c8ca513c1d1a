package dev.heddle.core.process;

/** The words for what the system refuses, as the JDK puts them for its own starts. */
final class SystemError {

    private SystemError() {}

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
