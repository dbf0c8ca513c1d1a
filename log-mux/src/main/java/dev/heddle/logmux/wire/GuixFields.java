package dev.heddle.logmux.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The fields of a {@link GuixTrace}: parted by single spaces, without quotes. */
final class GuixFields {

    private static final String MARK = "@ ";
    private static final String UNKNOWN_SIZE = "-";
    /** No number on the wire has more digits. */
    private static final int MOST_DIGITS = 18;

    private final List<String> all;

    private GuixFields(List<String> all) {
        this.all = all;
    }

    static GuixTrace parse(String line) {
        if (!line.startsWith(MARK)) {
            throw new IllegalArgumentException("a trace begins with '" + MARK + "': " + line);
        }
        checkText(line);
        List<String> words = Arrays.asList(line.substring(MARK.length()).split(" ", -1));
        String name = words.get(0);
        List<String> fields = words.subList(1, words.size());
        GuixTrace known = new GuixFields(fields).known(name);
        return known == null ? new GuixTrace.Other(name, fields) : known;
    }

    private @Nullable GuixTrace known(String name) {
        return switch (name) {
            case "build-log" -> buildLog(GuixTraces.Keyword.BUILD_LOG);
            case "build-output" -> buildLog(GuixTraces.Keyword.BUILD_OUTPUT);
            case "build-started" -> buildStarted();
            case "build-succeeded" -> has(2) ? new GuixTrace.BuildSucceeded(field(0), field(1)) : null;
            case "build-failed" ->
                hasAtLeast(3) ? new GuixTrace.BuildFailed(field(0), field(1), code(2), text(2)) : null;
            case "hook-failed" -> hasAtLeast(3) ? new GuixTrace.HookFailed(field(0), field(1), code(2), text(2)) : null;
            case "build-remote" -> has(2) ? new GuixTrace.BuildRemote(field(0), field(1)) : null;
            case "hash-mismatch" -> has(4) ? new GuixTrace.HashMismatch(field(0), field(1), field(2), field(3)) : null;
            case "unsupported-platform" -> has(2) ? new GuixTrace.UnsupportedPlatform(field(0), field(1)) : null;
            default -> fetching(name);
        };
    }

    private @Nullable GuixTrace fetching(String name) {
        return switch (name) {
            case "substituter-started" -> has(2) ? new GuixTrace.SubstituterStarted(field(0), field(1)) : null;
            case "substituter-succeeded" -> has(1) ? new GuixTrace.SubstituterSucceeded(field(0)) : null;
            case "substituter-failed" ->
                hasAtLeast(2) ? new GuixTrace.SubstituterFailed(field(0), code(1), text(1)) : null;
            case "download-started" ->
                has(3) && isSize(2) ? new GuixTrace.DownloadStarted(field(0), field(1), number(2)) : null;
            case "download-progress" ->
                has(4) && isSize(2) && number(3).isPresent()
                        ? new GuixTrace.DownloadProgress(
                                field(0), field(1), number(2), number(3).getAsLong())
                        : null;
            case "download-succeeded" ->
                has(3) && isSize(2) ? new GuixTrace.DownloadSucceeded(field(0), field(1), number(2)) : null;
            default -> null;
        };
    }

    private @Nullable GuixTrace buildLog(GuixTraces.Keyword keyword) {
        if (!has(2)) {
            return null;
        }
        OptionalLong pid = number(0);
        OptionalLong length = number(1);
        boolean fits = pid.isPresent()
                && length.isPresent()
                && pid.getAsLong() <= Integer.MAX_VALUE
                && length.getAsLong() <= Integer.MAX_VALUE;
        return fits ? new GuixTrace.BuildLog(keyword, pid.getAsLong(), (int) length.getAsLong()) : null;
    }

    private @Nullable GuixTrace buildStarted() {
        boolean old = has(4);
        if (!old && !(has(5) && number(4).isPresent())) {
            return null;
        }
        return new GuixTrace.BuildStarted(
                field(0), field(1), field(2), field(3), old ? OptionalLong.empty() : number(4));
    }

    private boolean has(int count) {
        return all.size() == count;
    }

    private boolean hasAtLeast(int count) {
        return all.size() >= count;
    }

    private String field(int index) {
        return all.get(index);
    }

    private boolean isSize(int index) {
        return field(index).equals(UNKNOWN_SIZE) || number(index).isPresent();
    }

    /** A decimal number without a sign. */
    private OptionalLong number(int index) {
        String field = field(index);
        boolean digits = !field.isEmpty()
                && field.length() <= MOST_DIGITS
                && field.chars().allMatch(GuixFields::isDigit);
        return digits ? OptionalLong.of(Long.parseLong(field)) : OptionalLong.empty();
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** The number in front of a text, if there is one. */
    private OptionalInt code(int index) {
        OptionalLong number = number(index);
        return number.isPresent() && number.getAsLong() <= Integer.MAX_VALUE
                ? OptionalInt.of((int) number.getAsLong())
                : OptionalInt.empty();
    }

    /** The text that stands behind a code, or in the place of one. */
    private String text(int index) {
        int from = code(index).isPresent() ? index + 1 : index;
        return String.join(" ", all.subList(from, all.size()));
    }

    static List<String> withText(List<String> fields, OptionalInt code, String text) {
        List<String> all = new ArrayList<>(fields);
        code.ifPresent(number -> all.add(Integer.toString(number)));
        if (code.isEmpty() || !text.isEmpty()) {
            all.add(text);
        }
        return List.copyOf(all);
    }

    static String size(OptionalLong size) {
        return size.isPresent() ? Long.toString(size.getAsLong()) : UNKNOWN_SIZE;
    }

    static void check(String... fields) {
        for (String field : fields) {
            checkText(field);
            if (field.indexOf(' ') >= 0) {
                throw new IllegalArgumentException("a field of a trace has no space: '" + field + "'");
            }
        }
    }

    static void checkText(String text) {
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a trace has one line: '" + text.replace("\n", "\\n") + "'");
        }
    }
}
