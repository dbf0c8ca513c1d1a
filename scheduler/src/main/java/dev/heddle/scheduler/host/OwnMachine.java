package dev.heddle.scheduler.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What this machine is, as far as it can be told without running a program. */
final class OwnMachine {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final int MAX_BYTES = 1 << 16;

    private OwnMachine() {}

    static Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("arch", System.getProperty("os.arch", ""));
        facts.put("system", System.getProperty("os.name", ""));
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        // As `id -u` would say of root; of others only that they are not.
        facts.put("user", System.getProperty("user.name", "").equals("root") ? "0" : "");
        if (Files.isReadable(LIMITS)) {
            try (InputStream in = Files.newInputStream(LIMITS)) {
                facts.putAll(limits(new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1)));
            } catch (IOException e) {
                return facts; // What is not known limits nothing.
            }
        }
        return facts;
    }

    /** The limits of open files and processes in what Linux shows of a process's limits, proc_pid_limits(5). */
    static Map<String, String> limits(String text) {
        Map<String, String> limits = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String[] words = line.trim().toLowerCase(Locale.ROOT).split(" +", -1);
            if (words.length < 4 || !words[0].equals("max")) {
                continue;
            }
            if (words[1].equals("processes")) {
                limits.put("processes", words[2]);
            } else if (words[1].equals("open") && words[2].equals("files")) {
                limits.put("files", words[3]);
            }
        }
        return limits;
    }
}
