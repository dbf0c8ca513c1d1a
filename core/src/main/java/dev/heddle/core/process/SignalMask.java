package dev.heddle.core.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a shell is started in a session of its own and without the signals blocked that this JVM blocks for all its children;
 * HotSpot does so with SIGQUIT, since it takes that one for its own thread dumps. A program that is asked to end by it would
 * not.
 */
final class SignalMask {

    /** What resets and unblocks in GNU coreutils since 8.31. */
    private static final String UNBLOCK = "--default-signal=QUIT";

    private static final long PROBE_SECONDS = 5;

    private SignalMask() {}

    /**
     * Program and arguments that start what follows them; those of the settings where neither {@code env} can unblock nor
     * there is a Perl. Tries what {@code env} can, which takes some milliseconds.
     */
    static List<String> clearedSession(RunnerSettings settings) {
        if (unblocks(settings.env())) {
            List<String> all = new ArrayList<>(List.of(settings.env().toString(), UNBLOCK));
            all.addAll(settings.session());
            return all;
        }
        Path perl = settings.perl();
        return perl == null ? settings.session() : ProcessRunnerBuilder.perlSession(perl);
    }

    private static boolean unblocks(Path env) {
        try {
            Process process = new ProcessBuilder(env.toString(), UNBLOCK, "true")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
