package dev.heddle.samples.cli;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.OutputMultiplexer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that name secrets, never tell them: a command line is seen by everybody on the machine. */
public final class SecretOptions {

    /** More than all secrets together may have. */
    private static final int MOST_BYTES = 1 << 20;

    @Option(
            names = "--mask-env",
            split = ",",
            paramLabel = "NAME",
            description = "Mask the value of this environment variable in all output, before it is recorded or shown.")
    private List<String> variables = List.of();

    @Option(
            names = "--mask-file",
            paramLabel = "FILE",
            description = "Mask every line of this file, as --mask-env does. Empty lines are passed over.")
    private List<Path> files = List.of();

    /** Made by picocli. */
    public SecretOptions() {}

    /**
     * Gives the secrets to a multiplexer.
     *
     * @throws UserError if a variable is not set, a file cannot be read, or a secret is too short or too long; the message
     *     names the place, not the secret
     */
    void addTo(OutputMultiplexer.Builder builder, Map<String, String> environment) {
        for (String name : variables) {
            String value = environment.get(name);
            if (value == null) {
                throw new UserError(
                        "--mask-env", "the environment has no variable '" + name + "'", "name one that is set");
            }
            if (value.isEmpty()) {
                // As CI systems give secrets to builds that may not have them: there is nothing to hide.
                continue;
            }
            mask(builder, value.getBytes(StandardCharsets.UTF_8), "--mask-env", "variable '" + name + "'");
        }
        for (Path file : files) {
            List<byte[]> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length > 0) {
                    mask(builder, lines.get(i), "--mask-file", file + ":" + (i + 1));
                }
            }
        }
    }

    private static void mask(OutputMultiplexer.Builder builder, byte[] secret, String option, String place) {
        try {
            builder.mask(secret);
        } catch (IllegalArgumentException e) {
            throw new UserError(option, place + ": " + e.getMessage(), null);
        }
    }

    private static List<byte[]> lines(Path file) {
        byte[] all;
        try (var in = Files.newInputStream(file)) {
            all = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new UserError("--mask-file", file + ": " + FailureText.of(e), null);
        }
        if (all.length > MOST_BYTES) {
            throw new UserError("--mask-file", file + ": has more than " + MOST_BYTES + " bytes", null);
        }
        List<byte[]> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte b : all) {
            if (b == '\n') {
                lines.add(line.toByteArray());
                line.reset();
            } else if (b != '\r') {
                line.write(b);
            }
        }
        lines.add(line.toByteArray());
        return lines;
    }
}
