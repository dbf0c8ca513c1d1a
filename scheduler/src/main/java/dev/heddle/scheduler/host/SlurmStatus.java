package dev.heddle.scheduler.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a batch job leaves in its {@code status} file, which {@link SlurmScript} writes: a line of the exit code, 1 if the shell
 * told a signal and else 0, the sizes of the one or two output files, and a full stop.
 *
 * @param exitCode 0 to 255
 * @param signalled whether a signal is what an exit code above 128 stands for
 * @param out bytes of standard output
 * @param err bytes of standard error
 */
record SlurmStatus(int exitCode, boolean signalled, long out, long err) {

    private static final Pattern LINE = Pattern.compile("([0-9]{1,3}) ([01]) ([0-9]{1,18})(?: ([0-9]{1,18}))? \\.\n");

    private static final int LONGEST = 100;
    private static final int LONGEST_REFUSAL = 16 * 1024;

    /** Reads the file; null if it is not there, or not yet whole. */
    static @Nullable SlurmStatus read(Path file) throws IOException {
        byte[] bytes = bytes(file, LONGEST);
        return bytes == null ? null : parse(bytes);
    }

    /** Reads its content; null if that is none. */
    static @Nullable SlurmStatus parse(byte[] bytes) {
        Matcher matcher = LINE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 255) {
            return null;
        }
        String err = matcher.group(4);
        return new SlurmStatus(
                Integer.parseInt(matcher.group(1)),
                matcher.group(2).equals("1"),
                Long.parseLong(matcher.group(3)),
                err == null ? 0 : Long.parseLong(err));
    }

    /** Why a job's command could not be executed; null if it was. */
    static @Nullable String refusal(Path file) throws IOException {
        byte[] bytes = bytes(file, LONGEST_REFUSAL);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] bytes(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
