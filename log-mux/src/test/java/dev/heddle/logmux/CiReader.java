package dev.heddle.logmux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an output as a CI system does: which commands it obeys, which groups are open. */
abstract class CiReader {

    /** What was obeyed, in order: the command and what belongs to it. */
    record Obeyed(String command, Map<String, String> properties, String data) {}

    final List<Obeyed> obeyed = new ArrayList<>();
    final Deque<String> open = new ArrayDeque<>();
    final List<String> faults = new ArrayList<>();

    static CiReader of(String system) {
        return switch (system) {
            case "GITHUB" -> new GitHub();
            case "GITLAB" -> new GitLab();
            case "BUILDKITE" -> new Buildkite();
            default -> new TeamCity();
        };
    }

    CiReader read(String output) {
        for (String line : output.split("\n")) {
            line(line);
        }
        return this;
    }

    abstract void line(String line);

    List<Obeyed> commands(String... names) {
        return obeyed.stream()
                .filter(one -> List.of(names).contains(one.command()))
                .toList();
    }

    /** Workflow commands: at the beginning of a line, behind blanks, in any case; {@code ##[x]} as the older form anywhere. */
    private static final class GitHub extends CiReader {
        private static final Pattern COMMAND =
                Pattern.compile("(?U)^[\\s\\h]*::([^ :]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$");
        private static final Pattern OLD = Pattern.compile("##\\[(\\w+)[^]]*\\](.*)");
        private String stopped = "";

        @Override
        void line(String whole) {
            // A carriage return ends a line for the runner as well.
            for (String line : whole.split("\r")) {
                Matcher command = COMMAND.matcher(line);
                Matcher old = OLD.matcher(line);
                if (!stopped.isEmpty()) {
                    if (command.matches() && command.group(1).equals(stopped)) {
                        stopped = "";
                    }
                } else if (command.matches()) {
                    obey(command.group(1).toLowerCase(Locale.ROOT), command.group(2), command.group(3));
                } else if (old.find()) {
                    obeyed.add(new Obeyed(old.group(1), Map.of(), old.group(2)));
                }
            }
        }

        private void obey(String name, String properties, String data) {
            switch (name) {
                case "stop-commands" -> stopped = data;
                case "group" -> {
                    if (!open.isEmpty()) {
                        faults.add("a group in a group: " + data);
                    }
                    open.push(data);
                }
                case "endgroup" -> {
                    if (open.pollFirst() == null) {
                        faults.add("an end without a group");
                    }
                }
                default -> {
                    Map<String, String> known = new TreeMap<>();
                    for (String property : properties == null ? new String[0] : properties.split(",")) {
                        int equals = property.indexOf('=');
                        known.put(property.substring(0, equals), decoded(property.substring(equals + 1)));
                    }
                    obeyed.add(new Obeyed(name, known, decoded(data)));
                }
            }
        }

        private static String decoded(String text) {
            return text.replace("%3A", ":")
                    .replace("%2C", ",")
                    .replace("%0D", "\r")
                    .replace("%0A", "\n")
                    .replace("%25", "%");
        }
    }

    /** Section markers, wherever they stand: with a name of a-z, 0-9, _, . and -, a carriage return and the erasure. */
    private static final class GitLab extends CiReader {
        private static final Pattern MARKER =
                Pattern.compile("section_(start|end):(\\d+):([a-z0-9_.-]+)(?:\\[[^]]*\\])?\r\u001b\\[0K");

        @Override
        void line(String line) {
            Matcher marker = MARKER.matcher(line);
            while (marker.find()) {
                obeyed.add(new Obeyed("section_" + marker.group(1), Map.of("name", marker.group(3)), line));
                if (marker.group(1).equals("start")) {
                    open.push(marker.group(3));
                } else if (!marker.group(3).equals(open.pollFirst())) {
                    faults.add("the end of another section: " + marker.group(3));
                }
            }
        }
    }

    /** Headings at the beginning of a line from which the sequences for colours are taken. */
    private static final class Buildkite extends CiReader {
        private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");
        private static final Pattern HEADING = Pattern.compile("(---|\\+\\+\\+|~~~|\\^\\^\\^)\\s(.*)", Pattern.DOTALL);

        @Override
        void line(String line) {
            Matcher heading = HEADING.matcher(COLOR.matcher(line).replaceAll(""));
            if (heading.matches()) {
                obeyed.add(new Obeyed(heading.group(1), Map.of(), heading.group(2)));
            }
        }
    }

    /** Service messages, wherever they stand in a line. */
    private static final class TeamCity extends CiReader {
        private static final Pattern MESSAGE = Pattern.compile("##teamcity\\[(\\w+)((?:\\|.|[^]|])*)\\]");
        private static final Pattern VALUE = Pattern.compile("(\\w+)='((?:\\|0x[0-9A-Fa-f]{4}|\\|.|[^'|])*)'");

        @Override
        void line(String line) {
            Matcher message = MESSAGE.matcher(line);
            while (message.find()) {
                Map<String, String> values = new TreeMap<>();
                Matcher value = VALUE.matcher(message.group(2));
                while (value.find()) {
                    values.put(value.group(1), decoded(value.group(2)));
                }
                String name = message.group(1);
                if (name.equals("blockOpened")) {
                    open.push(values.get("name"));
                } else if (name.equals("blockClosed")) {
                    if (!values.get("name").equals(open.pollFirst())) {
                        faults.add("the end of another block: " + values);
                    }
                } else {
                    obeyed.add(new Obeyed(name, values, ""));
                }
            }
        }

        private static String decoded(String text) {
            Matcher escape = Pattern.compile("\\|(0x([0-9A-Fa-f]{4})|.)").matcher(text);
            return escape.replaceAll(found -> Matcher.quoteReplacement(
                    found.group(2) != null
                            ? String.valueOf((char) Integer.parseInt(found.group(2), 16))
                            : found.group(1).equals("n") ? "\n" : found.group(1).equals("r") ? "\r" : found.group(1)));
        }
    }
}
