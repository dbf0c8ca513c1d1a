package dev.heddle.logmux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * A terminal as ECMA-48 and xterm describe it, as far as a plain log may use one: it keeps the lines with the colours and the
 * link of each character, and lists everything else that it was told to do. Written without a look at the code under test.
 */
final class TerminalModel {

    /** The fewest parameters for which a terminal has room; those behind are left out. */
    private static final int ROOM = 16;

    /** One character, the attributes that are on, such as {@code 1 fg31}, and the address it links to. */
    record Cell(int code, String attributes, String link) {}

    /** Lines, the last one without an end. */
    final List<List<Cell>> lines = new ArrayList<>();
    /** Everything that is neither text nor a tab, a line end, a colour or a link. */
    final List<String> effects = new ArrayList<>();

    private final TreeMap<String, String> attributes = new TreeMap<>();
    private String link = "";
    private int at;
    private String text = "";

    TerminalModel() {
        lines.add(new ArrayList<>());
    }

    void take(byte[] bytes) {
        text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            effects.add("bytes that are not UTF-8");
        }
        at = 0;
        while (at < text.length()) {
            int code = text.codePointAt(at);
            at += Character.charCount(code);
            if (code == '\n') {
                lines.add(new ArrayList<>());
            } else if (code == 0x1B) {
                escape();
            } else if (isControl(code)) {
                effects.add("control " + Integer.toHexString(code));
            } else {
                lines.get(lines.size() - 1)
                        .add(new Cell(code, attributes.values().toString(), link));
            }
        }
    }

    private static boolean isControl(int code) {
        return (code < 0x20 && code != '\t')
                || (code >= 0x7F && code <= 0x9F)
                || code == 0x2028
                || code == 0x2029
                || (code >= 0x202A && code <= 0x202E)
                || (code >= 0x2066 && code <= 0x2069);
    }

    private void escape() {
        char kind = at < text.length() ? text.charAt(at++) : 0;
        if (kind == '[') {
            int start = at;
            while (at < text.length() && text.charAt(at) >= 0x20 && text.charAt(at) < 0x40) {
                at++;
            }
            String parameters = text.substring(start, at);
            char last = at < text.length() ? text.charAt(at++) : 0;
            if (last == 'm' && parameters.matches("[0-9;:]*")) {
                colors(parameters);
            } else {
                effects.add("CSI " + parameters + last);
            }
        } else if (kind == ']') {
            int start = at;
            while (at < text.length() && text.charAt(at) != 7 && text.charAt(at) != 0x1B) {
                at++;
            }
            String command = text.substring(start, at);
            at = Math.min(text.length(), at + (at < text.length() && text.charAt(at) == 0x1B ? 2 : 1));
            String[] parts = command.split(";", 3);
            if (parts.length == 3 && parts[0].equals("8")) {
                link = parts[2];
            } else {
                effects.add("OSC " + command);
            }
        } else {
            effects.add("ESC " + kind);
        }
    }

    private void colors(String parameters) {
        String[] codes = parameters.split("[;:]", -1);
        for (int i = 0; i < Math.min(codes.length, ROOM); i++) {
            int code = codes[i].isEmpty() ? 0 : codes[i].length() > 6 ? 999_999 : Integer.parseInt(codes[i]);
            if (code == 38 || code == 48 || code == 58) {
                attributes.put("color" + code, parameters);
                int kind = i + 1 < codes.length && codes[i + 1].matches("[25]") ? Integer.parseInt(codes[i + 1]) : 0;
                i += kind == 5 ? 2 : kind == 2 ? 4 : 0;
            } else if (code == 0) {
                attributes.clear();
            } else {
                simple(code);
            }
        }
    }

    private void simple(int code) {
        switch (code) {
            case 22 -> {
                attributes.remove("1");
                attributes.remove("2");
            }
            case 23, 27, 28, 29 -> attributes.remove(String.valueOf(code - 20));
            case 24 -> {
                attributes.remove("4");
                attributes.remove("21");
            }
            case 25 -> {
                attributes.remove("5");
                attributes.remove("6");
            }
            case 39, 49, 59 -> attributes.remove("color" + (code - 1));
            default -> {
                boolean front = (code >= 30 && code < 38) || (code >= 90 && code < 98);
                boolean back = (code >= 40 && code < 48) || (code >= 100 && code < 108);
                attributes.put(front ? "color38" : back ? "color48" : String.valueOf(code), String.valueOf(code));
            }
        }
    }

    /** The characters of a line. */
    static String text(List<Cell> line) {
        StringBuilder text = new StringBuilder();
        line.forEach(cell -> text.appendCodePoint(cell.code));
        return text.toString();
    }
}
