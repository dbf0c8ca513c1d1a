package dev.heddle.scheduler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor time that process groups of this machine have used, from {@code /proc}; nothing is known where there is none.
 *
 * <p>Reads each process of the machine once. Blocks on the kernel; for hands.
 */
final class GroupTimes {

    private static final int GROUP = 2;
    private static final int FIRST_TIME = 11;
    private static final int LAST_TIME = 14;

    private GroupTimes() {}

    /**
     * Ticks of a hundredth of a second, of all processes in the group and of the children they have waited for.
     *
     * @param proc {@code /proc}
     * @param pids processes, each of the group that is asked for
     * @return by process; those that are gone are missing
     */
    static Map<Long, Long> of(Path proc, Collection<Long> pids) {
        Map<Long, Long> groups = new HashMap<>();
        Map<Long, Long> groupOf = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path process : all) {
                add(process, groups, groupOf);
            }
        } catch (IOException e) {
            return Map.of();
        }
        Map<Long, Long> times = new HashMap<>();
        for (long pid : pids) {
            Long group = groupOf.get(pid);
            Long time = group == null ? null : groups.get(group);
            if (time != null) {
                times.put(pid, time);
            }
        }
        return times;
    }

    private static void add(Path process, Map<Long, Long> groups, Map<Long, Long> groupOf) {
        try {
            String text = new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
            long group = Long.parseLong(fields[GROUP]);
            long ticks = 0;
            for (int i = FIRST_TIME; i <= LAST_TIME; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            groupOf.put(Long.parseLong(process.getFileName().toString()), group);
            groups.merge(group, ticks, Long::sum);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // It ended while it was read.
            return;
        }
    }
}
