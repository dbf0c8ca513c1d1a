package dev.heddle.samples;

import dev.heddle.core.FailureText;
import dev.heddle.logmux.JournalFollower;
import dev.heddle.samples.cli.DisplayOptions;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.TaskOptions;
import dev.heddle.samples.cli.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log attach}: a build that is served at a socket, while it runs. */
@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows a running build that was started with --attach-socket, or that a program serves.",
            "Any number of terminals may be attached, each with a strategy of its own; the build does not wait for them."
        })
final class AttachCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SOCKET", description = "Where the build is served.")
    private Path socket = Path.of("");

    @Option(names = "--from-start", description = "Show what was said before, too.")
    private boolean fromStart;

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Mixin
    private DisplayOptions output = new DisplayOptions();

    AttachCommand() {}

    @Override
    public Integer call() throws IOException {
        JournalFollower.Start start = fromStart ? JournalFollower.Start.BEGINNING : JournalFollower.Start.NOW;
        try (JournalFollower follower = JournalFollower.attach(socket, start)) {
            tasks.narrow(follower);
            var unused = follower.follow(output.strategy(2), output.display(), output.rules());
            if (follower.isCutOff()) {
                System.err.println("heddle: " + socket + ": cut off: the build is gone, or did not wait any longer");
                return ExitCode.FAILED;
            }
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw new UserError(
                    socket.toString(), FailureText.of(e), "name the socket that a build got with --attach-socket");
        }
        return ExitCode.DONE;
    }
}
