package dev.heddle.samples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds what the JVM could not make text of: where an argument or the name of the current directory is not UTF-8, it puts
 * {@code U+FFFD} in place of the bytes, and a file of that name is another file. Such a start is refused.
 */
public final class RawArguments {

    /** Linux: the arguments of this process, a NUL behind each. */
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private static final int REPLACEMENT = 0xFFFD;

    private RawArguments() {}

    /**
     * Checks the arguments and the current directory of this process.
     *
     * @throws UserError naming what is not UTF-8
     */
    public static void requireText(String[] arguments) {
        for (String argument : arguments) {
            if (argument.indexOf(REPLACEMENT) >= 0) {
                broken(arguments.length, commandLine()).ifPresent(RawArguments::refuse);
                break;
            }
        }
        String directory = System.getProperty("user.dir", "");
        if (directory.indexOf(REPLACEMENT) >= 0 && !Files.isDirectory(Path.of(directory))) {
            throw new UserError(directory, "the name of the current directory is not UTF-8", "run heddle elsewhere");
        }
    }

    /**
     * The first of the last {@code count} words of a command line that is not UTF-8, in a form to look at. Where there is no
     * command line to look at, one is taken to be broken, and its form is empty.
     */
    static Optional<String> broken(int count, byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(Arrays.copyOfRange(commandLine, from, i));
                from = i + 1;
            }
        }
        if (words.size() < count) {
            return Optional.of("");
        }
        for (byte[] word : words.subList(words.size() - count, words.size())) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(word));
            } catch (CharacterCodingException e) {
                return Optional.of(shown(word));
            }
        }
        return Optional.empty();
    }

    private static void refuse(String argument) {
        throw new UserError(
                argument.isEmpty() ? "arguments" : "argument '" + argument + "'",
                "is not UTF-8, and Heddle takes no other encoding of names",
                "rename the file, or let a command find it: heddle mux -- 'cat caf*'");
    }

    private static byte[] commandLine() {
        try {
            return Files.readAllBytes(COMMAND_LINE);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static String shown(byte[] word) {
        StringBuilder text = new StringBuilder();
        for (byte b : word) {
            if (b >= 0x20 && b < 0x7F) {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02X", b));
            }
        }
        return text.toString();
    }
}
