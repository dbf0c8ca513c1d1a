package dev.heddle.scheduler;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells a process from every other one, also from a later one of the same number, on this machine and elsewhere.
 *
 * <p>On Linux it is read from {@code /proc}. Elsewhere the marks are unknown, and nobody is ever taken for dead.
 *
 * @param host name of the machine, for people
 * @param pid number of the process
 * @param born ticks from the start of the machine to that of the process, or {@value #UNKNOWN}
 * @param boot what the kernel calls this run of the machine, or {@value #UNKNOWN}
 * @param space the space that the number is of: a container has one of its own; or {@value #UNKNOWN}
 * @param machine what is the same for each run of the machine, or {@value #UNKNOWN}; not the machine's id, which is nobody's
 *     business, but a hash of it
 */
record ProcessMark(String host, long pid, String born, String boot, String space, String machine) {

    /** A mark that the system does not tell. */
    static final String UNKNOWN = "-";

    /** The space of processes that are in no container; Linux gives it this number. */
    private static final String OUTERMOST = "pid:[4026531836]";

    private static final int STATE = 0;
    private static final int START_TIME = 19;

    /** Whether a process still is. */
    enum Life {
        /** It runs. */
        ALIVE,
        /** It runs no more. */
        DEAD,
        /** It is of another machine, or this one does not tell. */
        UNKNOWN
    }

    /** This process. */
    static ProcessMark own() {
        return of(Path.of("/"), ProcessHandle.current().pid());
    }

    /**
     * A process of this machine.
     *
     * @param root the directory in which {@code proc} and {@code etc} are
     */
    static ProcessMark of(Path root, long pid) {
        String born = UNKNOWN;
        try {
            born = stat(root, pid)[START_TIME];
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            // No /proc: the marks stay unknown.
        }
        String machine = line(root.resolve("etc/machine-id"));
        return new ProcessMark(
                hostName(root),
                pid,
                born,
                line(root.resolve("proc/sys/kernel/random/boot_id")),
                space(root),
                machine.equals(UNKNOWN) ? UNKNOWN : hash(machine));
    }

    private static String hostName(Path root) {
        String name = line(root.resolve("proc/sys/kernel/hostname"));
        if (!name.equals(UNKNOWN)) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String space(Path root) {
        try {
            return Files.readSymbolicLink(root.resolve("proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return UNKNOWN;
        }
    }

    private static String line(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8).strip();
            return text.isEmpty() || text.indexOf('\n') >= 0 ? UNKNOWN : text;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String hash(String id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("heddle lock " + id).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("BUG: every Java has SHA-256", e);
        }
    }

    /** The fields of {@code /proc/PID/stat} behind the name of the program, which may have blanks and brackets in it. */
    private static String[] stat(Path root, long pid) throws IOException {
        byte[] bytes = Files.readAllBytes(root.resolve("proc/" + pid + "/stat"));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
    }

    /** Whether another process still is, as far as this one can tell. */
    Life lifeOf(ProcessMark other) {
        return lifeOf(Path.of("/"), other);
    }

    Life lifeOf(Path root, ProcessMark other) {
        if (boot.equals(UNKNOWN) || other.boot.equals(UNKNOWN) || space.equals(UNKNOWN)) {
            return Life.UNKNOWN;
        }
        if (!boot.equals(other.boot)) {
            // Only what is the same machine for certain was started anew; a container's image may have any id.
            boolean same = !machine.equals(UNKNOWN)
                    && machine.equals(other.machine)
                    && host.equals(other.host)
                    && space.equals(OUTERMOST)
                    && other.space.equals(OUTERMOST);
            return same ? Life.DEAD : Life.UNKNOWN;
        }
        return space.equals(other.space) && !other.born.equals(UNKNOWN) ? lifeHere(root, other) : Life.UNKNOWN;
    }

    private static Life lifeHere(Path root, ProcessMark other) {
        try {
            String[] stat = stat(root, other.pid);
            boolean itself = stat[START_TIME].equals(other.born) && !stat[STATE].equals("Z");
            return itself ? Life.ALIVE : Life.DEAD;
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            // Where processes of others are hidden, one that is not seen may be there; then the first is not seen
            // either.
            return Files.isReadable(root.resolve("proc/1/stat")) && !Files.exists(root.resolve("proc/" + other.pid))
                    ? Life.DEAD
                    : Life.UNKNOWN;
        }
    }
}
