package dev.heddle.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks up which process groups belong to a session leader: those of its session, and those of its descendants that made a
 * session of their own but are still its descendants. Programs such as {@code timeout} put what they run into a group of its
 * own, so the group of the leader is not all of a job.
 *
 * <p>Reads {@code /proc/PID/stat} (proc(5)); where there is none, the leader's group is all that is known.
 */
final class ProcessTree {

    private static final Path PROC = Path.of("/proc");

    private record Entry(long pid, long parent, long group, long session) {}

    private ProcessTree() {}

    /** The groups below {@code leader}, its own included. */
    static Set<Long> groups(long leader) {
        Map<Long, Entry> all = scan();
        Set<Long> groups = new TreeSet<>();
        groups.add(leader);
        for (Entry entry : all.values()) {
            if (entry.group() > 1 && (entry.session() == leader || descends(entry, leader, all))) {
                groups.add(entry.group());
            }
        }
        return groups;
    }

    /**
     * The groups of the session that {@code leader} led until it ended and was reaped. While it has members its number is
     * given to no other process, so if there is a process of that number, the session has none.
     */
    static Set<Long> orphans(long leader) {
        Map<Long, Entry> all = scan();
        Set<Long> groups = new TreeSet<>();
        if (!all.containsKey(leader)) {
            for (Entry entry : all.values()) {
                if (entry.session() == leader && entry.group() > 1) {
                    groups.add(entry.group());
                }
            }
        }
        return groups;
    }

    private static boolean descends(Entry entry, long leader, Map<Long, Entry> all) {
        Entry at = entry;
        // A chain can only seem longer than there are processes if ids were used again during the scan.
        for (int i = 0; at != null && i < all.size(); i++) {
            if (at.pid() == leader) {
                return true;
            }
            at = all.get(at.parent());
        }
        return false;
    }

    private static Map<Long, Entry> scan() {
        Map<Long, Entry> all = new HashMap<>();
        if (!Files.isDirectory(PROC)) {
            return all;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                Entry entry = read(process.resolve("stat"));
                if (entry != null) {
                    all.put(entry.pid(), entry);
                }
            }
        } catch (IOException e) {
            // What was read so far is what is known.
        }
        return all;
    }

    private static @Nullable Entry read(Path stat) {
        try {
            return parse(new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // The process ended meanwhile.
            return null;
        }
    }

    /** Parses {@code PID (NAME) STATE PPID PGRP SESSION ...}; the name may hold anything, parentheses too. */
    private static @Nullable Entry parse(String text) {
        int open = text.indexOf(" (");
        int close = text.lastIndexOf(") ");
        if (open < 0 || close < open) {
            return null;
        }
        String[] fields = text.substring(close + 2).split(" ", 5);
        if (fields.length < 5) {
            return null;
        }
        try {
            return new Entry(
                    Long.parseLong(text.substring(0, open)),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
