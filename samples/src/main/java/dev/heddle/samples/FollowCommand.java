package dev.heddle.samples;

import dev.heddle.logmux.JournalFollower;
import dev.heddle.samples.cli.DisplayOptions;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log follow}: a build of another terminal, while it runs. */
@Command(
        name = "follow",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows a build from its beginning while it runs, and ends when it ends.",
            "When a new build takes the place of the recording meanwhile, it says so and goes on with that."
        })
final class FollowCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 100;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The recording that the build writes.")
    private @Nullable String word;

    @Option(names = "--wait", description = "Wait until there is such a file.")
    private boolean waits;

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Mixin
    private DisplayOptions output = new DisplayOptions();

    FollowCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = RecordingFile.named(word);
        CountDownLatch never = new CountDownLatch(1);
        while (waits && Files.notExists(file)) {
            if (never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("BUG: nobody counts down");
            }
        }
        while (true) {
            try (JournalFollower follower = open(file)) {
                if (!show(follower, file)) {
                    return follower.isCutOff() ? ExitCode.FAILED : ExitCode.DONE;
                }
                System.err.println("heddle: " + file + ": a new build has taken its place; going on with that");
            }
        }
    }

    private static JournalFollower open(Path file) {
        try {
            return JournalFollower.open(file);
        } catch (IOException e) {
            throw RecordingFile.unreadable(file, e);
        }
    }

    // True if there is a new recording to go on with.
    private boolean show(JournalFollower follower, Path file) throws IOException {
        try {
            tasks.narrow(follower);
            var unused = follower.follow(output.strategy(2), output.display(), output.rules());
            if (follower.isCutOff()) {
                System.err.println("heddle: " + file + ": the recording was cut off; nobody writes it any more");
            }
            return follower.isReplaced();
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw RecordingFile.unreadable(file, e);
        }
    }
}
