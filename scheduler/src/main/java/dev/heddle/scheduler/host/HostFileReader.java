package dev.heddle.scheduler.host;

import dev.heddle.core.Resources;
import dev.heddle.core.Suggestions;
import dev.heddle.scheduler.host.HostFileText.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a hosts file once, from its first byte to its last. */
final class HostFileReader {

    private static final String STARTUP = "STARTUP";
    private static final String PROPERTY = "property.";
    private static final String AMOUNT = "amount.";
    private static final List<String> KEYS = List.of("jobs", "arch", "memory", "mem", "sf", "timeout", "fetches");
    private static final String KEY_HINT =
            "the keys are jobs, arch, memory, sf, timeout, fetches, amount.NAME and property.NAME";

    private static final int FASTEST = 50;
    private static final int LONGEST_TIMEOUT = 86_400;
    private static final int MAX_VALUE = 256;
    private static final long MAX_MEMORY = 1L << 50;

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    // No name can be taken for an option, end a word of a shell, or leave a directory when it is part of a file's name.
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?]");
    private static final Pattern PROPERTY_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");
    private static final Pattern ARCH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private final HostFileText text;
    private final List<HostEntry> hosts = new ArrayList<>();
    private final List<Integer> columns = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private @Nullable String startup;
    private int startupLine;

    /** @param name of the file, for messages */
    HostFileReader(String name, byte[] text) {
        this.text = new HostFileText(name, text);
    }

    HostFile read() {
        text.begin();
        for (List<Word> words = text.next(); words != null; words = text.next()) {
            line(words);
        }
        return new HostFile(hosts, columns, startup);
    }

    private void line(List<Word> words) {
        if (words.isEmpty()) {
            return;
        }
        Word first = words.get(0);
        if (first.text().startsWith(STARTUP + "=")) {
            startup(words);
        } else if (first.text().indexOf('=') >= 0) {
            String key = first.text().substring(0, first.text().indexOf('='));
            throw error(
                    first.column(),
                    "a line begins with the name of a host, not with '" + shown(key) + "='"
                            + Suggestions.among(List.of(STARTUP), key),
                    "as in 'beta jobs=4'");
        } else {
            host(words);
        }
    }

    private void startup(List<Word> words) {
        Word word = words.get(0);
        String path = word.text().substring(STARTUP.length() + 1);
        int column = word.column() + STARTUP.length() + 1;
        if (startup != null) {
            throw error(
                    word.column(), "STARTUP is given a second time; the first is in line " + startupLine, "keep one");
        }
        if (!path.startsWith("/")) {
            throw error(
                    column,
                    path.isEmpty() ? "STARTUP names no program" : "'" + shown(path) + "' is not an absolute path",
                    "every host runs it, each in a directory of its own: write STARTUP=/path/of/the/program");
        }
        if (words.size() > 1) {
            throw error(
                    words.get(1).column(),
                    "STARTUP takes one path and nothing behind it",
                    "write a script that runs what is wanted");
        }
        startup = path;
        startupLine = text.line();
    }

    private void host(List<Word> words) {
        Word first = words.get(0);
        HostEntry named = named(first);
        Integer before = lines.putIfAbsent(named.name(), text.line());
        if (before != null) {
            throw error(
                    first.column(),
                    "host '" + named.name() + "' is given a second time; the first is in line " + before,
                    "keep one of the two lines");
        }
        if (hosts.size() == HostFile.MAX_HOSTS) {
            throw error(first.column(), "more than " + HostFile.MAX_HOSTS + " hosts", null);
        }
        Line values = new Line(named.kind().equals(HostEntry.SLURM) ? SlurmOptions.KEYS : List.of());
        for (Word word : words.subList(1, words.size())) {
            values.take(word);
        }
        if (named.kind().equals(HostEntry.SLURM) && values.jobs == null) {
            throw error(first.column(), "a host of Slurm must say how many jobs it takes at once", "as in jobs=8");
        }
        columns.add(first.column());
        hosts.add(new HostEntry(
                named.name(),
                named.kind(),
                named.user(),
                named.host(),
                values.jobs,
                values.arch,
                values.memoryBytes,
                values.speed,
                values.timeout,
                values.properties,
                values.options,
                values.fetches,
                values.amounts,
                text.line()));
    }

    /** The first word of a line, as a host of which nothing else is known. */
    private HostEntry named(Word word) {
        String rest = word.text();
        int column = word.column();
        String kind = null;
        int colon = rest.startsWith("[") || rest.contains("@[") ? -1 : rest.indexOf(':');
        if (colon >= 0) {
            kind = matched(KIND, rest.substring(0, colon), column, "kind of host, which is small letters");
            rest = rest.substring(colon + 1);
            column += colon + 1;
        }
        String user = null;
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            user = matched(USER, rest.substring(0, at), column, "user, who has letters, digits, '_', '.' and '-'");
            rest = rest.substring(at + 1);
            column += at + 1;
        }
        String host = matched(
                HOST, rest, column, "host, which has letters, digits, '.', '-' and '_', or is an address in brackets");
        if (kind == null) {
            kind = host.equals("localhost") && user == null ? HostEntry.LOCAL : HostEntry.SSH;
        }
        if (kind.equals(HostEntry.SLURM) && (user != null || host.startsWith("["))) {
            throw error(
                    word.column(), "'" + shown(word.text()) + "' names no partition of Slurm", "as in 'slurm:build'");
        }
        return new HostEntry(word.text(), kind, user, host, null, null, 0, 0, null, Map.of(), Map.of(), text.line());
    }

    private String matched(Pattern pattern, String found, int column, String what) {
        if (!pattern.matcher(found).matches()) {
            throw error(column, "'" + shown(found) + "' is no name of a " + what, null);
        }
        return found;
    }

    /** The values of one line. */
    private final class Line {
        @Nullable
        Integer jobs;

        @Nullable
        String arch;

        long memoryBytes;
        int speed;

        @Nullable
        Duration timeout;

        int fetches;
        final Map<String, String> properties = new LinkedHashMap<>();
        final Map<String, String> options = new LinkedHashMap<>();
        final Map<String, Long> amounts = new LinkedHashMap<>();
        private final Map<String, Integer> columns = new HashMap<>();
        private final List<String> kindKeys;

        /**
         * Of a host that has given no values yet.
         *
         * @param kindKeys keys that only hosts of its kind have
         */
        Line(List<String> kindKeys) {
            this.kindKeys = kindKeys;
        }

        void take(Word word) {
            int equals = word.text().indexOf('=');
            if (equals < 0) {
                throw error(word.column(), "'" + shown(word.text()) + "' is not KEY=VALUE", KEY_HINT);
            }
            String key = word.text().substring(0, equals);
            String value = word.text().substring(equals + 1);
            int column = word.column() + equals + 1;
            Integer before = columns.putIfAbsent(key.equals("mem") ? "memory" : key, word.column());
            if (before != null) {
                throw error(
                        word.column(), "'" + shown(key) + "' is given twice, first in column " + before, "keep one");
            }
            if (value.isEmpty()) {
                throw error(column, "'" + shown(key) + "=' has no value", null);
            }
            switch (key) {
                case "jobs" -> jobs = number(key, value, column, HostSpec.MAX_SLOTS);
                case "arch" -> arch = matched(ARCH, value, column, "machine architecture, such as amd64");
                case "memory", "mem" -> memoryBytes = memory(value, column);
                case "sf" -> speed = number(key, value, column, FASTEST);
                case "timeout" -> timeout = Duration.ofSeconds(number(key, value, column, LONGEST_TIMEOUT));
                case "fetches" -> fetches = number(key, value, column, HostSpec.MAX_SLOTS);
                default -> {
                    if (kindKeys.contains(key)) {
                        option(key, value, column);
                    } else if (key.startsWith(AMOUNT)) {
                        amount(key, value, word.column(), column);
                    } else {
                        property(key, value, word.column(), column);
                    }
                }
            }
        }

        private void option(String key, String value, int column) {
            String problem = SlurmOptions.problem(key, value);
            if (problem != null) {
                throw error(column, problem + ", not '" + shown(value) + "'", null);
            }
            options.put(key, value);
        }

        private HostFileException unknown(String key, int column) {
            List<String> known = Stream.concat(KEYS.stream(), kindKeys.stream()).toList();
            String hint = kindKeys.isEmpty() ? KEY_HINT : KEY_HINT + "; of Slurm " + String.join(", ", kindKeys);
            return error(column, "unknown key '" + shown(key) + "'" + Suggestions.among(known, key), hint);
        }

        private void amount(String key, String value, int keyColumn, int column) {
            String resource = key.substring(AMOUNT.length());
            if (resource.equals(Resources.MEMORY)) {
                throw error(keyColumn, "'memory' has a key of its own", "write memory=512M, say");
            }
            matched(PROPERTY_NAME, resource, keyColumn + AMOUNT.length(), "resource, such as 'gpu'");
            long amount = digits(value);
            if (amount < 1) {
                throw error(
                        column,
                        key + " must be a whole number from 1 to 999999999999, not '" + shown(value) + "'",
                        null);
            }
            if (amounts.size() == Resources.MOST_AMOUNTS) {
                throw error(keyColumn, "more than " + Resources.MOST_AMOUNTS + " amounts", null);
            }
            amounts.put(resource, amount);
        }

        private void property(String key, String value, int keyColumn, int column) {
            if (!key.startsWith(PROPERTY)) {
                throw unknown(key, keyColumn);
            }
            String property = key.substring(PROPERTY.length());
            if (property.equals("arch")) {
                throw error(keyColumn, "'arch' has a key of its own", "write arch=" + shown(value));
            }
            matched(PROPERTY_NAME, property, keyColumn + PROPERTY.length(), "property, such as 'disk'");
            if (value.length() > MAX_VALUE) {
                throw error(column, "the value has more than " + MAX_VALUE + " characters", null);
            }
            if (properties.size() == HostFile.MAX_PROPERTIES) {
                throw error(keyColumn, "more than " + HostFile.MAX_PROPERTIES + " properties", null);
            }
            properties.put(property, value);
        }
    }

    private int number(String key, String value, int column, int most) {
        long number = digits(value);
        if (number < 1 || number > most) {
            throw error(column, key + " must be a number from 1 to " + most + ", not '" + shown(value) + "'", null);
        }
        return (int) number;
    }

    private long memory(String value, int column) {
        int shift = switch (value.charAt(value.length() - 1)) {
            case 'K', 'k' -> 10;
            case 'M', 'm' -> 20;
            case 'G', 'g' -> 30;
            default -> 0;
        };
        long number = digits(shift == 0 ? value : value.substring(0, value.length() - 1));
        int bits = shift == 0 ? 10 : shift;
        if (number < 1 || number > MAX_MEMORY >> bits) {
            throw error(
                    column,
                    "'" + shown(value) + "' is no amount of memory up to 1048576G",
                    "write kilobytes, or a number with K, M or G behind it, as in memory=512M");
        }
        return number << bits;
    }

    /** The number, or -1 if it is none; more than twelve digits are none. */
    private static long digits(String value) {
        if (value.isEmpty() || value.length() > 12) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /** As much of a word as fits into a message. */
    private static String shown(String word) {
        return word.length() <= 60 ? word : word.substring(0, 60) + "...";
    }

    private HostFileException error(int column, String problem, @Nullable String hint) {
        return text.error(column, problem, hint);
    }
}
