package dev.heddle.samples.store;

import dev.heddle.core.FailureText;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.SecretKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heddle store key}: a new pair of keys. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a pair of keys: writes the secret one to a new file that only its owner may read, and prints the public one.",
            "A cache that is named file://DIR?secret-key=FILE signs what is put there; --trusted-key believes it."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:made", "1:the file could not be written", "2:wrong usage or input"})
final class KeyCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "What the key is called: cache.example.org-1, say.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The new file.")
    private Path file = Path.of("");

    KeyCommand() {}

    @Override
    public Integer call() {
        SecretKey key;
        try {
            key = SecretKey.generate(name, new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw new UserError("NAME", Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
        try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))) {
            out.write((key.secretText() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw new UserError(file.toString(), "there is something already", "a key is never overwritten");
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, file.toString(), "was not made: " + FailureText.of(e), null);
        }
        System.out.println(key.publicKey());
        return ExitCode.DONE;
    }
}
